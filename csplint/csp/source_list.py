"""A directive's value as a source list, indexed for matching (CSP3 #parse-source-list)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache, partial

from msgspec import Struct
from msgspec.structs import replace

from csplint.csp.browsers import BROWSERS, Browser, BrowserName
from csplint.csp.memo import BoundedCache, memo_property
from csplint.csp.parse import parse_sources
from csplint.csp.source import AnySourceKind, Source, SourceKind

ASCII_WHITESPACE = "\t\n\f\r "
"""Infra #ascii-whitespace. Python's own notion of white space has more characters, and browsers' has not."""

TOKEN = re.compile(r"[^\t\n\f\r ]+")
"""A stretch without ASCII white space."""

_PRINTABLE = bytes(range(0x20, 0x7F))


def is_plain(text: str) -> bool:
    """Whether a text is printable ASCII, so that a space is its only white space, in Python as in browsers."""
    return text.isascii() and not text.encode("ascii").translate(None, _PRINTABLE)


class SourceList(Struct, frozen=True, dict=True):
    """
    A source list, indexed for matching. Parsed lists are cached, and `@memo` answers with them (the instance's `__dict__`).

    sources: all of them, in order. locations: those that a URL can match. keywords: lower case with their quotes, without
    'none'. nonces: their values. hashes: (algorithm, digest). switches: the kinds of its sources that disable others.
    value: the text that was parsed.
    """

    sources: tuple[Source, ...]
    locations: tuple[Source, ...]
    keywords: frozenset[str] = frozenset()
    nonces: frozenset[str] = frozenset()
    hashes: frozenset[tuple[str, bytes]] = frozenset()
    switches: frozenset[AnySourceKind] = frozenset()
    value: str = ""

    @property
    def strict_dynamic(self) -> bool:
        """Whether the list has 'strict-dynamic'; only in script directives does it have an effect."""
        return "'strict-dynamic'" in self.keywords

    @property
    def has_nonce_or_hash(self) -> bool:
        """Whether the list has a valid nonce or hash source, which disables 'unsafe-inline'."""
        return bool(self.nonces or self.hashes)

    def candidates(self, host: str) -> Iterable[Source]:
        """The locations that may match a URL on this host, in order; the others have another host."""
        keys = host_keys(host)
        if self._keys.isdisjoint(keys):
            return ()
        return [source for source in self.locations if source.key in keys]

    @memo_property
    def _keys(self) -> frozenset[str]:
        return frozenset([source.key for source in self.locations])

    @memo_property
    def honoured_locations(self) -> frozenset[Source]:
        """The locations, to look one up; without those that 'strict-dynamic' disables."""
        return frozenset(self.locations)

    @memo_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """The start and the end, exclusive, of each source in the value."""
        return tuple([found.span() for found in TOKEN.finditer(self.value)])


def host_keys(host: str) -> frozenset[str]:
    """
    The keys (`Source.key`) of all sources that can match a host: the host, *. before each parent domain, and "".

    Schemes, * and 'self' have the key "", because they are tried on every URL.
    """
    return _cached_host_keys(host) if len(host) <= _LONGEST_HOST else _host_keys(host)


def _host_keys(host: str) -> frozenset[str]:
    keys, dot = {"", host}, host.find(".")
    while dot >= 0 and len(keys) <= _MOST_LABELS:
        keys.add(f"*{host[dot:]}")
        dot = host.find(".", dot + 1)
    return frozenset(keys)


_cached_host_keys = lru_cache(maxsize=4096)(_host_keys)
_LONGEST_HOST = 253
"""The most characters of a DNS name."""

_MOST_LABELS = 130
"""A DNS name has at most 127 labels."""


def read_list(value: str, browser: Browser) -> SourceList:
    """Parse a directive's value as this browser does; never raises."""
    return _LISTS[browser.name][value]


def without_strict_dynamic(listed: SourceList) -> SourceList:
    """The list where a browser does not read its 'strict-dynamic'."""
    return replace(listed, keywords=listed.keywords - {"'strict-dynamic'"})


def beside_strict_dynamic(listed: SourceList) -> SourceList:
    """The list without the locations that its 'strict-dynamic' disables in WebKit: 'self', and hosts and schemes after it."""
    place = next(number for number, source in enumerate(listed.sources) if source.name == "'strict-dynamic'")
    kept = [
        source
        for number, source in enumerate(listed.sources)
        if source.is_location and (source.kind == SourceKind.STAR or (number < place and source.name != "'self'"))
    ]
    return replace(listed, locations=tuple(kept))


def _source_list(value: str, sources: tuple[Source, ...]) -> SourceList:
    locations = tuple([source for source in sources if source.is_location])
    words = [source for source in sources if not source.is_ordinary and (source.kind in _WORDS or source.algorithm)]
    if not words:
        return SourceList(sources, locations, value=value)
    return SourceList(
        sources=sources,
        locations=locations,
        keywords=frozenset([s.name for s in words if s.kind == SourceKind.KEYWORD]),
        nonces=frozenset([s.name for s in words if s.kind == SourceKind.NONCE]),
        hashes=frozenset([(s.algorithm, s.digest) for s in words if s.is_hash]),
        switches=frozenset([s.kind for s in words if s.kind in _SWITCHES]),
        value=value,
    )


def _read(value: str, browser: Browser) -> SourceList:
    # str.split splits at more characters than browsers do, but plain text has none of them.
    texts = value.split() if is_plain(value) else TOKEN.findall(value)
    return _source_list(value, parse_sources(texts, browser))


_LISTS: dict[BrowserName, BoundedCache[SourceList]] = {
    browser.name: BoundedCache(partial(_read, browser=browser), most=2048, longest=4096, altogether=400_000)
    for browser in BROWSERS
}
"""A policy is judged again after each fix, and as report-only, and all but one of its lists are the same."""

_SWITCHES = frozenset({SourceKind.URL_HASH, SourceKind.EVAL_HASH})
_WORDS = frozenset({SourceKind.KEYWORD, SourceKind.NONCE, SourceKind.HASH})
