"""Refusals that one change would mend, as one thing to tell: forty images of a host are one finding."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from csplint.checks.own_page.verdicts import Refusal
from csplint.csp.edit import plain_name
from csplint.csp.policy import Directive, Policy
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import Url, parse_url

Way = Literal[
    "host",
    "hash",
    "nonce",
    "other-nonce",
    "lost-nonce",
    "dead",
    "handler",
    "code",
    "no-code",
    "preload",
    "style",
    "unnonceable",
]
"""
What would let a request through.

host: a source for where it comes from. hash: of an inline script. nonce: on the tag. other-nonce: the header's nonce
in place of the tag's. lost-nonce: a nonce in the list that is one; browsers drop what stands there. dead: nothing;
'strict-dynamic' has switched hosts off, and the list has no nonce. handler, code: an event handler, a javascript: URL.
no-code: a javascript: URL that does nothing. preload: of a script. style: inline styles. unnonceable: the tag, written
otherwise.
"""

_NO_CODE = frozenset({"", "void(0)", "void 0", "void()", "//", "return false", "false", "undefined", "null"})
_MOST_HOSTS = 8


class Group(Struct, frozen=True):
    """Refusals by one directive that one change would mend. expressions: the sources that would, for hosts."""

    policy: Policy
    directive: Directive
    effective: str
    way: Way
    expressions: tuple[str, ...]
    refusals: tuple[Refusal, ...]

    @property
    def first(self) -> Refusal:
        """The first of them in the page."""
        return self.refusals[0]


def group(refusals: Iterable[Refusal], page: Url) -> tuple[Group, ...]:
    """Sort refusals into groups, in the order of their first members."""
    found: dict[tuple[int, str, str, Way, str], list[Refusal]] = {}
    for refusal in refusals:
        way = _way(refusal)
        expression = expression_for(refusal.own.request.url, page) if way == "host" else ""
        key = (refusal.policy.index, refusal.directive.name, plain_name(refusal.effective), way, expression)
        found.setdefault(key, []).append(refusal)
    made = [
        Group(
            members[0].policy, members[0].directive, effective, way, (expression,) if expression else (), tuple(members)
        )
        for (_, _, effective, way, expression), members in found.items()
    ]
    return tuple(_merged(made))


def _way(refusal: Refusal) -> Way:
    request, listed = refusal.own.request, refusal.directive.list
    if request.nonce in listed.nonces and not request.nonceable:
        return "unnonceable"
    match request.kind:
        case "inline-style" | "style-attr":
            return "style"
        case "event-handler":
            return "handler"
        case "javascript-url":
            return "no-code" if request.content.strip(" \t\n;").lower() in _NO_CODE else "code"
        case "script" if refusal.own.found.element == "link":
            return "preload"
        case "script" | "inline-script":
            return _script_way(refusal)
    return "host"


def _script_way(refusal: Refusal) -> Way:
    request, listed = refusal.own.request, refusal.directive.list
    if lost_nonce(refusal.directive):
        return "lost-nonce"
    if request.nonce and listed.nonces:
        return "other-nonce"
    if request.kind == "inline-script":
        return "nonce" if listed.nonces else "hash"
    if not listed.strict_dynamic:
        return "host"
    return "nonce" if listed.nonces else "dead"


def lost_nonce(directive: Directive) -> Source | None:
    """A nonce that is none, such as a template nothing filled in: what its author goes by, and browsers do not."""
    if directive.list.nonces or "'nonce-" not in directive.value.lower():
        return None
    return next((s for s in directive.list.sources if s.kind == SourceKind.INVALID and _is_nonce(s.text)), None)


def _is_nonce(text: str) -> bool:
    return text.lower().startswith("'nonce-")


def expression_for(text: str, page: Url) -> str:
    """The narrowest source without a path that lets a URL through; "" for what is no URL."""
    url = parse_url(text)
    if url is None:
        return ""
    if url.origin == "null":
        return f"{url.scheme}:"
    return "'self'" if url.origin == page.origin else url.origin


def _merged(groups: list[Group]) -> Iterable[Group]:
    """Of very many hosts the first few are told one by one, the others as one group."""
    rest: dict[tuple[int, str, str], list[Group]] = {}
    hosts: dict[tuple[int, str, str], int] = {}
    for each in groups:
        key = (each.policy.index, each.directive.name, each.effective)
        hosts[key] = hosts.get(key, 0) + bool(each.expressions)
        if each.expressions and hosts[key] > _MOST_HOSTS:
            rest.setdefault(key, []).append(each)
        else:
            yield each
    for others in rest.values():
        expressions = tuple(expression for each in others for expression in each.expressions)
        refusals = tuple(refusal for each in others for refusal in each.refusals)
        first = others[0]
        yield Group(first.policy, first.directive, first.effective, "host", expressions, refusals)
