"""
The rules of a run as SARIF `reportingDescriptor`s, which GitHub shows beside an alert.

Lengths, tags and the values of `properties` follow GitHub docs, "SARIF support for code scanning",
"reportingDescriptor object".
"""

from __future__ import annotations

from csplint.model import Finding, Report, Severity
from csplint.packs.merge import PackSet
from csplint.packs.pack import Rule, Standing
from csplint.report.escape import visible
from csplint.report.markdown_escape import is_address, link, prose

Json = dict[str, object]

LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
_PROBLEM: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "recommendation"}
_SCORES: dict[Severity, str] = {"error": "7.5", "warning": "5.0", "info": "2.0"}
"""GitHub shows these as high, medium and low."""

_PRECISION: dict[Standing, str] = {"documented": "very-high", "observed": "high", "contradicted": "medium"}
"""By how reliable a rule's source is; every rule is tested against browsers alike."""

_SECURITY_PACKS = frozenset({"security"})
"""Packs about security; only they give a security score."""

_NAME, _TEXT = 255, 1024


def descriptors(report: Report, packs: PackSet) -> list[Json]:
    """Give every rule of the packs, and every other rule of a finding, sorted by id."""
    found = {rule.id: _from_pack(rule, packs) for rule in packs.rules.values()}
    for target in report.targets:
        for finding in target.findings:
            if finding.rule not in found:
                found[finding.rule] = _from_finding(finding)
    return [found[rule] for rule in sorted(found)]


def _from_pack(rule: Rule, packs: PackSet) -> Json:
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


def _from_finding(finding: Finding) -> Json:
    """A rule that is in no pack of the run, such as an older report's."""
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
