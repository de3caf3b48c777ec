"""
Do policies allow everything that a source expression matches?

"Is `https://*.velaro.com` allowed?" is a question about infinitely many URLs. The answer comes from asking `decide`
about a few witnesses: URLs whose host, path and port no source names, where the expression leaves them open
(`unlisted.py` says why that suffices).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from csplint.csp.browsers import CHROMIUM, Browser
from csplint.csp.decide import NAVIGATIONS, PolicySet
from csplint.csp.match import Target, mismatch
from csplint.csp.memo import memo
from csplint.csp.parse import parse_source
from csplint.csp.policy import Directive, Policy, SourceList
from csplint.csp.request import Kind
from csplint.csp.source import ANY_PORT, NO_PORT, Source, SourceKind
from csplint.csp.unlisted import UnusedParts, compose_url, unused_in, unused_parts
from csplint.csp.url import DEFAULT_PORTS, Url
from csplint.csp.verdict import Verdict

_MATCHED_SCHEMES = {"http": ("http", "https"), "ws": ("ws", "wss")}
"""The schemes that a source's scheme matches, where they are more than itself (CSP3 #scheme-part-match)."""

_MATCHED_BY_WEBSOCKETS = {"ws": ("ws", "wss", "http", "https"), "wss": ("wss", "https")}
"""And where WebSocket schemes match web addresses too (Browser.websockets_match_http)."""

_OWN_SCHEMES = {"http": ("http", "https"), "https": ("https",)}
_OWN_SOCKETS = {"http": ("ws", "wss"), "https": ("wss",)}
"""The schemes that 'self' matches, by the page's, of WebSockets and of everything else (match.SELF_UPGRADES)."""


def covers(policies: PolicySet, expression: str, kind: Kind) -> bool:
    """
    Whether all the policies allow every URL that `expression` matches, as a request of this kind.

    The expression is read as the policies' browser reads it. 'self' stands for the page's own WebSockets only if the kind
    is "ws", and then for nothing else: no other request has such a URL.
    """
    if directive := policies.sole_list(kind):
        return _list_covers(directive, policies, expression, kind)
    return policies.leaves_open(kind) or _covers(policies, expression, kind)


@memo(
    key=lambda directive, policies, expression, kind: (
        directive.list,
        (expression, kind, directive.name, policies.page.tuple_origin, policies.browser.name, unused_in(policies)),
    )
)
def _list_covers(directive: Directive, policies: PolicySet, expression: str, kind: Kind) -> bool:
    return _covers(policies, expression, kind)


def _covers(policies: PolicySet, expression: str, kind: Kind) -> bool:
    open_parts, browser = unused_in(policies), policies.browser
    return all(
        not policies.decide_url(kind, url).blocked
        for url in witnesses(parse_source(expression, browser), policies.page, open_parts, browser, kind)
    )


def overlap(policy: Policy, page: Url, expression: str, effective: str) -> tuple[Source, ...]:
    """The sources of the list that governs `effective` that match some URL that `expression` matches."""
    directive = policy.governing(effective)
    return _overlap(directive.list, page, expression) if directive else ()


@memo(key=lambda listed, page, expression: (listed, (page.tuple_origin, expression)))
def _overlap(listed: SourceList, page: Url, expression: str) -> tuple[Source, ...]:
    return tuple(_overlapping(listed, page, parse_source(expression)))


def _overlapping(listed: SourceList, page: Url, wanted: Source) -> Iterator[Source]:
    related = [source for source in _near(listed, wanted) if _related(source, wanted)]
    if not related:
        return
    open_parts = _unused_beside(listed)
    own = tuple(witnesses(wanted, page, open_parts))
    for source in related:
        if any(_both_match(source, wanted, url, page) for url in (*witnesses(source, page, open_parts), *own)):
            yield source


@memo
def _unused_beside(listed: SourceList) -> UnusedParts:
    return unused_parts(source.text for source in listed.sources)


def _near(listed: SourceList, wanted: Source) -> Iterable[Source]:
    """The locations, in order, without most of those on other hosts; a vendor's pack asks about each of its hosts."""
    ends = _ends(wanted.host)
    if wanted.kind != SourceKind.HOST or not ends[0]:
        return listed.locations
    by_end = _by_end(listed)
    numbers = sorted({number for end in ("", *ends) for number in by_end.get(end, ())})
    return [listed.locations[number] for number in numbers]


def _ends(host: str) -> tuple[str, str]:
    """A host's last two labels, and its last one: one of them is a whole host or the end of any host that this one is an end of."""
    rest, _, last = host.rpartition(".")
    return (f"{rest.rpartition('.')[2]}.{last}" if rest else last), last


@memo
def _by_end(listed: SourceList) -> dict[str, list[int]]:
    """The numbers of the locations by the last two labels of their hosts, "" for those without."""
    found: dict[str, list[int]] = {}
    for number, source in enumerate(listed.locations):
        found.setdefault(_ends(source.host)[0] if source.kind == SourceKind.HOST else "", []).append(number)
    return found


def _related(source: Source, wanted: Source) -> bool:
    """Whether two sources may match the same URL, judged by their hosts only."""
    if source.kind != SourceKind.HOST or wanted.kind != SourceKind.HOST:
        return True
    one, other = f".{source.host}", f".{wanted.host}"
    return not source.host or not wanted.host or one.endswith(other) or other.endswith(one)


def _both_match(source: Source, wanted: Source, url: Url, page: Url) -> bool:
    target = Target(url, page)
    return mismatch(source, target) is None and mismatch(wanted, target) is None


def witnesses(
    source: Source, page: Url, open_parts: UnusedParts, browser: Browser = CHROMIUM, kind: Kind = "img"
) -> Iterator[Url]:
    """
    URLs that stand for everything a source expression matches in a browser; none for one that matches no URL.

    open_parts: what to fill in where the source leaves host, path or port open. kind: what would request them, which
    matters for 'self' only.
    """
    word, port = open_parts.word, open_parts.port
    if source.kind == SourceKind.HOST:
        yield from _host_witnesses(source, page, open_parts, browser)
    elif source.kind == SourceKind.STAR:
        for scheme in sorted({"http", "https", "ws", "wss", page.scheme}):
            yield compose_url(scheme, f"{word}.{word}", port, f"/{word}")
    elif source.kind == SourceKind.SCHEME:
        for scheme in _matched_schemes(source.scheme, browser):
            yield compose_url(scheme, f"{word}.{word}", port, f"/{word}")
    elif source.name == "'self'":
        yield from _own_witnesses(source, page, word, browser, kind)


def _matched_schemes(scheme: str, browser: Browser) -> tuple[str, ...]:
    if browser.websockets_match_http and scheme in _MATCHED_BY_WEBSOCKETS:
        return _MATCHED_BY_WEBSOCKETS[scheme]
    return _MATCHED_SCHEMES.get(scheme, (scheme,))


def _own_witnesses(source: Source, page: Url, word: str, browser: Browser, kind: Kind) -> Iterator[Url]:
    """The page's own address, and what 'self' matches besides, by an upgrade or as a WebSocket."""
    schemes = _OWN_SOCKETS if kind == "ws" else _OWN_SCHEMES
    at_default = page.port == DEFAULT_PORTS.get(page.scheme)
    for scheme in schemes.get(page.scheme, (page.scheme,)):
        url = compose_url(scheme, page.host, DEFAULT_PORTS.get(scheme) if at_default else page.port, f"/{word}")
        target = Target(url, page, navigation=kind in NAVIGATIONS, browser=browser)
        if scheme == page.scheme or mismatch(source, target) is None:
            yield url


def _host_witnesses(source: Source, page: Url, open_parts: UnusedParts, browser: Browser) -> Iterator[Url]:
    word, written = open_parts.word, source.scheme or page.scheme
    host = f"{word}.{source.host or word}" if source.subdomains else source.host
    path = source.path + word if source.path.endswith("/") else source.path or f"/{word}"
    for scheme in _matched_schemes(written, browser):
        for port in dict.fromkeys(_ports(source, written, scheme, open_parts, browser)):
            yield compose_url(scheme, host, port, path)


def _ports(
    source: Source, written: str, scheme: str, open_parts: UnusedParts, browser: Browser
) -> Iterator[int | None]:
    if source.port == NO_PORT:
        return
    default, own = DEFAULT_PORTS.get(scheme), DEFAULT_PORTS.get(written)
    if source.port == ANY_PORT:
        yield from (default, open_parts.port)
    elif source.port is None:
        yield default
    elif scheme == written or browser.upgrade_keeps_port:
        yield source.port
    elif source.port == own:
        yield default
    if source.port is None and browser.own_default_port_matches:
        yield own
    if browser.port_80_is_443 and DEFAULT_PORTS["http"] == (own if source.port is None else source.port):
        yield DEFAULT_PORTS["https"]


def first_verdict(policies: PolicySet, expression: str, kind: Kind) -> Verdict | None:
    """The verdict of the first policy that governs the expression's first witness; None if no policy restricts it."""
    source, browser = parse_source(expression, policies.browser), policies.browser
    for url in witnesses(source, policies.page, unused_in(policies), browser, kind):
        verdicts = policies.decide_url(kind, url).verdicts
        return next((verdict for verdict in verdicts if verdict.directive), None)
    return None
