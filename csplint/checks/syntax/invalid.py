"""Tokens of source lists that are no sources; browsers drop each and go on."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import any_directive, any_token
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.fault import Fault
from csplint.checks.syntax.halves import is_half
from csplint.checks.syntax.places import Group, groups, shown
from csplint.checks.syntax.policy_names import wrong_names
from csplint.checks.syntax.quoted import is_directive_name
from csplint.checks.syntax.reasons import fault, is_faulty, means_nothing
from csplint.checks.syntax.removal import without_tokens
from csplint.csp.edit import Replacement, remove_sources
from csplint.csp.policy import Directive
from csplint.csp.source import SourceKind


@check(
    when=(
        any_token(is_faulty),
        any_directive("trusted-types"),
    ),
    capped=True,
)
def invalid_source(context: Context) -> Iterator[Problem]:
    """Report every token that is no source, with the reason, or surely not the source that was meant."""
    yield from wrong_names(context)
    for policy in context.policies.policies:
        for every in groups(policy, is_faulty):
            places = tuple(each for each in every.places if not is_half(policy, *each))
            found = fault(every.source)
            if places and found and not is_directive_name(every.source):
                yield _problem(Group(policy, places), found)


def _problem(group: Group, found: Fault) -> Problem:
    text, mended = group.source.text, found.mended
    emptied = [directive.name for directive in group.directives if _has_nothing_else(directive)]
    says = f"is no source: {found.why}"
    if group.source.kind == SourceKind.HOST:
        says = f"is read as {found.read or f'the host {group.source.host}'}: {found.why}"
    if found.firefox:
        says = f"is dropped by Firefox: {found.why}"
    risky = [directive for directive in group.directives if _is_risky(group, directive, mended)]
    edits = _replaced(group, mended, risky) if mended else _taken_out(group) if found.stray and not emptied else ()
    return Problem(
        rule="invalid-source",
        severity="error" if emptied or found.template or found.merged else "warning",
        message=f"{shown(text)} in {group.names} {says}.",
        cause=f"Nothing else in {emptied[0]} counts, so it allows nothing {_meant(group)}." if emptied else "",
        policy=group.policy,
        directive=group.places[0][0].name,
        value=text,
        span=group.places[0][1].span,
        fix=_fix(group, mended, risky) if mended else "Take it out." if found.stray else "",
        safety="unsafe",
        edits=policy_edits(group.policy, edits),
    )


def _meant(group: Group) -> str:
    return "of what was meant" if group.source.kind == SourceKind.HOST else "at all"


_ANY_HOST = frozenset({"*", "https:", "https://*"})
_RISKS = {"data:": "would let anybody's script run", **dict.fromkeys(_ANY_HOST, "lets scripts load from any host")}
"""What was meant, and what it does where it governs scripts."""


def _is_risky(group: Group, directive: Directive, mended: str) -> bool:
    """Whether what was meant keeps no script out: none that is written into a URL, or none at all."""
    if mended in _ANY_HOST:
        governs = directive == group.policy.governing("script-src-elem")
        return governs and not directive.list.strict_dynamic
    return mended in _RISKS and directive.name.startswith("script-src")


def _fix(group: Group, mended: str, risky: list[Directive]) -> str:
    governs = group.policy.governing("script-src-elem")
    if risky:
        out = f"{mended} in {risky[0].name} {_RISKS[mended]}."
        if _wants_own(risky[0], mended):
            there = f" in {risky[0].name}" if len(group.directives) > 1 else ""
            return f"Write 'self'{there}, and the hosts that are needed: {out}"
        alone = len(risky) == len(group.directives)
        return f"Take it out: {out}" if alone else f"Write {mended}, but take it out of {risky[0].name}: {out}"
    if mended == "data:" and governs in group.directives:
        return "Write data:, best in an img-src or font-src of its own: in default-src it is for scripts, too."
    return f"Write {shown(mended)}."


def _wants_own(directive: Directive, mended: str) -> bool:
    """Whether 'self' comes in the place of any host, since without that the list would name none."""
    rest = (source for source in directive.list.sources if source.kind not in {SourceKind.INVALID, SourceKind.SCHEME})
    return mended in _ANY_HOST and all(means_nothing(source) for source in rest)


def _replaced(group: Group, mended: str, risky: list[Directive]) -> Iterator[Replacement]:
    own = [directive for directive in risky if _wants_own(directive, mended)]
    yield from group.only(lambda directive: directive not in risky).replaced(mended)
    yield from group.only(lambda directive: directive in own).replaced("'self'")
    for directive in risky:
        if directive not in own:
            yield from remove_sources(directive, [group.source.text])


def _taken_out(group: Group) -> Iterator[Replacement]:
    for directive in group.directives:
        yield from without_tokens(directive, [token for each, token in group.places if each is directive])


def _has_nothing_else(directive: Directive) -> bool:
    """Whether the list holds nothing that browsers heed, and is not meant to hold nothing."""
    return all(source.kind == SourceKind.INVALID or means_nothing(source) for source in directive.list.sources)
