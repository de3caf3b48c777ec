"""One policy in place of two that contradict each other, where the page shows which of them is the right one."""

from __future__ import annotations

from collections.abc import Iterable

from csplint.checks.own_page.requests import OwnRequest, Verdicts
from csplint.checks.problem import policy_edits
from csplint.csp.directives import CHAINS
from csplint.csp.edit import Replacement
from csplint.csp.policy import Policy
from csplint.model import Edit


def is_right(one: Policy, other: Policy, requests: Iterable[OwnRequest], verdicts: Verdicts) -> bool:
    """Whether the page's requests get through one policy, and what the other blocks of them is all that is blocked."""
    if one.delivery != "header" or other.delivery != "header":
        return False
    return not any(
        (verdict := verdicts.verdict(one, each.request)) is not None and not verdict.allowed for each in requests
    )


def in_place_of_both(one: Policy, other: Policy) -> tuple[Edit, ...]:
    """
    Keep the first policy, with the directives of the other that it has nothing in place of, and send no other.

    Nothing that both allow is blocked: each directive of the result was in force before.
    """
    added = [each for each in other.in_force.values() if not _governs(one, each.name)]
    text = "".join(f"; {other.text[each.span.start : each.span.end]}" for each in added)
    end = len(one.text.rstrip("; "))
    return (
        *policy_edits(one, (Replacement(end, len(one.text), text),)),
        *policy_edits(other, (Replacement(0, len(other.text), ""),)),
    )


def _governs(policy: Policy, name: str) -> bool:
    return policy.governing(name) is not None if name in CHAINS else name in policy.in_force
