"""
Requests that show whether what one policy names gets past another: a few for each directive, however long the lists.

What a list names: hosts, nonces, the page's own origin, inline code and eval. Of a hash nobody knows the text. Schemes
and * name nothing in particular: what they stand for is asked for where the two cannot both be meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from csplint.csp.policy import Directive, Policy, SourceList
from csplint.csp.request import Kind, Request
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import Url

Ways = tuple[Request, ...]
"""The ways to ask for one thing."""

Tries = tuple[Ways, ...]
"""For each thing a list names, the ways to ask for it."""

_KINDS: tuple[tuple[str, Kind], ...] = (
    ("script-src-elem", "script"),
    ("style-src-elem", "style"),
    ("frame-src", "frame"),
    ("form-action", "form"),
    ("frame-ancestors", "frame-ancestors"),
    ("connect-src", "connect"),
    ("img-src", "img"),
    ("font-src", "font"),
    ("media-src", "media"),
)
_INLINE: dict[Kind, Kind] = {"script": "inline-script", "style": "inline-style"}
"""Kinds whose elements may hold their text themselves, and may have a nonce."""

_MOST = 12
_MOST_NONCES = 4
_UNKNOWN = "any0"


def probes(one: Policy, other: Policy, page: Url) -> Iterator[tuple[Side, Side]]:
    """For each directive that both restrict: what the first says and the second does not write, and the reverse."""
    for effective, kind in _KINDS:
        mine, theirs = one.governing(effective), other.governing(effective)
        if mine and theirs and mine.value != theirs.value:
            nonces = sorted(mine.list.nonces | theirs.list.nonces)[:_MOST_NONCES] if kind in _INLINE else []
            yield (
                Side(effective, mine, mine.list, theirs.list, kind, nonces, page),
                Side(effective, theirs, theirs.list, mine.list, kind, nonces, page),
            )


class Side(Struct, frozen=True):
    """One of two lists for the same kind of request; `nonces` are those of both."""

    effective: str
    directive: Directive
    listed: SourceList
    other: SourceList
    kind: Kind
    nonces: list[str]
    page: Url

    def named(self) -> Tries:
        """What the list names."""
        written = {source.text for source in self.other.sources}
        found = (self._ways(source) for source in self.listed.sources if source.text not in written)
        return (*islice(filter(None, found), _MOST), *self._by_keyword())

    def left_open(self) -> Tries:
        """What its schemes and its * stand for."""
        if not self._locations_count:
            return ()
        written = {source.text for source in self.other.sources}
        wide = (each for each in self.listed.locations if not _is_host(each) and each.text not in written)
        return tuple([self._from(*_stranger(each, self.page)) for each in islice(wide, _MOST)])

    @property
    def _locations_count(self) -> bool:
        """A script list with 'strict-dynamic' names hosts and 'self' for browsers that do not know it."""
        return self.kind != "script" or not self.listed.strict_dynamic

    def _ways(self, source: Source) -> Ways:
        if source.kind == SourceKind.NONCE and self.kind in _INLINE:
            return self._with_nonce(source.name)
        return self._from(*_urls(source)) if _is_host(source) and self._locations_count else ()

    def _with_nonce(self, nonce: str) -> Ways:
        """A tag with the nonce may hold the code itself, or load it from where the other list says."""
        hosts = islice(filter(_is_host, self.other.locations), _MOST_NONCES)
        listed = (url for host in hosts for url in _urls(host))
        urls = (f"https://{_UNKNOWN}.example/", f"{self.page.origin}/{_UNKNOWN}", *listed)
        return (*(Request(self.kind, url, nonce=nonce) for url in urls), Request(_INLINE[self.kind], nonce=nonce))

    def _from(self, *urls: str) -> Ways:
        """A script of a host may come with any nonce, or be added by another script; whichever passes will do."""
        kinds: tuple[Kind, ...] = ("script", "dynamic-script") if self.kind == "script" else (self.kind,)
        plain = [Request(kind, url) for url in urls for kind in kinds]
        return (*plain, *(Request(self.kind, url, nonce=nonce) for url in urls for nonce in self.nonces))

    def _by_keyword(self) -> Iterator[Ways]:
        words = self.listed.keywords - self.other.keywords
        if "'self'" in words and self._locations_count and self.page.origin != "null":
            yield self._from(f"{self.page.origin}/{_UNKNOWN}")
        if "'unsafe-inline'" in words and self._inline_is_for_all:
            inline = _INLINE[self.kind]
            yield (Request(inline), *(Request(inline, nonce=nonce) for nonce in self.nonces))
        if "'unsafe-eval'" in words and self.kind == "script":
            yield (Request("eval"),)

    @property
    def _inline_is_for_all(self) -> bool:
        """Whether nothing switches 'unsafe-inline' off, and the other list has no hash, whose text would pass both."""
        return self.kind in _INLINE and not self.listed.has_nonce_or_hash and not self.other.hashes


def _is_host(source: Source) -> bool:
    return source.kind == SourceKind.HOST and source.host != ""


def _stranger(source: Source, page: Url) -> tuple[str, ...]:
    """Addresses that a scheme or * stands for, and no host source does."""
    if source.scheme in {"", "https", "http", "ws", "wss"}:
        secure = {"": "https", "http": "https", "ws": "wss"}.get(source.scheme, source.scheme)
        return (f"{secure}://{_UNKNOWN}.example/{_UNKNOWN}",)
    return (f"blob:{page.origin}/{_UNKNOWN}",) if source.scheme == "blob" else (f"{source.scheme}:,{_UNKNOWN}",)


def _urls(source: Source) -> tuple[str, ...]:
    """
    Addresses that a host source stands for.

    An http source lets https through too (CSP3 #scheme-part-match), and on an https page that alone is of use.
    """
    host = f"{_UNKNOWN}.{source.host}" if source.subdomains else source.host
    port = f":{source.port}" if source.port and source.port > 0 else ""
    path = source.path + (_UNKNOWN if source.path.endswith("/") else "") if source.path else f"/{_UNKNOWN}"
    first = f"{source.scheme or 'https'}://{host}{port}{path}"
    return (first, f"https://{host}{'' if port == ':80' else port}{path}") if source.scheme == "http" else (first,)
