"""Tokens that browsers drop from a list, or read as another source than was meant; and names of Trusted Types policies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import any_directive, any_token
from csplint.checks.problem import Problem, at_token, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.occurrences import Group, groups, own_texts
from csplint.checks.syntax.token import CLOSERS, QUOTES, Diagnosis, diagnose, is_invalid, is_template
from csplint.checks.wording import in_words, shown
from csplint.csp.edit import Replacement, remove_sources, without_tokens
from csplint.csp.memo import memo
from csplint.csp.parse import parse_source
from csplint.csp.policy import Directive, Policy, SourceList
from csplint.csp.source import Source, SourceKind

TYPES = "trusted-types"


@check(
    when=(
        any_token(is_invalid),
        any_directive("trusted-types"),
    ),
    capped=True,
)
def invalid_source(context: Context) -> Iterator[Problem]:
    """Report each token that is not a source or surely not the one that was meant, and names that browsers ignore."""
    for policy in context.policies.policies:
        if names := policy.in_force.get(TYPES):
            yield from (_name_problem(policy, names, number) for number in _invalid_names(names.list))
    for policy in context.policies.policies:
        for group in groups(policy, is_invalid):
            if found := diagnose(group.source):
                yield _problem(group, found)


def _problem(group: Group, found: Diagnosis) -> Problem:
    emptied = [directive.name for directive in group.directives if _has_nothing_else(directive)]
    says = f"is not a source: {found.why}"
    if group.source.kind == SourceKind.HOST:
        says = f"is read as {found.read_as or f'the host {group.source.host}'}: {found.why}"
    if found.kind == "firefox":
        says = f"is ignored by Firefox: {found.why}"
    risky = [directive for directive in group.directives if _is_risky(group, directive, found.meant)]
    stray = found.kind == "stray"
    edits = _replaced(group, found.meant, risky) if found.meant else _removed(group) if stray and not emptied else ()
    allows = "of what was meant" if group.source.kind == SourceKind.HOST else "at all"
    return Problem(
        rule="invalid-source",
        severity="error"
        if emptied or found.kind in {"template", "merged"} or _loses_trust(group, found)
        else "warning",
        message=f"{shown(group.source.text)} in {group.names} {says}.",
        cause=f"{emptied[0]} has no other valid source, so it allows nothing {allows}." if emptied else "",
        **group.location,
        fix=_fix(group, found.meant, risky) if found.meant else "Remove it." if stray else "",
        safety="unsafe",
        edits=policy_edits(group.policy, edits),
    )


def _loses_trust(group: Group, found: Diagnosis) -> bool:
    """Whether a nonce or hash is lost with the token, so that what it is for does not run; every script has one, or none."""
    trusted = any(parse_source(text).kind in {SourceKind.NONCE, SourceKind.HASH} for text in found.meant.split())
    return trusted and not all(directive.list.has_nonce_or_hash for directive in group.directives)


def _has_nothing_else(directive: Directive) -> bool:
    """Whether no token of the list is a source that was meant."""
    return all(source.kind == SourceKind.INVALID or _matches_nothing(source) for source in directive.list.sources)


def _matches_nothing(source: Source) -> bool:
    """Whether a host is surely not the one that was meant, so that nothing matches it."""
    found = diagnose(source) if source.kind == SourceKind.HOST and is_invalid(source) else None
    return found is not None and found.kind != "firefox"


_ANY_HOST = frozenset({"*", "https:", "https://*"})
_RISKS = {"data:": "would let anyone's script run", **dict.fromkeys(_ANY_HOST, "lets scripts load from any host")}
"""What was meant, and what it does in a directive that governs scripts."""


def _is_risky(group: Group, directive: Directive, meant: str) -> bool:
    """Whether what was meant would allow any script there: any that is written into a URL, or any at all."""
    if meant in _ANY_HOST:
        governs = directive == group.policy.governing("script-src-elem")
        return governs and not directive.list.strict_dynamic
    return meant in _RISKS and directive.name.startswith("script-src")


def _fix(group: Group, meant: str, risky: list[Directive]) -> str:
    governs = group.policy.governing("script-src-elem")
    if risky:
        why = f"{meant} in {risky[0].name} {_RISKS[meant]}."
        if _needs_own(risky[0], meant):
            there = f" in {risky[0].name}" if len(group.directives) > 1 else ""
            return f"Write 'self'{there}, and the hosts you need: {why}"
        everywhere = len(risky) == len(group.directives)
        return f"Remove it: {why}" if everywhere else f"Write {meant}, but remove it from {risky[0].name}: {why}"
    if meant == "data:" and governs in group.directives:
        return "Write data:, best in an img-src or font-src of its own: default-src also governs scripts."
    if " " in meant and ";" not in meant:  # several sources, of which one may be a nonce, which is nothing to copy
        return f"Write a space before {in_words(shown(each) for each in meant.split()[1:])}."
    return f"Write {shown(meant)}."


def _needs_own(directive: Directive, meant: str) -> bool:
    """Whether 'self' replaces any host, because the list would otherwise have none."""
    rest = (source for source in directive.list.sources if source.kind not in {SourceKind.INVALID, SourceKind.SCHEME})
    return meant in _ANY_HOST and all(_matches_nothing(source) for source in rest)


def _replaced(group: Group, meant: str, risky: list[Directive]) -> Iterator[Replacement]:
    own = [directive for directive in risky if _needs_own(directive, meant)]
    yield from group.only(lambda directive: directive not in risky).replaced(meant)
    yield from group.only(lambda directive: directive in own).replaced("'self'")
    for directive in risky:
        if directive not in own:
            yield from remove_sources(directive, [group.source.text])


def _removed(group: Group) -> Iterator[Replacement]:
    for directive in group.directives:
        yield from without_tokens(directive, [token for each, token in group.places if each is directive])


_NAME = re.compile(r"[A-Za-z0-9#=_/@.%-]+")
"""Trusted Types #trusted-types-csp-directive."""


def is_name(source: Source) -> bool:
    """Whether a word of trusted-types lets scripts create a policy: * or a name."""
    return source.text == "*" or _NAME.fullmatch(source.text) is not None


@memo
def _invalid_names(listed: SourceList) -> list[int]:
    """The numbers of the words that are not names, each text once; quoted ones are unknown keywords."""
    return [number for number in own_texts(listed) if _is_invalid_name(listed.sources[number])]


def _is_invalid_name(source: Source) -> bool:
    return not is_name(source) and source.text.strip(QUOTES) == source.text and source.text not in CLOSERS


def _name_problem(policy: Policy, directive: Directive, number: int) -> Problem:
    token = directive.token(number)
    template = is_template(token.source.text)
    why = "it is a template that nothing filled in" if template else "it has a character that names cannot have"
    fix = "Name the policy with letters, digits and - # = _ / @ . %, here and where scripts create it."
    return Problem(
        rule="invalid-source",
        severity="error" if template else "warning",
        message=f"{shown(token.source.text)} in {TYPES} is not a policy name: {why}.",
        cause="Browsers ignore it, and scripts cannot create a policy with that name.",
        **at_token(policy, directive, token),
        fix="" if template else fix,
        safety="unsafe",
    )
