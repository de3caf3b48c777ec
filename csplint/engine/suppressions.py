"""
The user's settings applied to findings: selected rules, severities, ignores and the baseline.

Only the user's own settings decide, never the page: nothing that a server sends can hide a finding about it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Set

from msgspec import Struct, field
from msgspec.structs import replace

from csplint.engine.reported import Reported
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
    decides whether an ignore has expired (None: none has). every_target: whether the
    run checks all targets of the configuration (None: it has none).
    """

    select: frozenset[str] | None = None
    leave_out: frozenset[str] = frozenset()
    severity: Mapping[str, Severity] = {}
    ignores: tuple[Ignore, ...] = ()
    baseline: Mapping[str, KnownFinding] = {}
    min_severity: Severity = "info"
    today: datetime.date | None = None
    every_target: bool | None = None

    def selects(self, rule: str) -> bool:
        """Whether findings of this rule, by name, are reported."""
        return rule not in self.leave_out and (self.select is None or rule in self.select)

    def with_restated(self, packs: PackSet) -> FindingSettings:
        """The same, where what is said of a vendor's rule also holds for the general rules that it restates."""
        said = {other: level for name, level in self.severity.items() for other in packs.restated([name])}
        return replace(
            self,
            select=None if self.select is None else self.select | packs.restated(self.select),
            leave_out=self.leave_out | packs.restated(self.leave_out),
            severity={**said, **self.severity},
        )

    def has_expired(self, ignore: Ignore) -> bool:
        """Whether an ignore no longer counts."""
        return ignore.expires is not None and self.today is not None and self.today >= ignore.expires


class Target(Struct, frozen=True):
    """What a target is called: as the user named it, and its name in the configuration, "" for none."""

    shown: str
    name: str = ""

    @property
    def key(self) -> str:
        """What identifies it in baselines: its name, so that a preview on another host is the same target."""
        return self.name or self.shown

    def is_called(self, text: str) -> bool:
        """Whether the user means this target."""
        return text in {self.shown, self.name}


class Sieve(Struct):
    """
    Decides which problems of one run are reported.

    used: the numbers of the ignores that matched a problem. seen: the fingerprints of all problems, reported or not.
    """

    settings: FindingSettings = FindingSettings()
    used: set[int] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)

    def reports(self, problem: Reported, rule: str, target: Target) -> Reported | None:
        """A problem as it is reported, or None if it is not. rule: the name of its rule."""
        self.seen.add(problem.fingerprint)
        settings = self.settings
        if not settings.selects(rule):
            return None
        severity = settings.severity.get(rule, problem.severity)
        if SEVERITIES.index(severity) > SEVERITIES.index(settings.min_severity):
            self._ignore(problem, rule, target)  # an ignore for it is not unused
            return None
        if (suppression := self._ignore(problem, rule, target)) is not None:
            return replace(problem, severity=severity, state="suppressed", suppression=suppression)
        known = problem.fingerprint in settings.baseline
        return replace(problem, severity=severity, state="baselined" if known else "new")

    def _ignore(self, problem: Reported, rule: str, target: Target) -> Suppression | None:
        for number, ignore in enumerate(self.settings.ignores):
            if _matches(ignore, rule, problem.problem.directive, target):
                self.used.add(number)
                if not self.settings.has_expired(ignore):
                    return Suppression(ignore.reason, ignore.expires.isoformat() if ignore.expires else None)
        return None


def _matches(ignore: Ignore, rule: str, directive: str | None, target: Target) -> bool:
    return (
        ignore.rule == rule
        and (not ignore.target or target.is_called(ignore.target))
        and ignore.directive in {"", directive}
    )


def with_ignores(
    targets: tuple[TargetReport, ...], settings: FindingSettings, used: Set[int], packs: PackSet
) -> tuple[TargetReport, ...]:
    """The targets with findings about unused and expired ignores, and with the rules that were not selected as skipped."""
    applied = [with_skipped(target, settings, packs) for target in targets]
    for name, finding in _ignore_findings(targets, settings, used, packs):
        named = [
            number for number, each in enumerate(targets) if name and Target(each.target, each.name).is_called(name)
        ]
        for number in named or range(len(targets[:1])):
            applied[number] = replace(applied[number], findings=(*applied[number].findings, finding))
    return tuple(applied)


def with_skipped(target: TargetReport, settings: FindingSettings, packs: PackSet) -> TargetReport:
    """The target with the rules that were not selected as skipped."""
    about_pages = (rule for name, rule in packs.rules.items() if packs.homes[name].pack.id != RUN)
    return _skip(target, frozenset(rule.id for rule in about_pages if not settings.selects(rule.name)))


def _skip(target: TargetReport, rules: frozenset[str]) -> TargetReport:
    """A rule that is not selected has not passed: the report lists it as skipped."""
    if target.outcome == "failed" or not rules:
        return target
    passed = tuple(rule for rule in target.passed if rule not in rules)
    others = tuple(each for each in target.skipped if each.rule not in rules)
    return replace(target, passed=passed, skipped=(*others, *(Skipped(rule, NOT_SELECTED) for rule in sorted(rules))))


def _ignore_findings(
    targets: tuple[TargetReport, ...], settings: FindingSettings, used: Set[int], packs: PackSet
) -> Iterator[tuple[str, Finding]]:
    """Findings about ignores, each with the target that its ignore names; the first target gets those that name none."""
    for number, ignore in enumerate(settings.ignores):
        about = f"The ignore for {ignore.rule} ({ignore.place})"
        if settings.has_expired(ignore):
            message = f"{about} expired on {ignore.expires}; csplint reports its findings again."
            yield ignore.target, _finding("expired-ignore", message, ignore, packs)
        elif number not in used and _could_match(targets, ignore, settings, packs):
            yield ignore.target, _finding("unused-ignore", f"{about} matches no finding; remove it.", ignore, packs)


def _could_match(targets: tuple[TargetReport, ...], ignore: Ignore, settings: FindingSettings, packs: PackSet) -> bool:
    """
    Whether the run looked everywhere that the ignore is about, so that it is unused if nothing matched.

    Its rule is selected and was checked for each target that it is about; a run over some of the targets does not know.
    """
    about = [each for each in targets if not ignore.target or Target(each.target, each.name).is_called(ignore.target)]
    if not settings.selects(ignore.rule) or (not ignore.target and settings.every_target is False):
        return False
    if not about:
        return settings.every_target is True and bool(targets)  # it names no target of the configuration
    rule = packs.rules[ignore.rule].id
    return all(each.outcome == "checked" and all(rule != skipped.rule for skipped in each.skipped) for each in about)


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
        effect="protection",
    )
