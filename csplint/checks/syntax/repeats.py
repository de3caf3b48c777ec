"""Directives and sources that stand twice."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import any_state
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.places import identity, in_words, own_sources, shown, source_lists
from csplint.checks.syntax.removal import without_directive
from csplint.checks.syntax.strictness import is_stricter
from csplint.csp.directives import DIRECTIVES
from csplint.csp.edit import Replacement, add_sources, remove_tokens
from csplint.csp.memo import memo
from csplint.csp.policy import Directive, Policy, SourceList, State
from csplint.csp.source import SourceKind


@check(when=(any_state("duplicate"),), capped=True)
def duplicate_directive(context: Context) -> Iterator[Problem]:
    """Report each directive that browsers ignore because an earlier one has its name."""
    for policy in context.policies.policies:
        first: dict[str, Directive] = {}
        for directive in policy.directives:
            before = first.setdefault(directive.name, directive)
            if directive.state == State.DUPLICATE and directive.name in DIRECTIVES:
                stricter = is_stricter(before, directive, context.policies.page)
                yield _directive(policy, before, directive, stricter=stricter)


def _directive(policy: Policy, first: Directive, later: Directive, *, stricter: bool) -> Problem:
    name = later.name
    missing = _missing(first, later)
    same = not missing and not _missing(later, first)
    lost = first.state == State.BAD_VALUE
    heeded = "browsers heed the first one and ignore this one"
    if lost:
        heeded = "browsers drop the first one for its characters, and Chromium ignores this one all the same"
    return Problem(
        rule="duplicate-directive",
        severity="info" if same and not lost else "warning",
        message=f"{name} stands twice in the policy: {heeded}.",
        cause=_tightens(first, later) if stricter else _says(name, later, missing, same=same),
        policy=policy,
        directive=name,
        value=later.value or later.written,
        span=later.span,
        fix=_fix(name, lost=lost, same=same, stricter=stricter),
        safety="safe" if same else "unsafe",
        edits=() if lost or stricter else policy_edits(policy, _merged(policy, first, later, missing)),
    )


def _fix(name: str, *, lost: bool, same: bool, stricter: bool) -> str:
    if lost:
        return "Mend the first one."
    if same:
        return "Take this one out."
    if stricter:  # which of the two is meant is not for an edit to say
        return "Take the first one out if this one is meant, else this one."
    return f"Make one {name} of the two."


def _missing(first: Directive, later: Directive) -> list[str]:
    """What the later one says and the first does not."""
    there = {identity(source) for source in first.list.sources}
    new = (source for source in later.list.sources if identity(source) not in there)
    return list(dict.fromkeys(source.text for source in new))


def _says(name: str, later: Directive, missing: list[str], *, same: bool) -> str:
    if same:
        return "It says the same as the first."
    if missing:
        return f"What the first one does not say is lost: {in_words(missing)}."
    return f"It says less than the first: {name} {shown(later.value)}".rstrip() + "."


def _tightens(first: Directive, later: Directive) -> str:
    more = [text for text in _missing(later, first) if text.lower() != "'none'"]
    return f"The later one is stricter, and that is lost: the first goes on allowing {in_words(more)}."


def _merged(policy: Policy, first: Directive, later: Directive, missing: list[str]) -> tuple[Replacement, ...]:
    removed = without_directive(policy, later)
    if not missing:
        return removed
    if DIRECTIVES[later.name].kind not in {"sources", "ancestors"} or first.state != State.IN_FORCE:
        return ()
    wanted = [text for text in missing if text.lower() != "'none'"]
    if not wanted:
        return removed
    if removed[0].start > first.span.end:
        return (*add_sources(policy, first.name, wanted), *removed)
    return (Replacement(first.span.end, later.span.end, f" {' '.join(wanted)}"),)  # they stand side by side


@check(when=("several sources",), capped=True)
def duplicate_source(context: Context) -> Iterator[Problem]:
    """Report the sources that stand twice in their list, all of a policy together."""
    for policy in context.policies.policies:
        found = [(directive, number) for directive in source_lists(policy) for number in _repeated(directive.list)]
        if found:
            yield _sources(policy, found)


@memo
def _repeated(listed: SourceList) -> list[int]:
    seen: set[str] = set()
    found = []
    for number, source in enumerate(own_sources(listed)):
        if identity(source) in seen and source.kind != SourceKind.INVALID:
            found.append(number)
        seen.add(identity(source))
    return found


def _sources(policy: Policy, found: list[tuple[Directive, int]]) -> Problem:
    directive, token = found[0][0], found[0][0].token(found[0][1])
    others = f"; the policy has {len(found) - 1} more like it" if len(found) > 1 else ""
    return Problem(
        rule="duplicate-source",
        message=f"{shown(token.source.text)} stands twice in {directive.name}{others}.",
        policy=policy,
        directive=directive.name,
        value=token.source.text,
        span=token.span,
        edits=lambda: policy_edits(policy, (edit for each, number in found for edit in remove_tokens(each, (number,)))),
    )
