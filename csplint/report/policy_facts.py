"""How a policy was sent, and which policy and directive a finding is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from csplint.model import DirectiveReport, Finding, PolicyReport


def header_name(policy: PolicyReport) -> str:
    """Give the name of the header that carries, or would carry, the policy."""
    return "Content-Security-Policy" + ("-Report-Only" if policy.disposition == "report" else "")


def delivery_text(policy: PolicyReport) -> str:
    """Give how the policy reached the browser: "header", "meta element" or "given as text"."""
    match policy.delivery:
        case "header":
            return "header"
        case "meta":
            return "meta element"
        case "text":
            return "given as text"
        case _:
            assert_never(policy.delivery)


def disposition_text(policy: PolicyReport) -> str:
    """Give "enforced" or "report-only"."""
    return "enforced" if policy.disposition == "enforce" else "report-only"


def delivery_with_header(policy: PolicyReport) -> str:
    """Give "Content-Security-Policy header" and the like."""
    delivery = delivery_text(policy)
    return delivery if policy.delivery == "text" else f"{header_name(policy)} {delivery}"


def policy_number(policies: Sequence[PolicyReport], index: int | None) -> int | None:
    """Give the position, from 1, of the policy with this index; None if there is none."""
    return next((number for number, policy in enumerate(policies, start=1) if policy.index == index), None)


def find_policy(policies: Sequence[PolicyReport], finding: Finding) -> PolicyReport | None:
    """Give the policy of a finding."""
    return next((each for each in policies if each.index == finding.policy), None)


def find_directive(policy: PolicyReport | None, finding: Finding) -> DirectiveReport | None:
    """Give the directive that contains the finding's span; without a span, the first of that name, which is the one in force."""
    span, name = finding.span, (finding.directive or "").lower()
    for each in policy.directives if policy else ():
        if each.span.start <= span.start and span.end <= each.span.end if span else each.name.lower() == name:
            return each
    return None


def has_directive(policy: PolicyReport, name: str) -> bool:
    """Whether the policy has a directive of this name, in any case."""
    return any(each.name.lower() == name.lower() for each in policy.directives)
