"""
Blocked requests that one change to the policy or the page would allow: forty images of a host are one finding.

Also the parts of a finding that are the same for every group: how many of what, which directive, where.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from csplint.checks.own_page.addresses import https
from csplint.checks.own_page.hashed_text import OtherText
from csplint.checks.own_page.requests import BlockedRequest, does_nothing
from csplint.checks.own_page.senders import Sender
from csplint.checks.problem import Problem, is_fallback, where
from csplint.csp.edit import plain_name
from csplint.csp.policy import Directive, Policy, Span
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import Url, parse_url
from csplint.page.document import RECORDED, REPORTED

Remedy = Literal[
    "host",
    "hash",
    "nonce",
    "other-nonce",
    "invalid-nonce",
    "strict-dynamic",
    "handler",
    "code",
    "no-code",
    "preload",
    "style",
    "style-nonce",
    "style-attr",
    "unnonceable",
    "insecure",
    "firefox",
    "elsewhere",
    "injected",
    "prerendered",
    "changing",
    "other-text",
    "speculation",
]
"""
What would let a request through.

host: a source for its host. hash: the hash of an inline script. nonce: a nonce on the tag. other-nonce: the policy's
nonce instead of the tag's. invalid-nonce: a valid nonce in the list; browsers ignore the one that is there.
strict-dynamic: 'strict-dynamic' makes browsers ignore hosts, and the list has no nonce. handler, code: an event handler,
a javascript: URL. no-code: a javascript: URL that does nothing. preload: the preload of a script. style: inline styles.
style-nonce: a nonce on a style element. style-attr: a directive for style attributes, beside a nonce or hash for elements.
unnonceable: a tag that browsers accept the nonce of. insecure: https instead of http in the page. firefox: the same, for
images that Chromium upgrades. elsewhere: another address, because no policy lets a page load what this scheme names.
injected: what adds the script must be turned off, or give it the nonce. prerendered: the page must be made for each request.
changing: an inline text that stays the same. other-text: the hash of what browsers hash. speculation: what allows inline
speculation rules, which only Chromium applies.
"""

_MOST_HOSTS = 8
"""Hosts of a list that have a finding each; the others share one."""

_LONGEST_TEXT = 100
_LONGEST_NONE = 20
"""Characters of a directive's value that may be just 'none'."""


class Group(Struct, frozen=True):
    """
    Requests blocked by one directive that one change would allow.

    effective: the directive for such requests. sources: for hosts, the source expressions that would allow them. sender: what
    adds these scripts to the page. others: for each of `blocked`, the listed hash that is of other text.
    """

    policy: Policy
    directive: Directive
    effective: str
    remedy: Remedy
    sources: tuple[str, ...]
    blocked: tuple[BlockedRequest, ...]
    sender: Sender | None = None
    others: tuple[OtherText, ...] = ()

    @property
    def written(self) -> str:
        """The directive to write a source in: the one that governs, or the one that a fallback must be replaced by."""
        return self.directive.name if plain_name(self.directive.name) == self.effective else self.effective

    @property
    def first(self) -> BlockedRequest:
        """The first of them in the page."""
        return self.blocked[0]

    @property
    def counted(self) -> str:
        """`1 image`, `3 scripts`, `2 style elements and 4 style attributes`; a URL that occurs twice counts once."""
        numbers: dict[str, int] = {}
        seen: set[tuple[str, str]] = set()
        for each in self.blocked:
            request = each.request
            noun = "preload" if request.kind == "connect" and each.own.found.element == "link" else request.kind
            if not request.url or (request.kind, request.url) not in seen:
                numbers[noun] = numbers.get(noun, 0) + 1
                seen.add((request.kind, request.url))
        return " and ".join(f"{number} {_NOUNS[kind][number > 1]}" for kind, number in numbers.items())

    @property
    def blocks(self) -> str:
        """The beginning of every message: `img-src blocks 3 images`."""
        return f"{where(self.directive, self.effective)} blocks {self.counted}"

    @property
    def brief(self) -> str:
        """The same without the directive, unless another one applies: `blocks 3 images of the page`."""
        fallback = f"missing: {self.directive.name} " if is_fallback(self.directive, self.effective) else ""
        return f"{fallback}blocks {self.counted}{self.origin or ' of the page'}"

    @property
    def list_span(self) -> Span:
        """The span of 'none' if that is the list, else of the directive's name."""
        for token in self.directive.tokens if len(self.directive.value) < _LONGEST_NONE else ():
            if token.source.kind == SourceKind.NONE:
                return token.span
        return self.directive.name_span

    @property
    def is_certain(self) -> bool:
        """Whether every visit makes one of the requests: the HTML says so."""
        return any(each.own.is_certain for each in self.blocked)

    @property
    def origin(self) -> str:
        """Where csplint knows the requests from, to follow the count of them; "" where that is the page's HTML."""
        if self.is_certain:
            return ""
        first = self.first.own.found
        if first.element == RECORDED:
            return " recorded in the HAR"
        if first.element == REPORTED:
            return " that the browser reported"
        return f" that the script at line {first.place.line} names ({first.attribute})"

    def problem(self, message: str, *, rule: str = "page-blocks-own-resource", **more: Any) -> Problem:
        """A problem at the group's first request; `more` are Problem's other fields."""
        return Problem(
            rule=rule,
            message=message,
            policy=self.policy,
            directive=self.directive.name,
            place=self.first.own.place,
            request=self.first.request,
            effective=self.written,
            **{"span": self.list_span, "brief": self.brief, **more},
        )


_NOUNS = {
    "script": ("script", "scripts"),
    "dynamic-script": ("script", "scripts"),
    "inline-script": ("inline script", "inline scripts"),
    "event-handler": ("event handler", "event handlers"),
    "javascript-url": ("javascript: URL", "javascript: URLs"),
    "style": ("style sheet", "style sheets"),
    "inline-style": ("style element", "style elements"),
    "style-attr": ("style attribute", "style attributes"),
    "img": ("image", "images"),
    "media": ("media file", "media files"),
    "font": ("font", "fonts"),
    "frame": ("frame", "frames"),
    "object": ("embedded object", "embedded objects"),
    "manifest": ("manifest", "manifests"),
    "prefetch": ("prefetch", "prefetches"),
    "preload": ("preloaded file", "preloaded files"),
    "connect": ("request", "requests"),
    "ws": ("WebSocket", "WebSockets"),
    "eventsource": ("event stream", "event streams"),
    "worker": ("worker", "workers"),
    "beacon": ("ping", "pings"),
    "form": ("form", "forms"),
    "base": ("base URL", "base URLs"),
}


def shortened(text: str) -> str:
    """Text of the page for a sentence: the first 100 characters; only the type of a data: URL."""
    if text[:5].lower() == "data:":
        return text[:40].partition(",")[0] + ",…"
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"


class Refined(Struct, frozen=True):
    """What would let a request through, once it is known who wrote the script and whether its text stays the same."""

    remedy: Remedy
    sender: Sender | None = None
    other: OtherText | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """Equal for requests of one group, as far as this decides it."""
        return self.remedy, self.sender.id if self.sender else "", self.other.how if self.other else ""


Refine = Callable[[BlockedRequest, Remedy], Refined]


def as_it_is(_blocked: BlockedRequest, remedy: Remedy) -> Refined:
    """Refine nothing."""
    return Refined(remedy)


def group(blocked: Iterable[BlockedRequest], page: Url, refine: Refine = as_it_is) -> Iterator[Group]:
    """Sort blocked requests into groups, in the order of their first members."""
    found: dict[tuple[object, ...], tuple[Refined, str, list[tuple[BlockedRequest, OtherText | None]]]] = {}
    for each in blocked:
        refined = refine(each, _remedy(each))
        source = _source(each, refined.remedy, page)
        key = (each.policy.index, each.directive.name, plain_name(each.effective), *refined.key, source)
        found.setdefault(key, (refined, source, []))[2].append((each, refined.other))
    return _merge_hosts(_group(refined, source, members) for refined, source, members in found.values())


def _group(refined: Refined, source: str, members: list[tuple[BlockedRequest, OtherText | None]]) -> Group:
    first, _ = members[0]
    return Group(
        policy=first.policy,
        directive=first.directive,
        effective=plain_name(first.effective),
        remedy=refined.remedy,
        sources=(source,) if source else (),
        blocked=tuple([each for each, _ in members]),
        sender=refined.sender,
        others=tuple([other for _, other in members if other]),
    )


def _merge_hosts(groups: Iterable[Group]) -> Iterator[Group]:
    """The groups, with the hosts of a list after the first _MOST_HOSTS as one group, last."""
    rest: dict[tuple[int, str, str, Remedy], list[Group]] = {}
    hosts: dict[tuple[int, str, str, Remedy], int] = {}
    for each in groups:
        key = (each.policy.index, each.directive.name, each.effective, each.remedy)
        hosts[key] = hosts.get(key, 0) + bool(each.sources)
        if each.sources and hosts[key] > _MOST_HOSTS:
            rest.setdefault(key, []).append(each)
        else:
            yield each
    for others in rest.values():
        sources = tuple(source for each in others for source in each.sources)
        blocked = tuple(each for other in others for each in other.blocked)
        yield replace(others[0], sources=sources, blocked=blocked)


_BY_ADDRESS = frozenset({"host", "insecure", "firefox", "elsewhere"})
_GOVERNED = frozenset({"http", "https", "ws", "wss", "data", "blob", "filesystem"})
"""The schemes of what a page can load; a source for another one would allow nothing, or hand a link to another program."""


def _source(blocked: BlockedRequest, remedy: Remedy, page: Url) -> str:
    url = blocked.own.asked.in_firefox if remedy == "firefox" else blocked.request.url
    return source_for(https(url) if remedy == "insecure" else url, page) if remedy in _BY_ADDRESS else ""


def _remedy(blocked: BlockedRequest) -> Remedy:
    if blocked.in_firefox:
        return "firefox"
    if blocked.own.speculation:
        return "speculation"
    remedy = _remedy_by_kind(blocked)
    if remedy != "host":
        return remedy
    scheme, colon, _ = blocked.request.url.partition(":")
    if colon and scheme not in _GOVERNED:
        return "elsewhere"
    return "insecure" if blocked.own.asked.insecure else "host"


def _remedy_by_kind(blocked: BlockedRequest) -> Remedy:
    request = blocked.request
    if request.nonce in blocked.directive.list.nonces and not request.nonceable:
        return "unnonceable"
    match request.kind:
        case "inline-style":
            return "style-nonce" if blocked.directive.list.nonces else "style"
        case "style-attr":
            beside = blocked.directive.list.has_nonce_or_hash and blocked.directive.name != "style-src-attr"
            return "style-attr" if beside else "style"
        case "event-handler":
            return "handler"
        case "javascript-url":
            return "no-code" if does_nothing(request.content) else "code"
        case "script" | "dynamic-script" if blocked.own.found.element == "link":
            return "preload"
        case "script" | "inline-script":
            return _script_remedy(request.kind, request.nonce, blocked.directive)
    return "host"


def _script_remedy(kind: Literal["script", "inline-script"], nonce: str, directive: Directive) -> Remedy:
    listed = directive.list
    if invalid_nonce(directive):
        return "invalid-nonce"
    if nonce and listed.nonces:
        return "other-nonce"
    if kind == "inline-script":
        return "nonce" if listed.nonces else "hash"
    if not listed.strict_dynamic:
        return "host"
    return "nonce" if listed.nonces else "strict-dynamic"


def invalid_nonce(directive: Directive) -> Source | None:
    """A nonce that is not valid, such as a template that was not filled in, in a list without a valid one."""
    if directive.list.nonces or "'nonce-" not in directive.value.lower():
        return None
    invalid = (source for source in directive.list.sources if source.kind == SourceKind.INVALID)
    return next((source for source in invalid if source.text.lower().startswith("'nonce-")), None)


def source_for(text: str, page: Url) -> str:
    """The narrowest source expression without a path that allows a URL; "" for text that is not a URL."""
    url = parse_url(text)
    if url is None:
        return ""
    if url.origin == "null":
        return f"{url.scheme}:"
    return "'self'" if url.origin == page.origin else url.origin
