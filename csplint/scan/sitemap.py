"""
Sitemaps (sitemaps.org): lists of pages, and lists of sitemaps, as XML.

Read as a stream by expat, with everything counted. Kept libraries for sitemaps fetch by themselves, without the limits that
csplint sets to what a server may send, so only the XML is left to read here.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO
from xml.parsers import expat

from csplint.engine.inputs import UnusableInput
from csplint.errors import TargetError, UsageError
from csplint.files import MIB
from csplint.page.fetch.client import fetch_data
from csplint.page.fetch.resolve import run
from csplint.page.fetch.settings import FetchSettings
from csplint.scan.item import Item
from csplint.scan.listed import url_input

MOST_BYTES = 50 * MIB
"""Of a sitemap, unzipped, as sitemaps.org allows."""

MOST_URLS = 50_000
MOST_SITEMAPS = 1_000
"""Of one index, with those of the indexes that it names."""

_LONGEST_URL = 4_096
_CHUNK = 64 * 1024


class _SitemapError(Exception):
    """A sitemap that cannot be read further; the message ends a sentence that begins with its name."""


def fetch_sitemap(url: str, settings: FetchSettings) -> Iterator[Item]:
    """The pages of a sitemap, or of those that an index names. What cannot be read is a failed target."""
    waiting, known = [url], {url}
    while waiting:
        here = waiting.pop(0)
        try:
            body = _fetched(here, settings)
        except TargetError as error:
            yield Item(UnusableInput(here, f"{here}: {error}"))
            continue
        for is_sitemap, item in _entries(here, _unzipped(body)):
            if not is_sitemap:
                yield item
            elif item.input.target not in known and len(known) < MOST_SITEMAPS:
                known.add(item.input.target)
                waiting.append(item.input.target)


def _fetched(url: str, settings: FetchSettings) -> bytes:
    found = run(fetch_data(url, settings, MOST_BYTES))
    if found.status != 200:  # noqa: PLR2004
        raise TargetError(url, "status", f"the server responded with {found.status} instead of the sitemap")
    return found.body


def read_sitemap(name: str, file: BinaryIO, settings: FetchSettings) -> Iterator[Item]:
    """The pages of a sitemap in a file; the sitemaps that an index names are fetched."""
    for is_sitemap, item in _entries(name, file):
        if is_sitemap:
            yield from fetch_sitemap(item.input.target, settings)
        else:
            yield item


def _entries(name: str, file: BinaryIO) -> Iterator[tuple[bool, Item]]:
    """Each entry as an item, and whether it is another sitemap. Damage is a failed target."""
    reader = _Reader()
    number = 0
    try:
        for url, is_sitemap, line in reader.read(file):
            number += 1
            item = Item(url_input(url, f"{name}:{line}"))
            yield is_sitemap and not isinstance(item.input, UnusableInput), item
    except _SitemapError as error:
        yield False, Item(UnusableInput(name, f"{name} {error}"))
    if not number and not reader.is_sitemap:
        raise UsageError(f"{name} is XML or HTML, but no sitemap")


class _Reader:
    """Reads `loc` elements; is_sitemap: the root element is that of a sitemap or an index."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.CharacterDataHandler = self._text
        self._parser.EntityDeclHandler = self._entity
        self._path: list[str] = []
        self._loc: list[str] = []
        self._found: list[tuple[str, bool, int]] = []
        self.is_sitemap = False

    def read(self, file: BinaryIO) -> Iterator[tuple[str, bool, int]]:
        """URL, whether it is a sitemap's, and its line; raises _SitemapError."""
        size = number = 0
        try:
            while data := file.read(_CHUNK):
                size += len(data)
                if size > MOST_BYTES:
                    raise _SitemapError(f"has more than {MOST_BYTES // MIB} MB")
                self._parser.Parse(data, False)
                number += len(self._found)
                if number > MOST_URLS:
                    raise _SitemapError(f"has more than {MOST_URLS:,} entries")
                yield from self._taken()
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            yield from self._taken()
            if self.is_sitemap:
                raise _SitemapError(
                    f"is not well-formed: {expat.ErrorString(error.code)}, line {error.lineno}"
                ) from error
        yield from self._taken()

    def _taken(self) -> list[tuple[str, bool, int]]:
        found, self._found = self._found, []
        return found

    def _open(self, name: str, _attributes: object) -> None:
        name = name.rpartition(" ")[2]
        if not self._path:
            self.is_sitemap = name in {"urlset", "sitemapindex"}
        if len(self._path) > 20:  # noqa: PLR2004 - a sitemap has four levels
            raise _SitemapError("is nested too deeply")
        self._path.append(name)
        self._loc = []

    def _close(self, _name: str) -> None:
        if self.is_sitemap and self._path[1:] in (["url", "loc"], ["sitemap", "loc"]):
            text = "".join(self._loc).strip()
            self._found.append((text, self._path[1] == "sitemap", self._parser.CurrentLineNumber))
        self._path.pop()
        self._loc = []

    def _text(self, data: str) -> None:
        if self._path and self._path[-1] == "loc" and sum(map(len, self._loc)) < _LONGEST_URL:
            self._loc.append(data)

    def _entity(self, *_declaration: object) -> None:
        raise _SitemapError("declares entities, which no sitemap needs")


def _unzipped(body: bytes) -> BinaryIO:
    """The body, unzipped as far as a sitemap may be long."""
    if not body.startswith(b"\x1f\x8b"):
        return BytesIO(body)
    try:
        return BytesIO(zlib.decompressobj(31).decompress(body, MOST_BYTES + 1))
    except zlib.error:
        return BytesIO(b"")
