"""
The user's settings applied to findings: selected rules, severities, ignores and the baseline.

Only the user's own settings decide, never the page: nothing that a server sends can hide a finding about it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from csplint.model import SEVERITIES, Finding, KnownFinding, Severity, Skipped, Suppression, TargetReport
from csplint.packs.merge import RUN, PackSet

NOT_SELECTED = "not selected by the settings"
"""Why a rule is skipped that `select` or `leave_out` excludes."""


class Ignore(Struct, frozen=True):
    """
    Findings that the user accepts.

    rule: the rule's name. place: where the ignore is written, for messages. target: a target's name or URL, directive: a
    directive's name, "" for any. expires: the first day on which it no longer counts.
    """

    rule: str
    reason: str
    place: str
    target: str = ""
    directive: str = ""
    expires: datetime.date | None = None


class FindingSettings(Struct, frozen=True, kw_only=True):
    """
    Which findings are reported, and how.

    select: only these rules, by name (None: all). leave_out: not these. severity: rule -> severity. ignores: accepted
    findings. baseline: known findings by fingerprint. min_severity: leave out what is less severe. today: the date that
    decides whether an ignore has expired (None: none has).
    """

    select: frozenset[str] | None = None
    leave_out: frozenset[str] = frozenset()
    severity: Mapping[str, Severity] = {}
    ignores: tuple[Ignore, ...] = ()
    baseline: Mapping[str, KnownFinding] = {}
    min_severity: Severity = "info"
    today: datetime.date | None = None

    def selects(self, rule: str) -> bool:
        """Whether findings of this rule, by name, are reported."""
        return rule not in self.leave_out and (self.select is None or rule in self.select)

    def has_expired(self, ignore: Ignore) -> bool:
        """Whether an ignore no longer counts."""
        return ignore.expires is not None and self.today is not None and self.today >= ignore.expires


def apply_settings(
    targets: tuple[TargetReport, ...], settings: FindingSettings, packs: PackSet
) -> tuple[TargetReport, ...]:
    """Apply settings to the findings of all targets; unused and expired ignores become findings themselves."""
    used: set[int] = set()
    about_pages = (rule for name, rule in packs.rules.items() if packs.homes[name].pack.id != RUN)
    not_selected = frozenset(rule.id for rule in about_pages if not settings.selects(rule.name))
    applied = [_skip(_apply(target, settings, used), not_selected) for target in targets]
    for name, finding in _ignore_findings(targets, settings, used, packs):
        named = [number for number, target in enumerate(targets) if name and name in {target.target, target.name}]
        for number in named or range(len(targets[:1])):
            applied[number] = replace(applied[number], findings=(*applied[number].findings, finding))
    return tuple(applied)


def _apply(target: TargetReport, settings: FindingSettings, used: set[int]) -> TargetReport:
    """One target; adds to `used` the number of each ignore that matches a finding."""
    lowest = SEVERITIES.index(settings.min_severity)
    findings = [_with_settings(each, target, settings, used) for each in target.findings if settings.selects(each.name)]
    findings = [finding for finding in findings if SEVERITIES.index(finding.severity) <= lowest]
    findings.sort(key=lambda finding: SEVERITIES.index(finding.severity))
    return replace(target, findings=tuple(findings))


def _with_settings(finding: Finding, target: TargetReport, settings: FindingSettings, used: set[int]) -> Finding:
    finding = replace(finding, severity=settings.severity.get(finding.name, finding.severity))
    matching = [(n, ignore) for n, ignore in enumerate(settings.ignores) if _matches(ignore, finding, target)]
    for number, ignore in matching:
        used.add(number)
        if not settings.has_expired(ignore):
            expires = ignore.expires.isoformat() if ignore.expires else None
            return replace(finding, state="suppressed", suppression=Suppression(ignore.reason, expires))
    return replace(finding, state="baselined") if finding.fingerprint in settings.baseline else finding


def _matches(ignore: Ignore, finding: Finding, target: TargetReport) -> bool:
    return (
        ignore.rule == finding.name
        and ignore.target in {"", target.target, target.name}
        and ignore.directive in {"", finding.directive}
    )


def _skip(target: TargetReport, rules: frozenset[str]) -> TargetReport:
    """A rule that is not selected has not passed: the report lists it as skipped."""
    if target.outcome == "failed" or not rules:
        return target
    passed = tuple(rule for rule in target.passed if rule not in rules)
    others = tuple(each for each in target.skipped if each.rule not in rules)
    return replace(target, passed=passed, skipped=(*others, *(Skipped(rule, NOT_SELECTED) for rule in sorted(rules))))


def _ignore_findings(
    targets: tuple[TargetReport, ...], settings: FindingSettings, used: set[int], packs: PackSet
) -> Iterator[tuple[str, Finding]]:
    """
    Findings about ignores, each with the target that its ignore names; the first target gets those that name none.

    An ignore counts as unused only if every target was checked: a failed one may have the finding.
    """
    every_target_checked = all(target.outcome == "checked" for target in targets)
    for number, ignore in enumerate(settings.ignores):
        about = f"The ignore for {ignore.rule} ({ignore.place})"
        if settings.has_expired(ignore):
            message = f"{about} expired on {ignore.expires}; csplint reports its findings again."
            yield ignore.target, _finding("expired-ignore", message, ignore, packs)
        elif number not in used and every_target_checked:
            yield ignore.target, _finding("unused-ignore", f"{about} matches no finding; remove it.", ignore, packs)


def _finding(name: str, message: str, ignore: Ignore, packs: PackSet) -> Finding:
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
