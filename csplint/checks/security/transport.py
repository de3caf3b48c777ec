"""Sources whose spelling says something else than browsers do: http:, ws: and port 80 on an https page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import Predicate, any_token, has_token, numbers
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.checks.security.nearest import ELEMENT
from csplint.checks.security.predicates import (
    PLAIN,
    SECURE,
    has_odd_port,
    is_insecure,
    names_insecure_host,
    names_plain_port,
)
from csplint.csp.directives import DIRECTIVES
from csplint.csp.edit import Replacement, remove_sources
from csplint.csp.policy import Directive, Policy, Token
from csplint.csp.source import Source

_SCRIPT = frozenset({"script-src", "script-src-elem", "script-src-attr"})


_FETCH = frozenset(name for name, info in DIRECTIVES.items() if name == "default-src" or "default-src" in info.fallback)


@check(
    when=(
        any_token(is_insecure),
        any_token(names_plain_port),
    ),
    rules=("insecure-source",),
)
def insecure_sources(context: Context) -> Iterator[Problem]:
    """Report, once a policy, the sources of an https page that are written with http: or ws:."""
    if context.policies.page.scheme != "https":
        return
    for policy in context.policies.policies:
        told = policy.governing(ELEMENT)
        found = [
            (each, number)
            for each in _loading(policy)
            for number in numbers(each.list, names_insecure_host if each is told else is_insecure)
        ]
        if found:
            odd = has_token(context, has_odd_port) and any(
                has_odd_port(each.list.sources[number]) for each, number in found
            )
            yield _insecure(policy, found, odd=odd)
        if has_token(context, names_plain_port) and (plain := list(loads(policy, names_plain_port))):
            yield _plain_port(policy, plain)


def loads(policy: Policy, wanted: Predicate) -> Iterator[tuple[Directive, int]]:
    """What the page may load, by directive and number of the token."""
    return ((each, number) for each in _loading(policy) for number in numbers(each.list, wanted))


def _loading(policy: Policy) -> list[Directive]:
    """The directives that say what the page may load; 'strict-dynamic' switches a script directive's hosts off."""
    fetching = [each for each in policy.in_force.values() if each.name in _FETCH]
    return [each for each in fetching if each.name not in _SCRIPT or not each.list.strict_dynamic]


def _insecure(policy: Policy, found: list[tuple[Directive, int]], *, odd: bool) -> Problem:
    directive, token = found[0][0], found[0][0].token(found[0][1])
    more = f" The policy has {len(found) - 1} more like it." if len(found) > 1 else ""
    scheme = token.source.scheme
    return Problem(
        rule="insecure-source",
        message=f"{token.source.text} in {directive.name}: an https page loads nothing over {scheme}:, "
        f"so this stands for {SECURE[scheme]}: alone.{more}",
        cause="One with a port other than 80 matches nothing in Chromium; Firefox takes it for https at that port."
        if odd
        else "",
        policy=policy,
        directive=directive.name,
        value=token.source.text,
        span=token.span,
        safety="unsafe" if odd else "safe",
        edits=lambda: policy_edits(policy, _secured(found)),
    )


def _plain_port(policy: Policy, found: list[tuple[Directive, int]]) -> Problem:
    tokens = [directive.token(number) for directive, number in found]
    directive, token = found[0][0], tokens[0]
    more = f" The policy has {len(found) - 1} more like it." if len(found) > 1 else ""
    return Problem(
        rule="insecure-source",
        severity="warning",
        message=f"{token.source.text} in {directive.name} names port 80, where an https page finds no server.{more}",
        cause="Chromium compares the port as it is; Firefox takes 80 for 443 as well.",
        policy=policy,
        directive=directive.name,
        value=token.source.text,
        span=token.span,
        fix="Take the port out.",
        safety="unsafe",
        edits=policy_edits(
            policy, (Replacement(each.span.start, each.span.end, _portless(each.source)) for each in tokens)
        ),
    )


def _portless(source: Source) -> str:
    return re.sub(r":0*80(?=/|$)", "", source.text, count=1)


def _secured(found: list[tuple[Directive, int]]) -> Iterator[Replacement]:
    """Write each with its secure scheme; take it out where that stands in the list already."""
    by_directive: dict[str, tuple[Directive, list[Token]]] = {}
    for each, number in found:
        by_directive.setdefault(each.name, (each, []))[1].append(each.token(number))
    for directive, tokens in by_directive.values():
        present = {source.text.lower() for source in directive.list.sources}
        gone: set[str] = set()
        for token in tokens:
            text = _secure_form(token)
            if text.lower() in present:
                gone.add(token.source.text)
            else:
                present.add(text.lower())
                yield Replacement(token.span.start, token.span.end, text)
        yield from remove_sources(directive, gone)


def _secure_form(token: Token) -> str:
    source = token.source
    scheme, _, rest = source.text.partition(":")
    secure = SECURE[scheme.lower()]
    if source.port == PLAIN:
        rest = re.sub(r":0*80(?=/|$)", "", rest, count=1)
    return f"{secure}:{rest}"
