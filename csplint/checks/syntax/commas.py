"""
Commas that cut a policy in two.

A comma in a header ends a policy: what follows is another one (CSP3
#parse-response-csp). That is how two headers are joined, so a comma is a fault
only where what follows begins like the rest of a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from csplint.checks.context import Context
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.syntax.sandbox import FLAGS
from csplint.csp.edit import Replacement
from csplint.csp.policy import Policy, State
from csplint.csp.source import SourceKind, parse_source
from csplint.model import Edit

_NAME = re.compile(r"[A-Za-z0-9-]+")


def looks_like_source(word: str) -> bool:
    """Whether a word that stands where a directive's name belongs is a source or a sandbox flag."""
    if not word.isascii():
        return False
    if not _NAME.fullmatch(word):
        return parse_source(word).kind is not SourceKind.INVALID
    quoted = parse_source(f"'{word}'")
    return quoted.kind is not SourceKind.INVALID or word.lower() in FLAGS


def continued(context: Context) -> Mapping[int, Policy]:
    """The policies that look like the rest of another one, by index, with the one they were cut from."""
    found: dict[int, Policy] = {}
    before: Policy | None = None
    for policy in context.policies.policies:
        if before and _follows(policy, before) and _begins_amid(policy):
            found[policy.index] = found.get(before.index, before)
        before = policy
    return found


def _follows(policy: Policy, before: Policy) -> bool:
    """Whether the two can have come in one header or one meta element."""
    return policy.index == before.index + 1 and (policy.delivery, policy.order) == (before.delivery, before.order)


def _begins_amid(policy: Policy) -> bool:
    first = policy.directives[0]
    return first.state in {State.UNKNOWN, State.BAD_NAME} and looks_like_source(first.written)


def comma_in_policy(context: Context) -> Iterator[Problem]:
    """Report each policy that goes on after a comma; several parts of one are one fault."""
    cut: dict[int, list[Policy]] = {}
    policies = {policy.index: policy for policy in context.policies.policies}
    for index, whole in continued(context).items():
        cut.setdefault(whole.index, []).append(policies[index])
    for index, parts in cut.items():
        yield _problem(policies[index], parts)


def _problem(whole: Policy, parts: list[Policy]) -> Problem:
    first = parts[0].directives[0]
    last = whole.directives[-1].name
    return Problem(
        rule="comma-in-policy",
        message=f"A policy begins with {first.written}, which is no directive: it looks like the rest of {last}, cut off by a comma.",
        cause="A comma ends the policy; browsers read what follows as another one, and drop what is no directive of it.",
        policy=parts[0],
        directive=first.name,
        value=first.written,
        span=first.name_span,
        fix=f"Put a space in the comma's place, so that {first.written} belongs to {last}.",
        safety="unsafe",
        edits=_joined(whole, parts),
    )


def _joined(whole: Policy, parts: list[Policy]) -> tuple[Edit, ...]:
    end = len(whole.text)
    rest = " ".join(part.text for part in parts)
    emptied = (edit for part in parts for edit in policy_edits(part, (Replacement(0, len(part.text), ""),)))
    return (*policy_edits(whole, (Replacement(end, end, f" {rest}"),)), *emptied)
