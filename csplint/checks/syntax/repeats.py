"""Directives and sources that stand twice."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.syntax.places import identity, in_words, own_tokens, shown, source_lists
from csplint.checks.syntax.removal import without_directive, without_tokens
from csplint.csp.directives import DIRECTIVES
from csplint.csp.edit import Replacement, add_sources
from csplint.csp.policy import Directive, Policy, State, Token
from csplint.csp.source import Source, SourceKind


def duplicate_directive(context: Context) -> Iterator[Problem]:
    """Report each directive that browsers ignore because an earlier one has its name."""
    for policy in context.policies.policies:
        first: dict[str, Directive] = {}
        for directive in policy.directives:
            before = first.setdefault(directive.name, directive)
            if directive.state is State.DUPLICATE and directive.name in DIRECTIVES:
                yield _directive(policy, before, directive)


def _directive(policy: Policy, first: Directive, later: Directive) -> Problem:
    name = later.name
    missing = _missing(first, later)
    same = not missing and not _missing(later, first)
    lost = first.state is State.BAD_VALUE
    heeded = "browsers heed the first one and ignore this one"
    if lost:
        heeded = "browsers drop the first one for its characters, and Chromium ignores this one all the same"
    return Problem(
        rule="duplicate-directive",
        severity="info" if same and not lost else "warning",
        message=f"{name} stands twice in the policy: {heeded}.",
        cause=_says(name, later, missing, same=same),
        policy=policy,
        directive=name,
        value=later.value or later.written,
        span=later.span,
        fix="Mend the first one." if lost else f"Make one {name} of the two." if not same else "Take this one out.",
        safety="safe" if same else "unsafe",
        edits=() if lost else policy_edits(policy, _merged(policy, first, later, missing)),
    )


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


def _merged(policy: Policy, first: Directive, later: Directive, missing: list[str]) -> tuple[Replacement, ...]:
    removed = without_directive(policy, later)
    if not missing:
        return removed
    if DIRECTIVES[later.name].kind not in {"sources", "ancestors"} or first.state is not State.IN_FORCE:
        return ()
    wanted = [text for text in missing if text.lower() != "'none'"]
    if not wanted:
        return removed
    if removed[0].start > first.span.end:
        return (*add_sources(policy, first.name, wanted), *removed)
    return (Replacement(first.span.end, later.span.end, f" {' '.join(wanted)}"),)  # they stand side by side


def duplicate_source(context: Context) -> Iterator[Problem]:
    """Report the sources that stand twice in their list, all of a policy together."""
    for policy in context.policies.policies:
        found = [(directive, token) for directive in source_lists(policy) for token in _repeated(directive)]
        if found:
            yield _sources(policy, found)


def _repeated(directive: Directive) -> Iterator[Token]:
    seen: set[Source] = set()
    for token in own_tokens(directive):
        mark = identity(token.source)
        if mark in seen and mark.kind is not SourceKind.INVALID:
            yield token
        seen.add(mark)


def _sources(policy: Policy, found: list[tuple[Directive, Token]]) -> Problem:
    directive, token = found[0]
    others = f"; the policy has {len(found) - 1} more like it" if len(found) > 1 else ""
    by_directive: dict[str, tuple[Directive, list[Token]]] = {}
    for each, repeated in found:
        by_directive.setdefault(each.name, (each, []))[1].append(repeated)
    edits = [edit for each, tokens in by_directive.values() for edit in without_tokens(each, tokens)]
    return Problem(
        rule="duplicate-source",
        message=f"{shown(token.source.text)} stands twice in {directive.name}{others}.",
        policy=policy,
        directive=directive.name,
        value=token.source.text,
        span=token.span,
        edits=policy_edits(policy, edits),
    )
