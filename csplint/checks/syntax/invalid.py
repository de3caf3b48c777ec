"""Tokens of source lists that are no sources; browsers drop each and go on."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.syntax.places import Group, groups, is_directive_name, shown
from csplint.checks.syntax.reasons import Fault, fault, is_faulty
from csplint.csp.policy import Directive
from csplint.csp.source import SourceKind


def invalid_source(context: Context) -> Iterator[Problem]:
    """Report every token that is no source, with the reason, or surely not the source that was meant."""
    for policy in context.policies.policies:
        for group in groups(policy, is_faulty):
            found = fault(group.source)
            if found and not is_directive_name(group.source):
                yield _problem(group, found)


def _problem(group: Group, found: Fault) -> Problem:
    text, mended = group.source.text, found.mended
    emptied = [directive.name for directive in group.directives if _has_nothing_else(directive)]
    says = f"is no source: {found.why}"
    if group.source.kind is SourceKind.HOST:
        says = f"is read as the host {group.source.host}: {found.why}"
    if found.firefox:
        says = f"is dropped by Firefox: {found.why}"
    return Problem(
        rule="invalid-source",
        severity="error" if emptied or found.template else "warning",
        message=f"{shown(text)} in {group.names} {says}.",
        cause=f"Nothing else in {emptied[0]} counts, so it allows nothing at all." if emptied else "",
        policy=group.policy,
        directive=group.places[0][0].name,
        value=text,
        span=group.places[0][1].span,
        fix=f"Write {shown(mended)}." if mended else "",
        safety="unsafe",
        edits=policy_edits(group.policy, group.replaced(mended)) if mended else (),
    )


def _has_nothing_else(directive: Directive) -> bool:
    """Whether the list holds nothing that browsers heed, and is not meant to hold nothing."""
    return all(source.kind is SourceKind.INVALID for source in directive.list.sources)
