"""
Do policies allow everything that a source expression stands for?

"Is `https://*.velaro.com` allowed" is a question about endlessly many URLs. It
is answered by asking `decide` about a few witnesses: a host, a path and a port
that nobody wrote. A source list names finitely many of each, so whatever lets
the unwritten one through lets all of them through, and nothing else does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from csplint.csp.decide import PolicySet, Verdict
from csplint.csp.match import Target, mismatch
from csplint.csp.memo import memo
from csplint.csp.policy import Policy, SourceList
from csplint.csp.request import Kind
from csplint.csp.source import ANY_PORT, Source, SourceKind, parse_source
from csplint.csp.url import DEFAULT_PORTS, Url

UPGRADED = {"http": ("http", "https"), "ws": ("ws", "wss")}
"""The schemes a scheme of a source expression stands for, where they are more than itself."""


def covers(policies: PolicySet, expression: str, kind: Kind) -> bool:
    """Whether every URL that `expression` matches is allowed, as a request of this kind, by all the policies."""
    fresh = _fresh(policies)
    return all(
        not policies.decide_url(kind, url).blocked for url in witnesses(parse_source(expression), policies.page, fresh)
    )


def overlap(policy: Policy, page: Url, expression: str, effective: str) -> tuple[Source, ...]:
    """The sources of the governing list that let through some of what `expression` stands for."""
    directive = policy.governing(effective)
    return _overlap(directive.list, page, expression) if directive else ()


@memo(key=lambda listed, page, expression: (listed, (page, expression)))
def _overlap(listed: SourceList, page: Url, expression: str) -> tuple[Source, ...]:
    return tuple(_overlapping(listed, page, parse_source(expression)))


def _overlapping(listed: SourceList, page: Url, wanted: Source) -> Iterator[Source]:
    related = [source for source in listed.locations if _related(source, wanted)]
    if not related:
        return
    fresh = _Fresh(source.text for source in listed.sources)
    own = tuple(witnesses(wanted, page, fresh))
    for source in related:
        if any(_both_match(source, wanted, url, page) for url in (*witnesses(source, page, fresh), *own)):
            yield source


def _related(source: Source, wanted: Source) -> bool:
    """Whether two sources may have a URL in common, by a glance at their hosts."""
    if source.kind != SourceKind.HOST or wanted.kind != SourceKind.HOST:
        return True
    one, other = f".{source.host}", f".{wanted.host}"
    return not source.host or not wanted.host or one.endswith(other) or other.endswith(one)


def _both_match(source: Source, wanted: Source, url: Url, page: Url) -> bool:
    target = Target(url, page)
    return mismatch(source, target) is None and mismatch(wanted, target) is None


class _Fresh:
    """Gives a label, a path segment and a port that no text at hand has written."""

    def __init__(self, texts: Iterable[str]) -> None:
        text = " ".join(texts).lower()
        longest = max(map(len, _LIKE_FRESH.findall(text)), default=len("any")) if "anyx" in text else len("any")
        self.label = "any" + "x" * (longest - len("any") + 1)
        written = set(_PORTS.findall(text)) if ":" in text else set()
        self.port = next((port for port in range(50_000, 1024, -1) if str(port) not in written), 50_000)


def _fresh(policies: PolicySet) -> _Fresh:
    if len(policies.policies) != 1:
        return _Fresh(policy.text for policy in policies.policies)
    return _fresh_for(policies.policies[0])


@memo
def _fresh_for(policy: Policy) -> _Fresh:
    """Most questions are put to one policy, for one source expression after the other."""
    return _Fresh([policy.text])


_LIKE_FRESH = re.compile("anyx+")
_PORTS = re.compile(r":0*(\d{1,5})")


def witnesses(source: Source, page: Url, fresh: _Fresh) -> Iterator[Url]:
    """URLs that stand for all that a source expression matches; none for what matches no URL."""
    if source.kind == SourceKind.HOST:
        yield from _host_witnesses(source, page, fresh)
    elif source.kind == SourceKind.STAR:
        for scheme in sorted({"http", "https", "ws", "wss", page.scheme}):
            yield _url(scheme, f"{fresh.label}.{fresh.label}", fresh.port, f"/{fresh.label}")
    elif source.kind == SourceKind.SCHEME:
        for scheme in UPGRADED.get(source.scheme, (source.scheme,)):
            yield _url(scheme, f"{fresh.label}.{fresh.label}", fresh.port, f"/{fresh.label}")
    elif source.name == "'self'":
        yield _url(page.scheme, page.host, page.port, f"/{fresh.label}")


def _host_witnesses(source: Source, page: Url, fresh: _Fresh) -> Iterator[Url]:
    written = source.scheme or page.scheme
    host = f"{fresh.label}.{source.host or fresh.label}" if source.subdomains else source.host
    path = source.path + fresh.label if source.path.endswith("/") else source.path or f"/{fresh.label}"
    for scheme in UPGRADED.get(written, (written,)):
        for port in _ports(source, written, scheme, fresh):
            yield _url(scheme, host, port, path)


def _ports(source: Source, written: str, scheme: str, fresh: _Fresh) -> Iterator[int | None]:
    default = DEFAULT_PORTS.get(scheme)
    if source.port == ANY_PORT:
        yield from (default, fresh.port)
    elif source.port is None:
        yield default
    elif scheme == written:
        yield source.port
    elif source.port == DEFAULT_PORTS[written]:
        yield default


def _url(scheme: str, host: str, port: int | None, path: str) -> Url:
    """Put a URL together; the parts are known to be well-formed, so no parser is needed."""
    if scheme not in DEFAULT_PORTS:
        return Url(f"{scheme}:{path}", scheme, "", None, path)
    shown = "" if port == DEFAULT_PORTS[scheme] else f":{port}"
    return Url(f"{scheme}://{host}{shown}{path}", scheme, host, port, path)


def first_verdict(policies: PolicySet, expression: str, kind: Kind) -> Verdict | None:
    """The verdict of the first policy that governs the expression's first witness; None where nothing restricts it."""
    fresh = _fresh(policies)
    for url in witnesses(parse_source(expression), policies.page, fresh):
        verdicts = policies.decide_url(kind, url).verdicts
        return next((verdict for verdict in verdicts if verdict.directive), None)
    return None
