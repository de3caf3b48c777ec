"""Advice about vendors whose facts were read long ago: they may have changed since."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from csplint.checks.problem import Problem
from csplint.engine.evaluate import Outcome
from csplint.engine.reported import Reported
from csplint.engine.suppressions import Sieve, Target
from csplint.model import Finding, Fix, TargetReport
from csplint.packs.merge import PackSet
from csplint.packs.pack import PackInfo

RULE = "pack-outdated"


def with_outdated(
    targets: tuple[TargetReport, ...], packs: PackSet, wanted: Sequence[str], sieve: Sieve
) -> tuple[TargetReport, ...]:
    """
    The targets with a finding for each vendor that is on the page, or asked for, and whose pack is outdated.

    packs: those of the run, with the vendors of its pages. wanted: the vendors that the user names. None without a date in the
    settings, so that the same input gives the same report.
    """
    today = sieve.settings.today
    if today is None or RULE not in packs.rules:
        return targets
    old = {pack.pack.id: pack.pack for pack in packs.vendors if pack.pack.is_outdated(today)}
    return tuple(_with(target, old, packs, wanted, sieve) for target in targets) if old else targets


def _with(
    target: TargetReport, old: dict[str, PackInfo], packs: PackSet, wanted: Sequence[str], sieve: Sieve
) -> TargetReport:
    judged = target.verdict.vendors if target.verdict else ()
    about = [each.vendor for each in judged if each.vendor in old and (each.state != "absent" or each.vendor in wanted)]
    found = [_finding(old[vendor], target, packs, sieve) for vendor in about]
    reported = tuple(each for each in found if each)
    if not about:
        return target
    passed = tuple(rule for rule in target.passed if rule != packs.rules[RULE].id)
    return replace(target, findings=(*target.findings, *reported), passed=passed)


def _finding(info: PackInfo, target: TargetReport, packs: PackSet, sieve: Sieve) -> Finding | None:
    rule = packs.rules[RULE]
    message = f"The facts about {info.title} were read on {info.checked}; the vendor may have changed them."
    outcome = Outcome(Problem(rule=RULE, message=message, value=info.id), report_only=False)
    problem = Reported(outcome=outcome, fingerprint=f"{rule.id}:{info.id}", effect="protection", severity=rule.severity)
    known = sieve.reports(problem, RULE, Target(target.target, target.name))
    if known is None:
        return None
    return Finding(
        rule=rule.id,
        name=rule.name,
        pack=packs.homes[RULE].pack.id,
        severity=known.severity,
        message=message,
        why=rule.why,
        cause=f"csplint compares the policy with {info.source}, as it was on that day.",
        fix=Fix(rule.fix, "unsafe", ()),
        docs=info.source,
        value=info.id,
        fingerprint=known.fingerprint,
        effect="protection",
        state=known.state,
        suppression=known.suppression,
    )
