"""From the files that a user names to targets; the content decides what a file is."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterator
from io import BufferedReader
from typing import BinaryIO, cast

from csplint.engine.inputs import UnusableInput, UrlInput
from csplint.errors import TargetError, UsageError
from csplint.files import open_file
from csplint.page.fetch.redirects import read_address
from csplint.page.fetch.settings import FetchSettings
from csplint.page.saved.formats import load
from csplint.scan.item import Item
from csplint.scan.listed import read_list, url_input
from csplint.scan.seen import Seen

_GZIP = b"\x1f\x8b"


def read_source(name: str, settings: FetchSettings) -> Iterator[Item]:
    """
    The targets in a file, or behind the URL of a sitemap; "-" is standard input.

    Raises UsageError if it cannot be read, or is none of the kinds that csplint knows.
    """
    if name.startswith(("http://", "https://")):
        from csplint.scan.sitemap import fetch_sitemap  # noqa: PLC0415 - only for sitemaps

        yield from fetch_sitemap(name, settings)
        return
    try:
        with _opened(name) as file:
            yield from _of_file("standard input" if name == "-" else name, file, settings)
    except (OSError, EOFError, zlib.error) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f"cannot read {name}: {why}") from error


def is_warc(name: str) -> bool:
    """Whether a name is that of a WARC file that can be read from any place; raises UsageError if it cannot be read."""
    if name == "-" or "://" in name:
        return False
    try:
        with open_file(name) as file:
            start = file.read(512)
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read {name}: {getattr(error, 'strerror', None) or error}") from error
    return _is_warc(start)


def _is_warc(start: bytes) -> bool:
    return start.startswith(b"WARC/") or (start.startswith(_GZIP) and _unzipped(start).startswith(b"WARC/"))


def _opened(name: str) -> BufferedReader:
    if name == "-":
        return open(sys.__stdin__.fileno() if sys.__stdin__ else 0, "rb", closefd=False)
    return open_file(name, pipes=True)


def _of_file(name: str, file: BufferedReader, settings: FetchSettings) -> Iterator[Item]:
    start = file.peek(512)[:512]
    if _is_warc(start):
        from csplint.scan.recorded import warc_items  # noqa: PLC0415 - only for WARC files

        yield from warc_items(name, file, settings.accept_status)
    elif start.startswith(_GZIP):
        with gzip.open(file) as inner:
            plain = cast("BufferedReader", inner)
            yield from _of_text(name.removesuffix(".gz"), plain, plain.peek(512)[:512], settings)
    else:
        yield from _of_text(name, file, start, settings)


def _of_text(name: str, file: BinaryIO, start: bytes, settings: FetchSettings) -> Iterator[Item]:
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<"):
        from csplint.scan.sitemap import read_sitemap  # noqa: PLC0415 - only for sitemaps

        yield from read_sitemap(name, file, settings)
    elif name.lower().endswith(".har"):
        yield from _of_har(name)
    else:
        yield from read_list(name, file)


def _of_har(name: str) -> Iterator[Item]:
    """Every page of a HAR, judged as recorded."""
    from csplint.page.capture import Visits  # noqa: PLC0415 - only for HAR files
    from csplint.page.saved.har import read_har_pages  # noqa: PLC0415
    from csplint.scan.item import Fault  # noqa: PLC0415

    try:
        for url, capture in read_har_pages(name, load(name)):
            found = Fault.of(capture) if isinstance(capture, TargetError) else Visits(capture)
            yield Item(url_input(url, name), found)
    except TargetError as error:
        raise UsageError(f"{name}: {error}") from error


def _unzipped(start: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(start, 64)
    except zlib.error:
        return b""


def key_of(kind: str, target: str, name: str = "") -> str:
    """
    What tells targets apart: the address in its standard form, and its name in the configuration. The same for an item and
    for its line.
    """
    if name:
        return f"{name}\n{key_of(kind, target)}"
    if kind != "url":
        return f"{kind}:{target}"
    try:
        return read_address(target if "://" in target else f"https://{target}").url
    except ValueError:
        return target


def key_of_item(item: Item) -> str:
    """The key of a target that is to be judged."""
    each = item.input
    return key_of(each.kind, each.target, each.name if isinstance(each, UrlInput | UnusableInput) else "")


def distinct(items: Iterator[Item], seen: Seen) -> Iterator[Item]:
    """The items without those that were seen before."""
    return (item for item in items if seen.add(key_of_item(item)))
