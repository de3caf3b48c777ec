"""
What CI formats say first: whether the widget works on each target, and which findings explain it.

Nothing here is escaped; every writer escapes for its own format.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from csplint.model import SEVERITIES, WORST_FIRST, Finding, Report, TargetReport
from csplint.report.options import TargetFinding, new_findings
from csplint.report.phrases import counted

MARKS = {"works": "✓", "partly": "!", "broken": "✗"}
UNKNOWN = "?"

_WORDS = {
    "broken": "does not load",
    "unknown": "could not be judged",
    "partly": "loads in part",
    "absent": "is not in the page's HTML",
    "works": "works",
}


def mark(target: TargetReport) -> str:
    """Give ✓, !, ✗ or ? for a target: its verdict's or, if no vendor was asked about, that of its worst finding."""
    if target.outcome == "failed":
        return UNKNOWN
    if target.verdict is not None:
        return MARKS.get(target.verdict.if_added or target.verdict.state, UNKNOWN)
    found = {finding.severity for finding in target.findings if finding.state == "new"}
    return "✗" if "error" in found else "!" if "warning" in found else "✓"


def verdict_text(target: TargetReport) -> str:
    """Give the verdict as a sentence; "" if there is none."""
    return target.verdict.text if target.verdict and target.outcome == "checked" else ""


def overall(report: Report) -> str:
    """Give "the widget does not load on 1 target, works on 2 targets"; "" if no target has a verdict."""
    states = Counter(each.verdict.state for each in report.targets if each.verdict and each.outcome == "checked")
    parts = [f"{_WORDS[state]} on {counted(states[state], 'target')}" for state in WORST_FIRST if states[state]]
    return f"the widget {', '.join(parts)}" if parts else ""


def is_cause(target: TargetReport, finding: Finding) -> bool:
    """Whether a finding explains the target's verdict."""
    return target.verdict is not None and not set(fingerprints(finding)).isdisjoint(target.verdict.causes)


def causes_first(report: Report) -> list[tuple[TargetReport, Finding, str]]:
    """
    Give every new finding with its target, and the target's verdict for its first one, "" for the others.

    They are in order of severity; of each target the first cause, then the other causes, then the rest. CI services show a
    limited number and cut from the end, so no target's first cause may be behind another's tenth.
    """
    seen: set[int] = set()
    ranked: list[tuple[int, int, TargetFinding]] = []
    for target, finding in new_findings(report):
        rank = 2
        if is_cause(target, finding):
            rank = 1 if id(target) in seen else 0
            seen.add(id(target))
        ranked.append((SEVERITIES.index(finding.severity), rank, (target, finding)))
    ordered = [pair for _, _, pair in sorted(ranked, key=lambda each: each[:2])]
    first = {id(target): id(finding) for target, finding in reversed(ordered)}
    return [(each, found, verdict_text(each) if first[id(each)] == id(found) else "") for each, found in ordered]


# ------------------------------------------------------------------ findings that merge several rules


def fingerprints(finding: Finding) -> tuple[str, ...]:
    """Give the fingerprints of a finding and of the findings merged into it."""
    return tuple(dict.fromkeys((finding.fingerprint, *(part.fingerprint for part in _parts(finding)))))


def rules_of(finding: Finding) -> dict[str, str]:
    """Give the names of a finding's rules by their ids, its own first."""
    return {finding.rule: finding.name} | {
        part.rule: part.name for part in _parts(finding) if part.rule != finding.rule
    }


def brief(finding: Finding) -> str:
    """Give what is wrong in a few words, or else the whole message."""
    return getattr(finding, "brief", "") or finding.message


def _parts(finding: Finding) -> tuple[Finding, ...]:
    """The merged findings, of which a rule, a name and a fingerprint are read; () for a finding of one rule."""
    parts: tuple[Finding, ...] = getattr(finding, "parts", ())
    return parts


# ------------------------------------------------------------------ targets' names


def display(target: TargetReport) -> str:
    """
    Give a target as its owner knows it: "checkout (https://shop.example/pay)", or only the address.

    Of a configuration file with the part of the site: "nginx.conf, location /shop in server shop.example".
    """
    address = f"{target.target}, {target.scope}" if target.scope else target.target
    return f"{target.name} ({address})" if target.name else address


def with_part(target: TargetReport, message: str) -> str:
    """Give a message with the part of the site, if it is about a configuration file: "… (location /shop)"."""
    return f"{message} ({target.scope})" if target.scope else message


def unique_names(names: Iterable[str]) -> list[str]:
    """Give the names in order, a repeated one with a number: "a", "b", "a (2)"."""
    found: list[str] = []
    taken: set[str] = set()
    repeats: Counter[str] = Counter()
    for name in names:
        unique = name
        while unique in taken:
            repeats[name] += 1
            unique = f"{name} ({repeats[name] + 1})"
        taken.add(unique)
        found.append(unique)
    return found
