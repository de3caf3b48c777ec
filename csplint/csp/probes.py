"""
Requests that show whether one policy blocks what another allows: a few for each directive, however long the lists.

A list names hosts, nonces, the page's own origin ('self'), inline code and eval. A hash is left out, because nobody
knows its text. Schemes and * name nothing in particular, so probes for them are separate (`wide_probes`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from csplint.csp.policy import Directive, Policy, SourceList
from csplint.csp.request import Kind, Request
from csplint.csp.source import Source, SourceKind
from csplint.csp.unlisted import EXAMPLE
from csplint.csp.url import Url

Alternatives = tuple[Request, ...]
"""Requests for the same thing, which is allowed if any of them is."""

Probes = tuple[Alternatives, ...]
"""One item for each thing that a list names."""

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
"""The directives compared, and the kind of request that tests each."""

_INLINE: dict[Kind, Kind] = {"script": "inline-script", "style": "inline-style"}
"""Kinds whose elements may hold inline code and may have a nonce."""

_MOST_SOURCES = 12
_MOST_NONCES = 4


def compared_lists(one: Policy, other: Policy, page: Url) -> Iterator[tuple[ComparedList, ComparedList]]:
    """For each directive that both policies restrict differently: the first's list against the second's, and the reverse."""
    for effective, kind in _KINDS:
        mine, theirs = one.governing(effective), other.governing(effective)
        if mine and theirs and mine.value != theirs.value:
            nonces = sorted(mine.list.nonces | theirs.list.nonces)[:_MOST_NONCES] if kind in _INLINE else []
            yield (
                ComparedList(effective, mine, mine.list, theirs.list, kind, nonces, page),
                ComparedList(effective, theirs, theirs.list, mine.list, kind, nonces, page),
            )


class ComparedList(Struct, frozen=True):
    """
    A source list (`listed`, of `directive`) and another policy's list for the same kind of request (`other`).

    effective: the directive a violation would name. nonces: some of the nonces of both lists.
    """

    effective: str
    directive: Directive
    listed: SourceList
    other: SourceList
    kind: Kind
    nonces: list[str]
    page: Url

    def named_probes(self) -> Probes:
        """Requests for what the list names and the other list does not write."""
        written = {source.text for source in self.other.sources}
        found = (self._of_source(source) for source in self.listed.sources if source.text not in written)
        return (*islice(filter(None, found), _MOST_SOURCES), *self._of_keywords())

    def wide_probes(self) -> Probes:
        """Requests for what the list's schemes and * match."""
        if not self._locations_count:
            return ()
        written = {source.text for source in self.other.sources}
        wide = (each for each in self.listed.locations if not _is_host(each) and each.text not in written)
        return tuple([self._of_urls(*_wide_urls(each, self.page)) for each in islice(wide, _MOST_SOURCES)])

    @property
    def _locations_count(self) -> bool:
        """Beside 'strict-dynamic', hosts and 'self' in a script list are only for browsers without its support."""
        return self.kind != "script" or not self.listed.strict_dynamic

    def _of_source(self, source: Source) -> Alternatives:
        if source.kind == SourceKind.NONCE and self.kind in _INLINE:
            return self._of_nonce(source.name)
        return self._of_urls(*_host_urls(source)) if _is_host(source) and self._locations_count else ()

    def _of_nonce(self, nonce: str) -> Alternatives:
        """An element with the nonce may hold the code itself, or load it from a host that the other list allows."""
        hosts = islice(filter(_is_host, self.other.locations), _MOST_NONCES)
        listed = (url for host in hosts for url in _host_urls(host))
        urls = (f"https://{EXAMPLE}.example/", f"{self.page.origin}/{EXAMPLE}", *listed)
        return (*(Request(self.kind, url, nonce=nonce) for url in urls), Request(_INLINE[self.kind], nonce=nonce))

    def _of_urls(self, *urls: str) -> Alternatives:
        """A script file may have any of the nonces, or another script may add it."""
        kinds: tuple[Kind, ...] = ("script", "dynamic-script") if self.kind == "script" else (self.kind,)
        plain = [Request(kind, url) for url in urls for kind in kinds]
        return (*plain, *(Request(self.kind, url, nonce=nonce) for url in urls for nonce in self.nonces))

    def _of_keywords(self) -> Iterator[Alternatives]:
        keywords = self.listed.keywords - self.other.keywords
        if "'self'" in keywords and self._locations_count and self.page.origin != "null":
            yield self._of_urls(f"{self.page.origin}/{EXAMPLE}")
        if "'unsafe-inline'" in keywords and self._allows_any_inline:
            inline = _INLINE[self.kind]
            yield (Request(inline), *(Request(inline, nonce=nonce) for nonce in self.nonces))
        if "'unsafe-eval'" in keywords and self.kind == "script":
            yield (Request("eval"),)

    @property
    def _allows_any_inline(self) -> bool:
        """Whether 'unsafe-inline' is in effect, and the other list has no hash, whose text both lists would allow."""
        return self.kind in _INLINE and not self.listed.has_nonce_or_hash and not self.other.hashes


def _is_host(source: Source) -> bool:
    return source.kind == SourceKind.HOST and source.host != ""


def _wide_urls(source: Source, page: Url) -> tuple[str, ...]:
    """URLs that a scheme or * matches, and a host source does not."""
    if source.scheme in {"", "https", "http", "ws", "wss"}:
        secure = {"": "https", "http": "https", "ws": "wss"}.get(source.scheme, source.scheme)
        return (f"{secure}://{EXAMPLE}.example/{EXAMPLE}",)
    return (f"blob:{page.origin}/{EXAMPLE}",) if source.scheme == "blob" else (f"{source.scheme}:,{EXAMPLE}",)


def _host_urls(source: Source) -> tuple[str, ...]:
    """
    URLs that a host source matches.

    An http source matches https too (CSP3 #scheme-part-match), and on an https page only that is of use.
    """
    host = f"{EXAMPLE}.{source.host}" if source.subdomains else source.host
    port = f":{source.port}" if source.port and source.port > 0 else ""
    path = source.path + (EXAMPLE if source.path.endswith("/") else "") if source.path else f"/{EXAMPLE}"
    first = f"{source.scheme or 'https'}://{host}{port}{path}"
    return (first, f"https://{host}{'' if port == ':80' else port}{path}") if source.scheme == "http" else (first,)
