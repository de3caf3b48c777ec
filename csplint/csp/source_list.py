"""A directive's value as a source list: read once, sorted by what matching asks of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache, partial

from msgspec import Struct

from csplint.csp.ascii import is_plain
from csplint.csp.browsers import BROWSERS, Browser, BrowserName
from csplint.csp.memo import BoundedCache, memo_property
from csplint.csp.source import AnySourceKind, Source, SourceKind, parse_sources

TOKEN = re.compile(r"[^\t\n\f\r ]+")
"""What stands between ASCII white space (CSP3 #parse-source-list)."""


class SourceList(Struct, frozen=True, dict=True):
    """
    A source list, sorted by what matching asks of it. Lists that were read are kept for a while, and with them what others
    worked out of them (the instance's `__dict__`).

    sources: all of them in order. locations: the ones a URL can match. keywords: the quoted words, lower case,
    without 'none'. nonces: their values. hashes: (algorithm, digest). switches: the kinds of
    sources in it that switch others off. value: what was read.
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
        """Whether 'strict-dynamic' is written; browsers heed it in script directives only."""
        return "'strict-dynamic'" in self.keywords

    @property
    def has_nonce_or_hash(self) -> bool:
        """Whether a usable nonce or hash source is written, which switches 'unsafe-inline' off."""
        return bool(self.nonces or self.hashes)

    def near(self, host: str) -> Iterable[Source]:
        """The locations that might match a URL on this host, in order; the others differ in their host."""
        keys = host_keys(host)
        if self._keys.isdisjoint(keys):
            return ()
        return [source for source in self.locations if source.key in keys]

    @memo_property
    def _keys(self) -> frozenset[str]:
        return frozenset([source.key for source in self.locations])

    @memo_property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Where each source starts and ends in the value."""
        return tuple([found.span() for found in TOKEN.finditer(self.value)])


def host_keys(host: str) -> frozenset[str]:
    """
    The keys of the sources that can match a host: the host itself, and *. before each of its parent domains.

    "" is the key of schemes, * and 'self', which are tried on every URL.
    """
    return _keys_kept(host) if len(host) <= _LONGEST_HOST else _host_keys(host)


def _host_keys(host: str) -> frozenset[str]:
    keys, dot = {"", host}, host.find(".")
    while dot >= 0 and len(keys) <= _MOST_LABELS:
        keys.add(f"*{host[dot:]}")
        dot = host.find(".", dot + 1)
    return frozenset(keys)


_keys_kept = lru_cache(maxsize=4096)(_host_keys)
_LONGEST_HOST = 253
"""Characters of a DNS name."""

_MOST_LABELS = 130
"""A host name has at most 127 labels."""


def read_list(value: str, browser: Browser) -> SourceList:
    """Read a directive's value as one browser does; never raises."""
    return _LISTS[browser.name][value]


def _source_list(value: str, sources: tuple[Source, ...]) -> SourceList:
    locations = tuple([source for source in sources if source.is_location])
    words = [source for source in sources if source.kind in _WORDS or source.algorithm]
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
    # str.split knows more white space than browsers do; a value in force has none of it.
    texts = value.split() if is_plain(value) else TOKEN.findall(value)
    return _source_list(value, parse_sources(texts, browser))


_LISTS: dict[BrowserName, BoundedCache[SourceList]] = {
    browser.name: BoundedCache(partial(_read, browser=browser), most=2048, longest=4096, altogether=400_000)
    for browser in BROWSERS
}
"""A policy is judged again with each of its fixes made, and as report-only: all but one of its lists are the same."""

_SWITCHES = frozenset({SourceKind.URL_HASH, SourceKind.EVAL_HASH})
_WORDS = frozenset({SourceKind.KEYWORD, SourceKind.NONCE, SourceKind.HASH})
