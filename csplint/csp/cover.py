"""
Do policies allow everything that a source expression matches?

"Is `https://*.velaro.com` allowed?" is a question about infinitely many URLs. The answer comes from asking `decide`
about a few witnesses: URLs whose host, path and port no source names, where the expression leaves them open
(`unlisted.py` says why that suffices).
"""

from __future__ import annotations

from collections.abc import Iterator

from csplint.csp.decide import PolicySet, Verdict
from csplint.csp.match import Target, mismatch
from csplint.csp.memo import memo
from csplint.csp.parse import parse_source
from csplint.csp.policy import Policy, SourceList
from csplint.csp.request import Kind
from csplint.csp.source import ANY_PORT, Source, SourceKind
from csplint.csp.unlisted import UnusedParts, compose_url, unused_in, unused_parts
from csplint.csp.url import DEFAULT_PORTS, Url

_MATCHED_SCHEMES = {"http": ("http", "https"), "ws": ("ws", "wss")}
"""The schemes that a source's scheme matches, where they are more than itself (CSP3 #scheme-part-match)."""


def covers(policies: PolicySet, expression: str, kind: Kind) -> bool:
    """Whether all the policies allow every URL that `expression` matches, as a request of this kind."""
    source, open_parts = parse_source(expression), unused_in(policies)
    own_sockets = tuple(_own_sockets(policies, open_parts)) if kind == "ws" and source.name == "'self'" else ()
    urls = own_sockets or witnesses(source, policies.page, open_parts)
    return all(not policies.decide_url(kind, url).blocked for url in urls)


def _own_sockets(policies: PolicySet, open_parts: UnusedParts) -> Iterator[Url]:
    """The page's own WebSockets, which 'self' matches too: wss:, and ws: on an http page (CSP3 #match-url-to-source-expression)."""
    page, own = policies.page, parse_source("'self'")
    for scheme in ("ws", "wss"):
        for port in dict.fromkeys((page.port, DEFAULT_PORTS[scheme])):
            url = compose_url(scheme, page.host, port, f"/{open_parts.word}")
            if mismatch(own, Target(url, page, browser=policies.browser)) is None:
                yield url


def overlap(policy: Policy, page: Url, expression: str, effective: str) -> tuple[Source, ...]:
    """The sources of the list that governs `effective` that match some URL that `expression` matches."""
    directive = policy.governing(effective)
    return _overlap(directive.list, page, expression) if directive else ()


@memo(key=lambda listed, page, expression: (listed, (page, expression)))
def _overlap(listed: SourceList, page: Url, expression: str) -> tuple[Source, ...]:
    return tuple(_overlapping(listed, page, parse_source(expression)))


def _overlapping(listed: SourceList, page: Url, wanted: Source) -> Iterator[Source]:
    related = [source for source in listed.locations if _related(source, wanted)]
    if not related:
        return
    open_parts = unused_parts(source.text for source in listed.sources)
    own = tuple(witnesses(wanted, page, open_parts))
    for source in related:
        if any(_both_match(source, wanted, url, page) for url in (*witnesses(source, page, open_parts), *own)):
            yield source


def _related(source: Source, wanted: Source) -> bool:
    """Whether two sources may match the same URL, judged by their hosts only."""
    if source.kind != SourceKind.HOST or wanted.kind != SourceKind.HOST:
        return True
    one, other = f".{source.host}", f".{wanted.host}"
    return not source.host or not wanted.host or one.endswith(other) or other.endswith(one)


def _both_match(source: Source, wanted: Source, url: Url, page: Url) -> bool:
    target = Target(url, page)
    return mismatch(source, target) is None and mismatch(wanted, target) is None


def witnesses(source: Source, page: Url, open_parts: UnusedParts) -> Iterator[Url]:
    """
    URLs that stand for everything a source expression matches; none for one that matches no URL.

    open_parts: what to fill in where the source leaves host, path or port open.
    """
    word, port = open_parts.word, open_parts.port
    if source.kind == SourceKind.HOST:
        yield from _host_witnesses(source, page, open_parts)
    elif source.kind == SourceKind.STAR:
        for scheme in sorted({"http", "https", "ws", "wss", page.scheme}):
            yield compose_url(scheme, f"{word}.{word}", port, f"/{word}")
    elif source.kind == SourceKind.SCHEME:
        for scheme in _MATCHED_SCHEMES.get(source.scheme, (source.scheme,)):
            yield compose_url(scheme, f"{word}.{word}", port, f"/{word}")
    elif source.name == "'self'":
        yield compose_url(page.scheme, page.host, page.port, f"/{word}")


def _host_witnesses(source: Source, page: Url, open_parts: UnusedParts) -> Iterator[Url]:
    word, written = open_parts.word, source.scheme or page.scheme
    host = f"{word}.{source.host or word}" if source.subdomains else source.host
    path = source.path + word if source.path.endswith("/") else source.path or f"/{word}"
    for scheme in _MATCHED_SCHEMES.get(written, (written,)):
        for port in _ports(source, written, scheme, open_parts):
            yield compose_url(scheme, host, port, path)


def _ports(source: Source, written: str, scheme: str, open_parts: UnusedParts) -> Iterator[int | None]:
    default = DEFAULT_PORTS.get(scheme)
    if source.port == ANY_PORT:
        yield from (default, open_parts.port)
    elif source.port is None:
        yield default
    elif scheme == written:
        yield source.port
    elif source.port == DEFAULT_PORTS[written]:
        yield default


def first_verdict(policies: PolicySet, expression: str, kind: Kind) -> Verdict | None:
    """The verdict of the first policy that governs the expression's first witness; None if no policy restricts it."""
    for url in witnesses(parse_source(expression), policies.page, unused_in(policies)):
        verdicts = policies.decide_url(kind, url).verdicts
        return next((verdict for verdict in verdicts if verdict.directive), None)
    return None
