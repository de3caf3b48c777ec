"""Tokens of source lists that are no sources; browsers drop each and go on."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.syntax.fault import Fault
from csplint.checks.syntax.places import Group, groups, shown
from csplint.checks.syntax.quoted import is_directive_name
from csplint.checks.syntax.reasons import fault, is_faulty, lacks_colon
from csplint.csp.edit import Replacement, remove_sources
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
    if group.source.kind == SourceKind.HOST:
        says = f"is read as the host {group.source.host}: {found.why}"
    if found.firefox:
        says = f"is dropped by Firefox: {found.why}"
    risky = [directive.name for directive in group.directives if _is_risky(directive, mended)]
    return Problem(
        rule="invalid-source",
        severity="error" if emptied or found.template else "warning",
        message=f"{shown(text)} in {group.names} {says}.",
        cause=f"Nothing else in {emptied[0]} counts, so it allows nothing {_meant(group)}." if emptied else "",
        policy=group.policy,
        directive=group.places[0][0].name,
        value=text,
        span=group.places[0][1].span,
        fix=_fix(group, mended, risky) if mended else "",
        safety="unsafe",
        edits=policy_edits(group.policy, _replaced(group, mended, risky)) if mended else (),
    )


def _meant(group: Group) -> str:
    return "of what was meant" if lacks_colon(group.source) else "at all"


def _is_risky(directive: Directive, mended: str) -> bool:
    """Whether what was meant lets scripts run that are written into a URL, which is no better than 'unsafe-inline'."""
    return mended == "data:" and directive.name.startswith("script-src")


def _fix(group: Group, mended: str, risky: list[str]) -> str:
    governs = group.policy.governing("script-src-elem")
    if risky:
        out = f"{mended} in {risky[0]} would let anybody's script run."
        alone = len(risky) == len(group.directives)
        return f"Take it out: {out}" if alone else f"Write {mended}, but take it out of {risky[0]}: {out}"
    if mended == "data:" and governs in group.directives:
        return "Write data:, best in an img-src or font-src of its own: in default-src it is for scripts, too."
    return f"Write {shown(mended)}."


def _replaced(group: Group, mended: str, risky: list[str]) -> Iterator[Replacement]:
    yield from group.only(lambda directive: directive.name not in risky).replaced(mended)
    for directive in group.directives:
        if directive.name in risky:
            yield from remove_sources(directive, [group.source.text])


def _has_nothing_else(directive: Directive) -> bool:
    """Whether the list holds nothing that browsers heed, and is not meant to hold nothing."""
    return all(source.kind == SourceKind.INVALID or lacks_colon(source) for source in directive.list.sources)
