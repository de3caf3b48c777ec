"""
Commas in place of semicolons: they make two policies of one, and the page must satisfy both.

In `default-src 'none', script-src 'self'` no script loads: the first policy has no script-src, so its default-src governs
scripts, and the second policy cannot add to it. With a semicolon between them the two lists are right. Where both
policies have a directive of the same name, each was written as a whole, and a semicolon would not help.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations

from msgspec import Struct

from csplint.checks.context import Context
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.wording import shown
from csplint.csp.directives import CHAINS
from csplint.csp.edit import Replacement, plain_name
from csplint.csp.memo import memo
from csplint.csp.policy import Directive, Policy
from csplint.csp.probes import ComparedList, Probes, compared_lists
from csplint.csp.source import SourceKind
from csplint.model import Edit

_MOST = 6
"""Texts that are examined, and policies of a text that are compared; people send one text with two policies."""


class Overruled(Struct, frozen=True):
    """A source that the directive of one policy allows, and the fallback for that directive in another policy blocks."""

    source: str
    policy: Policy
    directive: Directive
    by: Policy
    default: Directive

    @property
    def is_total(self) -> bool:
        """Whether the other policy blocks everything that the directive allows."""
        return allows_nothing(self.default)


def allows_nothing(directive: Directive) -> bool:
    """Whether a list is empty or has only 'none'."""
    return all(source.kind == SourceKind.NONE for source in directive.list.sources)


@memo
def runs(context: Context) -> tuple[tuple[Policy, ...], ...]:
    """The policies of each header or meta element that has several."""
    found: list[list[Policy]] = []
    for policy in context.policies.policies:
        if policy.joined and found:
            found[-1].append(policy)
        else:
            found.append([policy])
    return tuple(tuple(run) for run in found if len(run) > 1)


@memo
def texts(context: Context) -> Mapping[int, int]:
    """By index of each policy that shares its header or meta element, the index of the first policy there."""
    return {policy.index: run[0].index for run in runs(context) for policy in run}


def _may_be_joined(one: Policy, other: Policy) -> bool:
    """Whether no directive is in both, so that a semicolon could join them."""
    return one.in_force.keys().isdisjoint(other.in_force)


@memo
def overruled(context: Context) -> Mapping[int, Overruled]:
    """
    The texts with a comma in place of a semicolon: a source that is blocked because of it, by index of the first policy.

    Where one policy blocks everything, a source of that pair.
    """
    found = {}
    for run in runs(context)[:_MOST]:
        blocked = list(_overruled(context, run))
        if blocked:
            found[run[0].index] = next((each for each in blocked if each.is_total), blocked[0])
    return found


def _overruled(context: Context, run: tuple[Policy, ...]) -> Iterator[Overruled]:
    for by, policy in permutations(run[:_MOST], 2):
        if not _may_be_joined(by, policy):
            continue
        for side, other in compared_lists(policy, by, context.policies.page):
            nearer = CHAINS[side.effective].index(side.directive.name)
            if nearer >= CHAINS[side.effective].index(other.directive.name):
                continue
            if source := _blocked(context, side, other, (policy, by)):
                yield Overruled(source, policy, side.directive, by, other.directive)


def _blocked(context: Context, side: ComparedList, other: ComparedList, pair: tuple[Policy, Policy]) -> str:
    """The text of the first source of one list that the other list blocks; "" where it blocks none."""
    if allows_nothing(other.directive):
        return next((each.text for each in side.listed.sources if each.kind != SourceKind.NONE), "")
    own, both = context.policies.only(pair[0]), context.policies.only(*pair)
    tries: Probes = (*side.named_probes(), *side.wide_probes())
    for ways in tries:
        matched = [verdict.matched for each in ways for verdict in own.decide(each).verdicts if verdict.matched]
        if matched and all(both.decide(each).blocked for each in ways):
            return matched[0].text
    return ""


def for_semicolon(context: Context, run: tuple[Policy, ...], joints: dict[int, str]) -> Problem | None:
    """
    One problem for all commas of a text; None where they separate policies that were meant to be separate.

    joints: what belongs in place of the comma before a policy, by index, where that is not a semicolon.
    """
    found = overruled(context).get(run[0].index)
    if found:
        return _overruling(found, _joined(run, joints), run, stops_files=_stops_files(context, run))
    if run[0].delivery == "meta":
        return _read_differently(run, _joined(run, joints))
    return None


def _stops_files(context: Context, run: tuple[Policy, ...]) -> bool:
    """Whether the page has something that a policy's own directive allows, and only another policy's fallback blocks."""
    if context.document is None:
        return False
    from csplint.checks.own_page.requests import Verdicts, own_requests  # noqa: PLC0415 - for pages with such a header

    verdicts, requests = Verdicts(context), own_requests(context)
    for by in run[:_MOST]:
        for each in verdicts.blocked(by, requests):
            others = (verdicts.verdict(policy, each.request) for policy in run[:_MOST] if policy is not by)
            if each.directive.name != plain_name(each.effective) and any(one and one.matched for one in others):
                return True
    return False


def _overruling(found: Overruled, edits: tuple[Edit, ...], run: tuple[Policy, ...], *, stops_files: bool) -> Problem:
    name, default = found.directive.name, found.default
    whole = found.is_total or stops_files or found.policy.delivery == "meta"
    has = f"{default.name} {shown(default.value)}".rstrip()
    return Problem(
        rule="comma-in-policy",
        severity=None if whole else "warning",
        message=f"{_SEPARATED[len(run) > _PAIR]} {name} from {default.name}, so they are {_count(run)} policies, and the page "
        f"must satisfy {'all' if len(run) > _PAIR else 'both'}: "
        f"{has} blocks {shown(found.source)}, which {name} should allow.",
        cause=f"Policy {found.by.index + 1} has no {name}, so its {default.name} is the fallback; "
        f"policy {found.policy.index + 1} cannot add to it."
        + (f" {_DIFFERS}" if found.policy.delivery == "meta" else ""),
        policy=found.policy,
        directive=name,
        span=found.directive.name_span,
        fix=_FIXES if len(run) > _PAIR else _FIX,
        safety="unsafe",
        edits=edits,
        explains=(found.directive.name_span,) if whole and edits else (),
    )


_PAIR = 2
_SEPARATED = ("A comma separates", "Commas separate")
_NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five"}


def _count(run: tuple[Policy, ...]) -> str:
    return _NUMBERS.get(len(run), str(len(run)))


_FIX = "Replace the comma with a semicolon; if a proxy joined two headers, send one."
_FIXES = "Replace the commas with semicolons; if a proxy joined several headers, send one."
_DIFFERS = "Chromium reads it so; Firefox reads the whole content as one policy, and the comma as part of a source."


def _read_differently(run: tuple[Policy, ...], edits: tuple[Edit, ...]) -> Problem:
    before, after = run[0].directives[-1], run[1].directives[0]
    return Problem(
        rule="comma-in-policy",
        message=f"A comma precedes {shown(after.written)} in a meta element: Chromium reads two policies there, "
        "Firefox one.",
        cause="By HTML a meta element has one policy, and Firefox follows it: "
        f"it reads {shown(after.written)} and what follows as the rest of {before.name}.",
        policy=run[1],
        directive=after.name,
        span=after.name_span,
        fix="Replace the comma with a semicolon.",
        safety="unsafe",
        edits=edits,
    )


def _joined(run: tuple[Policy, ...], joints: dict[int, str]) -> tuple[Edit, ...]:
    """One policy made of all; none where it would have a directive twice, because browsers ignore the second."""
    names = [each.name for policy in run if policy.index not in joints for each in policy.directives]
    if len(set(names)) < len(names):
        return ()
    end = len(run[0].text)
    rest = "".join(joints.get(policy.index, _SEMICOLON) + policy.text for policy in run[1:])
    emptied = (edit for each in run[1:] for edit in policy_edits(each, (Replacement(0, len(each.text), ""),)))
    return (*policy_edits(run[0], (Replacement(end, end, rest),)), *emptied)


_SEMICOLON = "; "
