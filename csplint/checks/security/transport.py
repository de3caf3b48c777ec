"""Sources whose spelling says something else than browsers do: http: and ws: on an https page, IP addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.marks import Question, mark, tokens_that
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.security.ground import ELEMENT
from csplint.csp.directives import DIRECTIVES
from csplint.csp.edit import Replacement, remove_sources
from csplint.csp.policy import Directive, Policy, Token
from csplint.csp.source import ANY_PORT, Source, SourceKind

_SECURE = {"http": "https", "ws": "wss"}
_LOOPBACK = re.compile(r"(?:.+\.)?localhost\.?|127(?:\.[0-9]{1,3}){3}")
"""Hosts a secure page may ask without TLS (Secure Contexts #is-origin-trustworthy)."""
_IP = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")
_SCRIPT = frozenset({"script-src", "script-src-elem", "script-src-attr"})


def insecure_sources(context: Context) -> Iterator[Problem]:
    """Report, once a policy, the sources of an https page that are written with http: or ws:."""
    if context.policies.page.scheme != "https":
        return
    for policy in context.policies.policies:
        told = policy.governing(ELEMENT)
        found = [
            (each, token)
            for each, token in _in_force(policy, is_insecure)
            if each is not told or token.source.kind is SourceKind.HOST
        ]
        if found:
            yield _insecure(policy, found)


def _in_force(policy: Policy, wanted: Question) -> Iterator[tuple[Directive, Token]]:
    """What the page may load, by token; under 'strict-dynamic' the hosts of a script directive are switched off."""
    for directive in policy.in_force.values():
        loads = directive.name == "default-src" or "default-src" in DIRECTIVES[directive.name].fallback
        inert = directive.name in _SCRIPT and directive.list.strict_dynamic
        if loads and not inert:
            yield from ((directive, token) for token in tokens_that(directive, wanted))


@mark
def is_insecure(source: Source) -> bool:
    """Whether a source is written so; of scripts, script-scheme tells a whole scheme."""
    return source.scheme in _SECURE and not _LOOPBACK.fullmatch(source.host)


@mark
def is_ip(source: Source) -> bool:
    """Whether a source is an IP address, and not the developer's own machine."""
    return bool(_IP.fullmatch(source.host)) and not _LOOPBACK.fullmatch(source.host)


def _insecure(policy: Policy, found: list[tuple[Directive, Token]]) -> Problem:
    directive, token = found[0]
    more = len(found) - 1
    others = f" (and {more} more source{'s' if more > 1 else ''})" if more else ""
    scheme, odd = token.source.scheme, any(_is_odd(each) for _, each in found)
    return Problem(
        rule="insecure-source",
        message=f"{token.source.text}{others} in {directive.name}: an https page loads nothing over {scheme}:, "
        f"so this stands for {_SECURE[scheme]}: alone.",
        cause="One with a port other than 80 matches nothing that such a page loads." if odd else "",
        policy=policy,
        directive=directive.name,
        value=token.source.text,
        span=token.span,
        safety="unsafe" if odd else "safe",
        edits=lambda: policy_edits(policy, _secured(found)),
    )


def _is_odd(token: Token) -> bool:
    """Whether a port is written for which the secure form is another address than the one that counts today."""
    return token.source.port not in {None, 80, ANY_PORT}


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
    if source.port == 80:  # noqa: PLR2004 - http's own port
        rest = re.sub(r":0*80(?=/|$)", "", rest, count=1)
    return f"{secure}:{rest}"


def ip_sources(context: Context) -> Iterator[Problem]:
    """Report each IP address in a source list, once a policy; the loopback address is for the developer's own machine."""
    for policy in context.policies.policies:
        seen: set[str] = set()
        for directive, token in _in_force(policy, is_ip):
            if token.source.host in seen:
                continue
            seen.add(token.source.host)
            yield Problem(
                rule="ip-source",
                message=f"{token.source.text} in {directive.name} is an IP address: browsers do load from it, "
                "though the specification says it matches nothing.",
                policy=policy,
                directive=directive.name,
                value=token.source.text,
                span=token.span,
            )
