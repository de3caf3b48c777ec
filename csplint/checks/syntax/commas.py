"""
Commas that cut a policy in two.

A comma in a header ends a policy, and another one follows (CSP3 #parse-response-csp). Proxies join headers with commas, so
a comma is only a fault where the next policy begins like the rest of a list, or where a semicolon was meant: a fallback
of one policy blocks what the other allows. In a meta element it is always a fault, because browsers differ on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from csplint.checks.context import Context
from csplint.checks.problem import Problem, at_name, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.cut_off import cut_address, looks_like_source, may_be_name
from csplint.checks.syntax.joined_policies import for_semicolon, runs
from csplint.checks.syntax.other_headers import was_never_directive
from csplint.checks.wording import shown
from csplint.csp.directives import DIRECTIVES
from csplint.csp.edit import Replacement, apply
from csplint.csp.memo import memo
from csplint.csp.policy import Policy, State
from csplint.model import Edit


class Cut(Struct, frozen=True):
    """
    What a policy was cut from.

    joint: what belongs in place of the comma. address: the address that it cut, "" for a list. first: the policy's first
    word as it was meant, None where it is right.
    """

    whole: Policy
    joint: str = " "
    address: str = ""
    first: str | None = None


_MOST_ADDRESSES = 100
"""Policies of one response that are examined for addresses cut in two; people send fewer, and similar names take time to find."""


@memo
def continued(context: Context) -> Mapping[int, Cut]:
    """The policies that look like the rest of the one before, by index."""
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
    goes_on, examined = earlier is not None and len(before.directives) == 1, policy.index < _MOST_ADDRESSES
    groups = (earlier and goes_on and not earlier.joint) or (last.name == "report-to" and last.state == State.IN_FORCE)
    if groups and examined and not may_be_name(first):
        return Cut(whole, "", first="")
    if earlier and goes_on:
        address = earlier.address and before.text
    else:
        address = cut_address(last, first) if last.state == State.IN_FORCE and examined else ""
    if address:
        return Cut(whole, "%2C", address)
    return Cut(whole) if looks_like_source(first.written) else None


@check(when=("joined policies",), capped=True)
def comma_in_policy(context: Context) -> Iterator[Problem]:
    """Report each policy that continues after a comma; several parts of one policy are one finding."""
    cuts = continued(context)
    for run in runs(context):
        parts: dict[int, list[Policy]] = {}
        for policy in run:
            if policy.index in cuts:
                parts.setdefault(cuts[policy.index].whole.index, []).append(policy)
        semicolons = for_semicolon(context, run, {index: cut.joint for index, cut in cuts.items()})
        for each in parts.values():
            if not _holds_json(cuts[each[0].index]):
                yield _problem(cuts[each[0].index], each, cuts, semicolons.made_edits() if semicolons else ())
        if semicolons and not parts:
            yield semicolons


def _holds_json(cut: Cut) -> bool:
    """Whether the commas belong to JSON in report-to, which report-to-token reports as a whole."""
    last = cut.whole.directives[-1]
    return last.name == "report-to" and last.value.startswith(("{", "["))


def _problem(cut: Cut, parts: list[Policy], cuts: Mapping[int, Cut], edits: tuple[Edit, ...]) -> Problem:
    """edits: those that also fix the other commas of the same text, if any."""
    first = parts[0].directives[0]
    last = cut.whole.directives[-1].name
    says, fix = (
        f"it looks like the rest of {last}, cut off by a comma",
        f"Replace the comma with a space, so that {first.written} belongs to {last}.",
    )
    if cut.joint == "; ":
        says = f"it is {cut.first} with a colon, and a comma before it"
        fix = f"Replace the comma with a semicolon, and write {cut.first}."
    if not cut.joint:
        fix = f"Remove {shown(first.written)}: report-to takes one name; a group may have several endpoints."
    if cut.address:
        says = f"it looks like the rest of {shown(cut.address)} in {last}, cut in two by a comma"
        fix = "Write %2C for a comma in an address."
    return Problem(
        rule="comma-in-policy",
        severity=None if cut.joint else "warning",
        message=f"A policy begins with {shown(first.written)}, which is not a directive: {says}.",
        cause=_IN_META if cut.whole.delivery == "meta" else _IN_HEADER,
        **at_name(parts[0], first),
        fix=fix,
        safety="unsafe",
        edits=edits or _joined(cut.whole, parts, cuts),
        explains=(first.span,),
    )


_IN_HEADER = "A comma ends the policy; browsers read what follows as another one, and ignore all but its directives."
_IN_META = (
    "In a meta element a comma ends the policy in Chromium, which reads what follows as another one and ignores all "
    "but its directives; Firefox reads the comma as part of the source before it, and ignores that."
)


def _joined(whole: Policy, parts: list[Policy], cuts: Mapping[int, Cut]) -> tuple[Edit, ...]:
    end = len(whole.text)
    rest = "".join(map(_corrected, parts, (cuts[part.index] for part in parts)))
    emptied = (edit for part in parts for edit in policy_edits(part, (Replacement(0, len(part.text), ""),)))
    return (*policy_edits(whole, (Replacement(end, end, rest),)), *emptied)


def _corrected(part: Policy, cut: Cut) -> str:
    if cut.first is None:
        return cut.joint + part.text
    first, *others = part.directives
    coloned = [each for each in others if each.state != State.IN_FORCE and each.written.removesuffix(":") in DIRECTIVES]
    names = [Replacement(each.name_span.start, each.name_span.end, each.written.removesuffix(":")) for each in coloned]
    return cut.joint + apply(part.text, [Replacement(0, first.name_span.end, cut.first), *names])
