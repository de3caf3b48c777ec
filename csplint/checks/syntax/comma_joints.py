"""
Commas that stand for semicolons: what was meant for one policy is two, and the page must satisfy both.

In `default-src 'none', script-src 'self'` no script loads: the first policy has no
script-src, so its default-src governs scripts, and the second cannot add to it. The
same two lists parted by a semicolon are sound. Where both have a directive of the
same name they were each written as a whole, and a semicolon would not help.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations

from msgspec import Struct

from csplint.checks.context import Context
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.syntax.places import shown
from csplint.csp.directives import CHAINS
from csplint.csp.edit import Replacement
from csplint.csp.memo import memo
from csplint.csp.policy import Directive, Policy
from csplint.csp.probes import ComparedList, Probes, compared_lists
from csplint.csp.source import SourceKind
from csplint.model import Edit

_MOST = 6
"""Texts that are looked at, and policies of one that are held against each other; people send one with two."""


class Overruled(Struct, frozen=True):
    """A source that the directive of one policy allows, and what another policy has in that directive's place blocks."""

    source: str
    policy: Policy
    directive: Directive
    by: Policy
    default: Directive

    @property
    def closed(self) -> bool:
        """Whether nothing at all that the directive allows gets past the other policy."""
        return closes(self.default)


def closes(directive: Directive) -> bool:
    """Whether a list allows nothing, and says so."""
    return all(source.kind == SourceKind.NONE for source in directive.list.sources)


@memo
def runs(context: Context) -> tuple[tuple[Policy, ...], ...]:
    """The policies that came in one text, of each text that has several."""
    found: list[list[Policy]] = []
    for policy in context.policies.policies:
        if policy.joined and found:
            found[-1].append(policy)
        else:
            found.append([policy])
    return tuple(tuple(run) for run in found if len(run) > 1)


@memo
def texts(context: Context) -> Mapping[int, int]:
    """For each policy that shares its text with others, by index, the index of the text's first."""
    return {policy.index: run[0].index for run in runs(context) for policy in run}


def complement(one: Policy, other: Policy) -> bool:
    """Whether no directive stands in both, so that a semicolon could join them."""
    return one.in_force.keys().isdisjoint(other.in_force)


@memo
def overruled(context: Context) -> Mapping[int, Overruled]:
    """
    For each text in which a comma stands for a semicolon, by its first policy: a source that comes to nothing by that.

    Where one policy closes all, a source that it closes.
    """
    found = {}
    for run in runs(context)[:_MOST]:
        lost = list(_overruled(context, run))
        if lost:
            found[run[0].index] = next((each for each in lost if each.closed), lost[0])
    return found


def _overruled(context: Context, run: tuple[Policy, ...]) -> Iterator[Overruled]:
    for by, policy in permutations(run[:_MOST], 2):
        if not complement(by, policy):
            continue
        for side, other in compared_lists(policy, by, context.policies.page):
            nearer = CHAINS[side.effective].index(side.directive.name)
            if nearer >= CHAINS[side.effective].index(other.directive.name):
                continue
            if source := _lost(context, side, other, (policy, by)):
                yield Overruled(source, policy, side.directive, by, other.directive)


def _lost(context: Context, side: ComparedList, other: ComparedList, pair: tuple[Policy, Policy]) -> str:
    """The text of the first source of one list that comes to nothing beside the other; "" where none does."""
    if closes(other.directive):
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
    What is to be said of a text's commas, if anything: one problem for them all.

    joints: what belongs in a comma's place, for each policy before which it is no semicolon.
    """
    found = overruled(context).get(run[0].index)
    if found:
        return _overruling(found, joined(run, joints))
    if run[0].delivery == "meta":
        return _read_differently(run, joined(run, joints))
    return None


def _overruling(found: Overruled, edits: tuple[Edit, ...]) -> Problem:
    name, default = found.directive.name, found.default
    has = f"{default.name} {shown(default.value)}".rstrip()
    return Problem(
        rule="comma-in-policy",
        severity=None if found.closed or found.policy.delivery == "meta" else "warning",
        message=f"A comma parts {name} from {default.name}, so they are two policies, and the page must satisfy both: "
        f"{has} blocks {shown(found.source)}, which {name} is to allow.",
        cause=f"There is no {name} in policy {found.by.index + 1}, so its {default.name} governs what {name} is for; "
        f"policy {found.policy.index + 1} cannot add to it."
        + (f" {_DIFFERS}" if found.policy.delivery == "meta" else ""),
        policy=found.policy,
        directive=name,
        span=found.directive.name_span,
        fix=_FIX,
        safety="unsafe",
        edits=edits,
    )


_FIX = "Put a semicolon in the comma's place; where two headers were joined on the way, send one."
_DIFFERS = (
    "That is Chromium's reading; Firefox takes the whole content as one policy, and the comma as part of a source."
)


def _read_differently(run: tuple[Policy, ...], edits: tuple[Edit, ...]) -> Problem:
    before, after = run[0].directives[-1], run[1].directives[0]
    return Problem(
        rule="comma-in-policy",
        message=f"A comma stands before {shown(after.written)} in a meta element: Chromium reads two policies there, "
        "Firefox one.",
        cause="HTML knows one policy in a meta element, and Firefox keeps to it: "
        f"it takes {shown(after.written)} and what follows for the rest of {before.name}.",
        policy=run[1],
        directive=after.name,
        span=after.name_span,
        fix="Put a semicolon in the comma's place.",
        safety="unsafe",
        edits=edits,
    )


def joined(run: tuple[Policy, ...], joints: dict[int, str]) -> tuple[Edit, ...]:
    """One policy of all; nothing where a directive would stand in it twice, because the second would not count."""
    names = [each.name for policy in run if policy.index not in joints for each in policy.directives]
    if len(set(names)) < len(names):
        return ()
    end = len(run[0].text)
    rest = "".join(joints.get(policy.index, _SEMICOLON) + policy.text for policy in run[1:])
    emptied = (edit for each in run[1:] for edit in policy_edits(each, (Replacement(0, len(each.text), ""),)))
    return (*policy_edits(run[0], (Replacement(end, end, rest),)), *emptied)


_SEMICOLON = "; "
