"""Sources that have no effect in their list, and 'none' beside sources that have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from csplint.checks.context import Context
from csplint.checks.prefilter import any_directive, any_token, numbers
from csplint.checks.problem import Problem, at_token, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.invalid_sources import TYPES, is_name
from csplint.checks.syntax.occurrences import own_sources, own_tokens, source_lists
from csplint.checks.syntax.token import is_invalid, is_none, is_specific, is_unquoted
from csplint.checks.wording import in_words, shown
from csplint.csp.applicability import ATTRIBUTES, allows_something, has_effect
from csplint.csp.edit import Replacement, remove_sources, without_tokens
from csplint.csp.memo import memo
from csplint.csp.policy import Directive, Policy, SourceList
from csplint.csp.source import Source, SourceKind

_BELONGS = {
    "'unsafe-inline'": "it is for scripts and styles",
    "'unsafe-eval'": "it is for script-src",
    "'wasm-unsafe-eval'": "it is for script-src",
    "'trusted-types-eval'": "it is for script-src",
    "'unsafe-hashes'": "it is for event handlers and style attributes",
    "'report-sample'": "it is for scripts and styles",
    "'unsafe-webtransport-hashes'": "it is for connect-src",
}


@check(
    when=(
        any_token(is_specific),
        any_directive("script-src-attr"),
        any_directive("style-src-attr"),
    ),
    capped=True,
)
def inert_source(context: Context) -> Iterator[Problem]:
    """Report the sources that have no effect where they are, all of a policy in one finding."""
    for policy in context.policies.policies:
        found = {each.name: inert for each in source_lists(policy) if (inert := _inert(each.list, each.name))}
        if found:
            yield _problem(policy, found)


@memo(key=lambda listed, name: (listed, name))
def _inert(listed: SourceList, name: str) -> list[Source]:
    """The sources of a directive's list without effect; frame-ancestors-source reports those of frame-ancestors."""
    if name in {"default-src", "frame-ancestors"}:
        return []
    examined = own_sources(listed)
    if name not in ATTRIBUTES:
        examined = [examined[number] for number in numbers(listed, is_specific) if number < len(examined)]
    inert = [source for source in examined if not has_effect(name, listed, source) and _is_as_meant(source)]
    return list({source.text: source for source in inert}.values())


def _is_as_meant(source: Source) -> bool:
    return not (is_unquoted(source) or is_invalid(source))


def _problem(policy: Policy, found: dict[str, list[Source]]) -> Problem:
    name, inert = next(iter(found.items()))
    directive, first = policy.in_force[name], inert[0]
    listed = [f"{shown(source.text)} ({name})" for name, sources in found.items() for source in sources]
    others = f" The policy has {len(listed) - 1} more like it." if len(listed) > 1 else ""
    return Problem(
        rule="inert-source",
        message=f"{shown(first.text)} has no effect in {name}: {_belongs(first, name)}.{others}",
        cause=f"Without effect are {in_words(listed, most=6)}." if len(listed) > 1 else "",
        **at_token(policy, directive, directive.token(directive.list.sources.index(first))),
        edits=lambda: policy_edits(policy, _edits(policy, found)),
    )


def _belongs(source: Source, name: str) -> str:
    """Why it has no effect there."""
    if source.kind == SourceKind.SCHEME and name not in ATTRIBUTES:
        return "no script loads from such an address, and a javascript: link is inline code"
    if source.kind == SourceKind.KEYWORD and source.name != "'self'":
        return _BELONGS.get(source.name, "it is for scripts")
    if name not in ATTRIBUTES:
        return "nonces and hashes are for scripts and styles"
    if source.kind == SourceKind.HASH:
        return "for attributes, hashes only count beside 'unsafe-hashes'"
    return "attributes have no nonce" if source.kind == SourceKind.NONCE else "attributes have no URL"


def _edits(policy: Policy, found: dict[str, list[Source]]) -> Iterator[Replacement]:
    for name, inert in found.items():
        yield from remove_sources(policy.in_force[name], [source.text for source in inert])


@check(
    when=(
        any_token(is_none),
        any_directive("trusted-types"),
    ),
    capped=True,
)
def none_with_others(context: Context) -> Iterator[Problem]:
    """Report each 'none' that has no effect beside other sources, or names of Trusted Types policies."""
    for policy in context.policies.policies:
        if names := policy.in_force.get(TYPES):
            yield from _useless_none(policy, names, is_name)
        for directive in source_lists(policy):
            if numbers(directive.list, is_none):
                yield from _useless_none(policy, directive, partial(allows_something, directive.name, directive.list))


def _useless_none(policy: Policy, directive: Directive, allows: Callable[[Source], bool]) -> Iterator[Problem]:
    own = own_tokens(directive)
    nones = [token for token in own if is_none(token.source)]
    others = [token.source.text for token in own if allows(token.source)]
    if nones and others:
        yield Problem(
            rule="none-with-others",
            message=f"'none' in {directive.name} has no effect beside {in_words(others)}: browsers ignore it.",
            **at_token(policy, directive, nones[0]),
            edits=policy_edits(policy, without_tokens(directive, nones)),
        )
