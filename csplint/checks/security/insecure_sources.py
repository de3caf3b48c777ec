"""
Sources that mean something else than their spelling says: http:, ws: and port 80 on an https page, and IP addresses.

Each kind is reported once a policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import Predicate, any_token, has_token, numbers
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.checks.security.predicates import (
    HTTP_PORT,
    SECURE,
    has_custom_port,
    is_insecure,
    is_ip,
    names_http_port,
    names_insecure_host,
)
from csplint.checks.security.queries import ELEMENT
from csplint.csp.directives import DIRECTIVES
from csplint.csp.edit import Replacement, remove_sources
from csplint.csp.policy import Directive, Policy, Token
from csplint.csp.source import Source

_SCRIPT = frozenset({"script-src", "script-src-elem", "script-src-attr"})
_FETCH = frozenset(name for name, info in DIRECTIVES.items() if name == "default-src" or "default-src" in info.fallback)

_Listed = tuple[Directive, int]
"""A directive, and the number of a token in its list."""


@check(
    when=(
        any_token(is_insecure),
        any_token(names_http_port),
    ),
    rules=("insecure-source",),
)
def insecure_sources(context: Context) -> Iterator[Problem]:
    """Report, once a policy, the sources of an https page that have the scheme http: or ws:, and those with port 80."""
    if context.policies.page.scheme != "https":
        return
    for policy in context.policies.policies:
        scripts = policy.governing(ELEMENT)  # script-scheme reports a whole scheme there
        found = [
            (each, number)
            for each in _fetch_directives(policy)
            for number in numbers(each.list, names_insecure_host if each is scripts else is_insecure)
        ]
        if found:
            custom_port = has_token(context, has_custom_port) and any(
                has_custom_port(each.list.sources[number]) for each, number in found
            )
            yield _insecure(policy, found, custom_port=custom_port)
        if has_token(context, names_http_port) and (plain := _fetch_sources(policy, names_http_port)):
            yield _http_port(policy, plain)


@check(when=(any_token(is_ip),), rules=("ip-source",))
def ip_sources(context: Context) -> Iterator[Problem]:
    """Report, once a policy, the IP addresses that the page may load from."""
    for policy in context.policies.policies:
        if found := _fetch_sources(policy, is_ip):
            yield _ip(policy, found)


def _fetch_sources(policy: Policy, predicate: Predicate) -> list[_Listed]:
    return [(each, number) for each in _fetch_directives(policy) for number in numbers(each.list, predicate)]


def _fetch_directives(policy: Policy) -> list[Directive]:
    """The fetch directives in force, without those whose hosts 'strict-dynamic' switches off."""
    fetching = [each for each in policy.in_force.values() if each.name in _FETCH]
    return [each for each in fetching if each.name not in _SCRIPT or not each.list.strict_dynamic]


def _insecure(policy: Policy, found: list[_Listed], *, custom_port: bool) -> Problem:
    directive, token = _first(found)
    scheme = token.source.scheme
    return Problem(
        rule="insecure-source",
        message=f"{token.source.text} in {directive.name}: an https page loads nothing over {scheme}:, "
        f"so browsers match only {SECURE[scheme]}: URLs with it.{_more(found)}",
        cause="In Chromium, one with a port other than 80 matches nothing; Firefox reads it as https on that port."
        if custom_port
        else "",
        policy=policy,
        directive=directive.name,
        value=token.source.text,
        span=token.span,
        safety="unsafe" if custom_port else "safe",
        edits=lambda: policy_edits(policy, _secured(found)),
    )


def _http_port(policy: Policy, found: list[_Listed]) -> Problem:
    directive, token = _first(found)
    tokens = (each.token(number) for each, number in found)
    return Problem(
        rule="insecure-source",
        severity="warning",
        message=f"{token.source.text} in {directive.name} names port 80, but https uses port 443.{_more(found)}",
        cause="Chromium compares the port exactly; in Firefox, port 80 matches 443 too.",
        policy=policy,
        directive=directive.name,
        value=token.source.text,
        span=token.span,
        fix="Remove the port.",
        safety="unsafe",
        edits=policy_edits(
            policy,
            (Replacement(each.span.start, each.span.end, _without_http_port(each.source.text)) for each in tokens),
        ),
    )


def _ip(policy: Policy, found: list[_Listed]) -> Problem:
    directive, token = _first(found)
    others = len({each.list.sources[number].host for each, number in found}) - 1
    more = f" The policy has {others} more." if others else ""
    return Problem(
        rule="ip-source",
        message=f"{token.source.text} in {directive.name} is an IP address: browsers load from it, "
        f"although the specification says that it matches nothing.{more}",
        policy=policy,
        directive=directive.name,
        value=token.source.text,
        span=token.span,
    )


def _first(found: list[_Listed]) -> tuple[Directive, Token]:
    directive, number = found[0]
    return directive, directive.token(number)


def _more(found: list[_Listed]) -> str:
    return f" The policy has {len(found) - 1} more like it." if len(found) > 1 else ""


def _secured(found: list[_Listed]) -> Iterator[Replacement]:
    """Write each with its secure scheme; remove it where the list has that form already."""
    by_directive: dict[str, tuple[Directive, list[Token]]] = {}
    for each, number in found:
        by_directive.setdefault(each.name, (each, []))[1].append(each.token(number))
    for directive, tokens in by_directive.values():
        present = {source.text.lower() for source in directive.list.sources}
        removed: set[str] = set()
        for token in tokens:
            text = _secure_form(token.source)
            if text.lower() in present:
                removed.add(token.source.text)
            else:
                present.add(text.lower())
                yield Replacement(token.span.start, token.span.end, text)
        yield from remove_sources(directive, removed)


def _secure_form(source: Source) -> str:
    scheme, _, rest = source.text.partition(":")
    return f"{SECURE[scheme.lower()]}:{_without_http_port(rest) if source.port == HTTP_PORT else rest}"


def _without_http_port(text: str) -> str:
    return re.sub(r":0*80(?=/|$)", "", text, count=1)
