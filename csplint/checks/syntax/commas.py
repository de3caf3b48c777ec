"""
Commas that cut a policy in two.

A comma in a header ends a policy: what follows is another one (CSP3
#parse-response-csp). That is how two headers are joined, so a comma is a fault
only where what follows begins like the rest of a list, or where it stands for a
semicolon: what one of the two allows, a default of the other blocks. In a meta
element it is always one, because browsers differ on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from csplint.checks.context import Context
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.comma_joints import for_semicolon, runs
from csplint.checks.syntax.cut_off import cut_address, looks_like_source, may_be_name
from csplint.checks.syntax.misplaced import was_never_directive
from csplint.checks.syntax.places import shown
from csplint.csp.directives import DIRECTIVES
from csplint.csp.edit import Replacement, apply
from csplint.csp.memo import memo
from csplint.csp.policy import Policy, State
from csplint.model import Edit


class Cut(Struct, frozen=True):
    """
    What a policy was cut from. joint: what belongs in the comma's place. address: what it cut, "" for a list. first: what the
    policy begins with, put right; None as it is written.
    """

    whole: Policy
    joint: str = " "
    address: str = ""
    first: str | None = None


_MOST_ADDRESSES = 100
"""Policies of one answer that are looked at for addresses cut in two; people send fewer, and near names take time to find."""


@memo
def continued(context: Context) -> Mapping[int, Cut]:
    """The policies that look like the rest of another one, by index."""
    found: dict[int, Cut] = {}
    before: Policy | None = None
    for policy in context.policies.policies:
        if before and policy.joined and (cut := _cut(policy, before, found.get(before.index))):
            found[policy.index] = cut
        before = policy
    return found


def _cut(policy: Policy, before: Policy, earlier: Cut | None) -> Cut | None:
    first, last = policy.directives[0], before.directives[-1]
    if first.state not in {State.UNKNOWN, State.BAD_NAME}:
        return None
    whole = earlier.whole if earlier else before
    if (name := first.written.removesuffix(":").lower()) in DIRECTIVES:
        return Cut(whole, "; ", first=name)
    if was_never_directive(first):
        return None
    goes_on, looked_at = earlier is not None and len(before.directives) == 1, policy.index < _MOST_ADDRESSES
    groups = (earlier and goes_on and not earlier.joint) or (last.name == "report-to" and last.state == State.IN_FORCE)
    if groups and looked_at and not may_be_name(first):
        return Cut(whole, "", first="")
    if earlier and goes_on:
        address = earlier.address and before.text
    else:
        address = cut_address(last, first) if last.state == State.IN_FORCE and looked_at else ""
    if address:
        return Cut(whole, "%2C", address)
    return Cut(whole) if looks_like_source(first.written) else None


@check(when=("joined policies",), capped=True)
def comma_in_policy(context: Context) -> Iterator[Problem]:
    """Report each policy that goes on after a comma; several parts of one are one fault."""
    cuts = continued(context)
    for run in runs(context):
        parts: dict[int, list[Policy]] = {}
        for policy in run:
            if policy.index in cuts:
                parts.setdefault(cuts[policy.index].whole.index, []).append(policy)
        told = for_semicolon(context, run, {index: cut.joint for index, cut in cuts.items()})
        for each in parts.values():
            if not _holds_json(cuts[each[0].index]):
                yield _problem(cuts[each[0].index], each, cuts, told.made_edits() if told else ())
        if told and not parts:
            yield told


def _holds_json(cut: Cut) -> bool:
    """Whether a header's JSON stands in report-to, which is told as such, with all its commas."""
    last = cut.whole.directives[-1]
    return last.name == "report-to" and last.value.startswith(("{", "["))


def _problem(cut: Cut, parts: list[Policy], cuts: Mapping[int, Cut], edits: tuple[Edit, ...]) -> Problem:
    """`edits` mend the other commas of the same text as well, where there are such."""
    first = parts[0].directives[0]
    last = cut.whole.directives[-1].name
    says, fix = (
        f"it looks like the rest of {last}, cut off by a comma",
        f"Put a space in the comma's place, so that {first.written} belongs to {last}.",
    )
    if cut.joint == "; ":
        says = f"it is {cut.first} with a colon, and a comma before it"
        fix = f"Put a semicolon in the comma's place, and write {cut.first}."
    if not cut.joint:
        fix = f"Take {shown(first.written)} out: report-to takes one name; a group may have several endpoints."
    if cut.address:
        says = f"it looks like the rest of {shown(cut.address)} in {last}, cut in two by a comma"
        fix = "Write %2C for a comma in an address."
    return Problem(
        rule="comma-in-policy",
        severity=None if cut.joint else "warning",
        message=f"A policy begins with {shown(first.written)}, which is no directive: {says}.",
        cause=_IN_META if cut.whole.delivery == "meta" else _IN_HEADER,
        policy=parts[0],
        directive=first.name,
        value=first.written,
        span=first.name_span,
        fix=fix,
        safety="unsafe",
        edits=edits or _joined(cut.whole, parts, cuts),
    )


_IN_HEADER = "A comma ends the policy; browsers read what follows as another one, and drop what is no directive of it."
_IN_META = (
    "In a meta element a comma ends the policy in Chromium, which reads what follows as another one and drops what is "
    "no directive of it; Firefox takes the comma for a part of the source before it, and drops that."
)


def _joined(whole: Policy, parts: list[Policy], cuts: Mapping[int, Cut]) -> tuple[Edit, ...]:
    end = len(whole.text)
    rest = "".join(map(_put_right, parts, (cuts[part.index] for part in parts)))
    emptied = (edit for part in parts for edit in policy_edits(part, (Replacement(0, len(part.text), ""),)))
    return (*policy_edits(whole, (Replacement(end, end, rest),)), *emptied)


def _put_right(part: Policy, cut: Cut) -> str:
    if cut.first is None:
        return cut.joint + part.text
    first, *others = part.directives
    coloned = [each for each in others if each.state != State.IN_FORCE and each.written.removesuffix(":") in DIRECTIVES]
    names = [Replacement(each.name_span.start, each.name_span.end, each.written.removesuffix(":")) for each in coloned]
    return cut.joint + apply(part.text, [Replacement(0, first.name_span.end, cut.first), *names])
