"""
What becomes of findings after they are made: levels changed, rules left out, known ones set aside.

Only the user's own settings decide, never the page: nothing that a server
sends can silence a finding about it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from csplint.model import SEVERITIES, Finding, KnownFinding, Severity, Skipped, Suppression, TargetReport
from csplint.packs.merge import RUN, PackSet

NOT_SELECTED = "left out by the settings"
"""Why a rule was not asked that select or ignore left out."""


class Ignore(Struct, frozen=True):
    """A finding that is known and accepted; `rule` is a name, "" narrows nothing; `place` is where it is written."""

    rule: str
    reason: str
    place: str
    target: str = ""
    directive: str = ""
    expires: datetime.date | None = None


class Triage(Struct, frozen=True, kw_only=True):
    """
    How to sort findings.

    select: only these rules (None: all). leave_out: not these. severity: rule -> level. ignores: accepted findings.
    baseline: what was there before, by fingerprint. min_severity: hide what is below. today: when ignores expire.
    """

    select: frozenset[str] | None = None
    leave_out: frozenset[str] = frozenset()
    severity: Mapping[str, Severity] = {}
    ignores: tuple[Ignore, ...] = ()
    baseline: Mapping[str, KnownFinding] = {}
    min_severity: Severity = "info"
    today: datetime.date | None = None


def sort_findings(targets: tuple[TargetReport, ...], triage: Triage, packs: PackSet) -> tuple[TargetReport, ...]:
    """Apply settings to the findings of all targets; unused and expired ignores become findings themselves."""
    used: set[int] = set()
    asked_of_pages = (rule for name, rule in packs.rules.items() if packs.homes[name].pack.id != RUN)
    unasked = frozenset(rule.id for rule in asked_of_pages if not is_wanted(rule.name, triage))
    sorted_targets = tuple(_unasked(_target(target, triage, used), unasked) for target in targets)
    notes = list(_notes(triage, used, packs, targets))
    return tuple(_with_notes(target, number, targets, notes) for number, target in enumerate(sorted_targets))


def _target(target: TargetReport, triage: Triage, used: set[int]) -> TargetReport:
    kept = [_finding(each, target, triage, used) for each in target.findings if is_wanted(each.name, triage)]
    rank = SEVERITIES.index(triage.min_severity)
    kept = [finding for finding in kept if SEVERITIES.index(finding.severity) <= rank]
    kept.sort(key=lambda finding: SEVERITIES.index(finding.severity))
    return replace(target, findings=tuple(kept))


def _unasked(target: TargetReport, rules: frozenset[str]) -> TargetReport:
    """What was left out did not pass: it is told as not asked."""
    if target.outcome == "failed" or not rules:
        return target
    passed = tuple(rule for rule in target.passed if rule not in rules)
    others = tuple(each for each in target.skipped if each.rule not in rules)
    skipped = (*others, *(Skipped(rule, NOT_SELECTED) for rule in sorted(rules)))
    return replace(target, passed=passed, skipped=skipped)


def is_wanted(rule: str, triage: Triage) -> bool:
    """Whether the findings of a rule, by name, are asked for."""
    return rule not in triage.leave_out and (triage.select is None or rule in triage.select)


def _finding(finding: Finding, target: TargetReport, triage: Triage, used: set[int]) -> Finding:
    if finding.name in triage.severity:
        finding = replace(finding, severity=triage.severity[finding.name])
    for number, ignore in enumerate(triage.ignores):
        if _covers(ignore, finding, target):
            used.add(number)
            if not _expired(ignore, triage):
                expires = ignore.expires.isoformat() if ignore.expires else None
                return replace(finding, state="suppressed", suppression=Suppression(ignore.reason, expires))
    if finding.fingerprint in triage.baseline:
        return replace(finding, state="baselined")
    return finding


def _covers(ignore: Ignore, finding: Finding, target: TargetReport) -> bool:
    return (
        ignore.rule == finding.name
        and ignore.target in {"", target.target, target.name}
        and ignore.directive in {"", finding.directive}
    )


def _expired(ignore: Ignore, triage: Triage) -> bool:
    return ignore.expires is not None and triage.today is not None and triage.today >= ignore.expires


Note = tuple[str, Finding]


def _notes(triage: Triage, used: set[int], packs: PackSet, targets: tuple[TargetReport, ...]) -> Iterator[Note]:
    for number, ignore in enumerate(triage.ignores):
        if _expired(ignore, triage):
            text = f"The ignore of {ignore.rule} ({ignore.place}) expired on {ignore.expires}; its findings are back."
            yield ignore.target, _note("expired-ignore", text, ignore, packs)
        elif number not in used and all(target.outcome == "checked" for target in targets):
            text = f"The ignore of {ignore.rule} ({ignore.place}) matches no finding any more; take it out."
            yield ignore.target, _note("unused-ignore", text, ignore, packs)


def _note(name: str, message: str, ignore: Ignore, packs: PackSet) -> Finding:
    rule = packs.rules[name]
    return Finding(
        rule=rule.id,
        name=rule.name,
        pack=packs.homes[name].pack.id,
        severity=rule.severity,
        message=message,
        why=rule.why,
        cause=f"Its reason was: {ignore.reason}",
        docs=packs.docs(name),
        fingerprint=f"{rule.id}:{ignore.place}",
    )


def _with_notes(
    target: TargetReport, number: int, targets: tuple[TargetReport, ...], notes: Iterable[Note]
) -> TargetReport:
    """Notes stand with the target their ignore names, else with the first."""
    known = {each.target for each in targets} | {each.name for each in targets}
    mine = tuple(
        finding
        for wanted, finding in notes
        if (wanted in {target.target, target.name} if wanted in known and wanted else number == 0)
    )
    return replace(target, findings=(*target.findings, *mine)) if mine else target
