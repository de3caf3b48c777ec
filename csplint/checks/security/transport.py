"""Sources whose spelling says something else than browsers do: http:, ws: and port 80 on an https page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.marks import Question, mark, tokens_that
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.security.ground import ELEMENT
from csplint.checks.security.wildcard import is_wide
from csplint.csp.directives import DIRECTIVES
from csplint.csp.edit import Replacement, remove_sources
from csplint.csp.policy import Directive, Policy, Token
from csplint.csp.source import ANY_PORT, Source, SourceKind

_SECURE = {"http": "https", "ws": "wss"}
LOOPBACK = re.compile(r"(?:.+\.)?localhost\.?|127(?:\.[0-9]{1,3}){3}")
"""Hosts a secure page may ask without TLS (Secure Contexts #is-origin-trustworthy)."""
_PLAIN = 80
"""http's own port."""

_SCRIPT = frozenset({"script-src", "script-src-elem", "script-src-attr"})


def insecure_sources(context: Context) -> Iterator[Problem]:
    """Report, once a policy, the sources of an https page that are written with http: or ws:."""
    if context.policies.page.scheme != "https":
        return
    for policy in context.policies.policies:
        told = policy.governing(ELEMENT)
        found = [
            (each, token)
            for each, token in loads(policy, is_insecure)
            if each is not told or (token.source.kind is SourceKind.HOST and not is_wide(token.source))
        ]
        if found:
            yield _insecure(policy, found)
        if plain := list(loads(policy, names_plain_port)):
            yield _plain_port(policy, plain)


def loads(policy: Policy, wanted: Question) -> Iterator[tuple[Directive, Token]]:
    """What the page may load, by token; under 'strict-dynamic' the hosts of a script directive are switched off."""
    for directive in policy.in_force.values():
        fetches = directive.name == "default-src" or "default-src" in DIRECTIVES[directive.name].fallback
        inert = directive.name in _SCRIPT and directive.list.strict_dynamic
        if fetches and not inert:
            yield from ((directive, token) for token in tokens_that(directive, wanted))


@mark
def is_insecure(source: Source) -> bool:
    """Whether a source is written so; of scripts, script-scheme tells a whole scheme."""
    return source.scheme in _SECURE and not LOOPBACK.fullmatch(source.host)


@mark
def names_plain_port(source: Source) -> bool:
    """Whether a source of an https page names http's port and not its scheme."""
    return source.port == _PLAIN and source.scheme in {"", "https", "wss"}


def _insecure(policy: Policy, found: list[tuple[Directive, Token]]) -> Problem:
    directive, token = found[0]
    more = len(found) - 1
    others = f" (and {more} more source{'s' if more > 1 else ''})" if more else ""
    scheme, odd = token.source.scheme, any(_is_odd(each) for _, each in found)
    return Problem(
        rule="insecure-source",
        message=f"{token.source.text}{others} in {directive.name}: an https page loads nothing over {scheme}:, "
        f"so this stands for {_SECURE[scheme]}: alone.",
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


def _plain_port(policy: Policy, found: list[tuple[Directive, Token]]) -> Problem:
    directive, token = found[0]
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return Problem(
        rule="insecure-source",
        severity="warning",
        message=f"{token.source.text}{more} in {directive.name} names port 80, where an https page finds no server.",
        cause="Chromium compares the port as it is; Firefox takes 80 for 443 as well.",
        policy=policy,
        directive=directive.name,
        value=token.source.text,
        span=token.span,
        fix="Take the port out.",
        safety="unsafe",
        edits=policy_edits(policy, (Replacement(t.span.start, t.span.end, _portless(t.source)) for _, t in found)),
    )


def _portless(source: Source) -> str:
    return re.sub(r":0*80(?=/|$)", "", source.text, count=1)


def _is_odd(token: Token) -> bool:
    """Whether a port is written for which the secure form is another address than the one that counts today."""
    return token.source.port not in {None, _PLAIN, ANY_PORT}


def _secured(found: list[tuple[Directive, Token]]) -> Iterator[Replacement]:
    """Write each with its secure scheme; take it out where that stands in the list already."""
    by_directive: dict[str, list[tuple[Directive, Token]]] = {}
    for directive, token in found:
        by_directive.setdefault(directive.name, []).append((directive, token))
    for group in by_directive.values():
        directive = group[0][0]
        present = {source.text.lower() for source in directive.list.sources}
        gone: set[str] = set()
        for _, token in group:
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
    secure = _SECURE[scheme.lower()]
    if source.port == _PLAIN:
        rest = re.sub(r":0*80(?=/|$)", "", rest, count=1)
    return f"{secure}:{rest}"
