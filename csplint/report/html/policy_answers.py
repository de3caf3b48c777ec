"""
Whether each single policy allows each requirement.

The report says only what all enforced policies together allow. To show which of them blocks, each policy is judged
alone here, with the same witnesses. If the result is unknown or contradicts the report, the cell says so instead of
guessing.
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
_INLINE_STYLE = "color:red"

AnswerState = Literal["met", "unmet", "partly", "unknown", "not-applicable"]


class PolicyAnswer(Struct, frozen=True):
    """One policy's answer. by: the directive and source that allow it, or "". is_unrestricted: no directive applies."""

    state: AnswerState
    by: str = ""
    is_unrestricted: bool = False


UNKNOWN, NOT_APPLICABLE = PolicyAnswer("unknown"), PolicyAnswer("not-applicable")


def policy_answers(target: TargetReport, requirement: RequirementReport, packs: PackSet) -> list[PolicyAnswer]:
    """Give one answer per policy, in the target's order."""
    known = packs.requirement(requirement.vendor, requirement.id)
    if requirement.state == "not-applicable" or (known and not known.kinds):
        return [NOT_APPLICABLE for _ in target.policies]
    if known and known.role == "embed":
        answers = [_from_findings(policy, target, known, packs) for policy in target.policies]
    else:
        answers = [_judged(policy, requirement, known, target.final_url) for policy in target.policies]
    return _reconciled(target.policies, requirement, answers)


def _from_findings(policy: PolicyReport, target: TargetReport, known: Requirement, packs: PackSet) -> PolicyAnswer:
    """
    "unmet" if a finding has console text, which means that a request is blocked; otherwise unknown.

    A policy can allow the embed's script in many ways, so only its findings are evidence.
    """
    check = packs.rules[known.rule].check
    findings = [
        finding
        for finding in target.findings
        if finding.policy == policy.index and finding.name in packs.rules and packs.rules[finding.name].check == check
    ]
    return PolicyAnswer("unmet") if any(finding.console for finding in findings) else UNKNOWN


def _judged(
    policy: PolicyReport, requirement: RequirementReport, known: Requirement | None, page: str | None
) -> PolicyAnswer:
    sources = requirement.needs.split()
    if known is None or not sources or (not page and "'self'" in sources) or not all(map(_is_valid, sources)):
        return UNKNOWN
    single = PolicySet.read(page or UNKNOWN_PAGE, [Delivered(policy.value, policy.delivery)])
    if len(single.policies) != 1:
        return UNKNOWN
    pairs = [(source, kind) for source in sources for kind in known.kinds]
    blocked = [(source, kind) for source, kind in pairs if not _is_allowed(single, source, kind)]
    if not blocked:
        return _allowed_by(single, sources[0], known.kinds[0])
    partly = len(blocked) < len(pairs) or any(_is_partly_allowed(single, source, kind) for source, kind in blocked)
    return PolicyAnswer("partly" if partly else "unmet")


def _is_valid(source: str) -> bool:
    return parse_source(source).kind != SourceKind.INVALID


def _is_allowed(single: PolicySet, source: str, kind: Kind) -> bool:
    if source == INLINE:
        return not single.decide(Request(kind, content=_INLINE_STYLE)).blocked
    return covers(single, source, kind)


def _is_partly_allowed(single: PolicySet, source: str, kind: Kind) -> bool:
    return source != INLINE and bool(overlap(single.policies[0], single.page, source, EFFECTIVE_DIRECTIVE[kind]))


def _allowed_by(single: PolicySet, source: str, kind: Kind) -> PolicyAnswer:
    if source == INLINE:
        verdict = next(iter(single.decide(Request(kind, content=_INLINE_STYLE)).verdicts), None)
    else:
        verdict = first_verdict(single, source, kind)
    if verdict is None or verdict.directive is None:
        return PolicyAnswer("met", is_unrestricted=True)
    return PolicyAnswer("met", f"{verdict.directive.name} {verdict.matched.text}" if verdict.matched else "")


def _reconciled(
    policies: Sequence[PolicyReport], requirement: RequirementReport, answers: list[PolicyAnswer]
) -> list[PolicyAnswer]:
    """The answers, with those of enforced policies corrected so that none contradicts the report."""
    enforced = [number for number, policy in enumerate(policies) if policy.disposition == "enforce"]
    if requirement.state == "met":
        for number in enforced:
            by = requirement.by if requirement.by and requirement.by.policy == policies[number].index else None
            source = f"{by.directive} {by.source}" if by else ""
            answers[number] = answers[number] if answers[number].state == "met" else PolicyAnswer("met", source)
    elif requirement.state == "unknown":
        return answers  # each policy allows it; a header decides
    elif len(enforced) == 1 and answers[enforced[0]].state in {"met", "unknown"}:
        answers[enforced[0]] = PolicyAnswer("unmet" if requirement.state == "unmet" else "partly")
    elif all(answers[number].state == "met" for number in enforced):
        for number in enforced:
            answers[number] = UNKNOWN
    return answers
