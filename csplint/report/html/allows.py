"""
What each policy by itself makes of each thing the widget needs.

The report says what all enforced policies together allow. Which of them stands in the way
is asked of `csp` again, by the same witnesses; where that cannot be told apart, or does not agree
with the report, the cell says so: a guess is not printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from csplint.csp.cover import covers, first_verdict, overlap
from csplint.csp.decide import EFFECTIVE_DIRECTIVE, PolicySet
from csplint.csp.parse import parse_source
from csplint.csp.policy import Delivered
from csplint.csp.request import Kind, Request
from csplint.csp.source import SourceKind
from csplint.csp.url import UNKNOWN_PAGE
from csplint.model import PolicyReport, RequirementReport, TargetReport
from csplint.packs.merge import PackSet
from csplint.packs.pack import Requirement

INLINE = "'unsafe-inline'"

Look = Literal["met", "unmet", "partly", "unknown", "not-applicable"]


class Allowance(Struct, frozen=True):
    """One policy's answer. by: the directive and the source that allow it; is_free: nothing in the policy restricts it."""

    look: Look
    by: str = ""
    is_free: bool = False


UNKNOWN, ASIDE = Allowance("unknown"), Allowance("not-applicable")


def allowances(target: TargetReport, requirement: RequirementReport, packs: PackSet) -> list[Allowance]:
    """One answer a policy, in the target's order."""
    asked = next((each for each in packs.vendor.requirement if each.id == requirement.id), None)
    if requirement.state == "not-applicable" or (asked and not asked.kinds):
        return [ASIDE for _ in target.policies]
    page = target.final_url or UNKNOWN_PAGE
    if asked and asked.id == "script":
        found = [_by_findings(policy, target, asked, packs) for policy in target.policies]
    else:
        found = [_answer(policy, requirement, asked, page, known=bool(target.final_url)) for policy in target.policies]
    return _agreeing(target.policies, requirement, found)


def _by_findings(policy: PolicyReport, target: TargetReport, asked: Requirement, packs: PackSet) -> Allowance:
    """The embed's scripts pass in many ways, so only what was found is told: a blocked request has a console's text."""
    check = packs.rules[asked.rule].check
    found = [
        finding
        for finding in target.findings
        if finding.policy == policy.index and finding.name in packs.rules and packs.rules[finding.name].check == check
    ]
    return Allowance("unmet") if any(finding.console for finding in found) else UNKNOWN


def _answer(
    policy: PolicyReport, requirement: RequirementReport, asked: Requirement | None, page: str, *, known: bool
) -> Allowance:
    wanted = requirement.needs.split()
    sure = known or "'self'" not in wanted
    if asked is None or not sure or not wanted or not all(map(_is_valid, wanted)):
        return UNKNOWN
    alone = PolicySet.read(page, [Delivered(policy.value, policy.delivery)])
    if len(alone.policies) != 1:
        return UNKNOWN
    asks = [(word, kind) for word in wanted for kind in asked.kinds]
    failing = [(word, kind) for word, kind in asks if not _is_allowed(alone, word, kind)]
    if not failing:
        return _allowed_by(alone, wanted[0], asked.kinds[0])
    partly = len(failing) < len(asks) or any(_lets_some_through(alone, word, kind) for word, kind in failing)
    return Allowance("partly" if partly else "unmet")


def _is_valid(word: str) -> bool:
    return parse_source(word).kind != SourceKind.INVALID


def _is_allowed(alone: PolicySet, word: str, kind: Kind) -> bool:
    if word == INLINE:
        return not alone.decide(Request(kind, content="color:red")).blocked
    return covers(alone, word, kind)


def _lets_some_through(alone: PolicySet, word: str, kind: Kind) -> bool:
    return word != INLINE and bool(overlap(alone.policies[0], alone.page, word, EFFECTIVE_DIRECTIVE[kind]))


def _allowed_by(alone: PolicySet, word: str, kind: Kind) -> Allowance:
    if word == INLINE:
        verdict = next(iter(alone.decide(Request(kind, content="color:red")).verdicts), None)
    else:
        verdict = first_verdict(alone, word, kind)
    if verdict is None or verdict.directive is None:
        return Allowance("met", is_free=True)
    return Allowance("met", f"{verdict.directive.name} {verdict.matched.text}" if verdict.matched else "")


def _agreeing(
    policies: Sequence[PolicyReport], requirement: RequirementReport, found: list[Allowance]
) -> list[Allowance]:
    """The answers, those of enforced policies brought in line with what the report says of all of them."""
    enforced = [number for number, policy in enumerate(policies) if policy.disposition == "enforce"]
    if requirement.state == "met":
        for number in enforced:
            by = requirement.by if requirement.by and requirement.by.policy == policies[number].index else None
            source = f"{by.directive} {by.source}" if by else ""
            found[number] = found[number] if found[number].look == "met" else Allowance("met", source)
    elif len(enforced) == 1 and found[enforced[0]].look in {"met", "unknown"}:
        found[enforced[0]] = Allowance(_look(requirement))
    elif all(found[number].look == "met" for number in enforced):
        for number in enforced:
            found[number] = UNKNOWN
    return found


def _look(requirement: RequirementReport) -> Look:
    return "unmet" if requirement.state == "unmet" else "partly"
