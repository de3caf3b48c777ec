"""
The rules of a run as SARIF `reportingDescriptor`s, for what GitHub shows beside an alert.

Lengths, tags and the values of `properties` are those of GitHub docs, "SARIF support for code scanning",
"reportingDescriptor object".
"""

from __future__ import annotations

from csplint.model import Finding, Report, Severity
from csplint.packs.merge import PackSet
from csplint.packs.pack import Rule, Standing
from csplint.report.escape import visible
from csplint.report.markdown_text import is_address, link, prose

Json = dict[str, object]

LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
_PROBLEM: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "recommendation"}
_SCORES: dict[Severity, str] = {"error": "7.5", "warning": "5.0", "info": "2.0"}
"""High, medium and low, as GitHub names such scores."""

_PRECISION: dict[Standing, str] = {"documented": "very-high", "observed": "high", "contradicted": "medium"}
"""How often a rule is right, as far as its source goes; that browsers decide so is tested alike for all."""

_SECURITY_PACKS = frozenset({"security"})
"""Packs about what a policy protects. The others say what works, and no score of danger is theirs to give."""

_NAME, _TEXT = 255, 1024


def descriptors(report: Report, packs: PackSet) -> list[Json]:
    """Give every rule of the packs, and of findings whose rule is in none, sorted by id."""
    found = {rule.id: _known(rule, packs) for rule in packs.rules.values()}
    for target in report.targets:
        for finding in target.findings:
            if finding.rule not in found:
                found[finding.rule] = _unknown(finding)
    return [found[rule] for rule in sorted(found)]


def _known(rule: Rule, packs: PackSet) -> Json:
    pack, address = packs.homes[rule.name], packs.docs(rule.name)
    document = pack.documents[rule.source]
    summary, why, fix = (_one_line(text) for text in (rule.summary, rule.why, rule.fix))
    source = f"{_one_line(document.title)} ({rule.standing})"
    return {
        "id": rule.id,
        "name": rule.name[:_NAME],
        "shortDescription": {"text": _cut(summary)},
        "fullDescription": {"text": _cut(f"{summary} {why}")},
        "help": {
            "text": f"{summary} {why}\n\nFix: {fix}\n\nSource: {source}, {address}",
            "markdown": f"{prose(summary)} {prose(why)}\n\n**Fix.** {prose(fix)}\n\nSource: {link(prose(source), address)}",
        },
        **_help_uri(address),
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": _properties(pack.pack.id, rule.severity, _PRECISION[rule.standing]),
    }


def _unknown(finding: Finding) -> Json:
    """A rule that is in no pack of the run (csplint's own, or an older report's): what the finding says of it."""
    summary = _one_line(finding.name.replace("-", " ")) or "a finding"
    why = _one_line(finding.why) or summary
    return {
        "id": finding.rule,
        "name": visible(finding.name)[:_NAME],
        "shortDescription": {"text": _cut(summary)},
        "fullDescription": {"text": _cut(why)},
        "help": {"text": why, "markdown": prose(why)},
        **_help_uri(finding.docs),
        "defaultConfiguration": {"level": LEVELS[finding.severity]},
        "properties": _properties(finding.pack, finding.severity, "high"),
    }


def _properties(pack: str, severity: Severity, precision: str) -> Json:
    if pack in _SECURITY_PACKS:
        tags = ["content-security-policy", "security"]
        return {"tags": tags, "precision": precision, "security-severity": _SCORES[severity]}
    tags = list(dict.fromkeys(filter(None, ("content-security-policy", visible(pack)))))
    return {"tags": tags, "precision": precision, "problem.severity": _PROBLEM[severity]}


def _help_uri(address: str) -> Json:
    return {"helpUri": address} if is_address(address) else {}


def _one_line(text: str) -> str:
    return visible(" ".join(text.split()))


def _cut(text: str) -> str:
    return text if len(text) <= _TEXT else text[: _TEXT - 1] + "…"
