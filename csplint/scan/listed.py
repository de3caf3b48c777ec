"""
Lists of addresses: text, CSV, JSON lines, and sitemaps, gzip or not.

A list is read as a stream. A line that is no target becomes a target that fails and says where the line is.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import BinaryIO

import msgspec
from msgspec import Struct

from csplint.engine.inputs import SavedInput, UnusableInput, UrlInput
from csplint.errors import UsageError
from csplint.page.excerpt import excerpt
from csplint.page.fetch.redirects import without_credentials
from csplint.page.target import FileTarget, StdinTarget, UrlTarget, classify
from csplint.scan.item import Item, ScanInput

MOST_LINE = 64 * 1024
"""Characters of a line."""

_URL_COLUMNS = ("url", "target", "address", "website", "domain", "host", "site")


class _Record(Struct):
    """A line of JSON."""

    url: str = ""
    target: str = ""


def target_input(text: str, place: str) -> ScanInput:
    """The input that a text names. place: where it is written ("list.txt:3"), the name of the failed target if it is none."""
    try:
        found = classify(text)
    except UsageError as error:
        return UnusableInput(place, f"{place}: {error}")
    match found:
        case UrlTarget():
            return UrlInput(found.shown, found.url)
        case FileTarget():
            return SavedInput(found.path, "")
        case StdinTarget():
            return UnusableInput(place, f"{place}: - is no target of a list")


def url_input(text: str, place: str) -> ScanInput:
    """The same for a text that somebody else wrote, such as a site: it never names a file."""
    found = target_input(text, place) if "://" in text else None
    if isinstance(found, UrlInput):
        return found
    return UnusableInput(place, f"{place}: {excerpt(without_credentials(text))} is not an http or https URL")


def read_list(name: str, file: BinaryIO) -> Iterator[Item]:
    """
    The targets of a list; the first line that is not empty decides what kind of list it is.

    name: of the file, for places. Raises UsageError for a file that is not a list.
    """
    lines = _lines(name, file)
    first = next((line for line in lines if isinstance(line, UnusableInput) or line[1].strip()), None)
    if first is None:
        return iter(())
    everything = chain([first], lines)
    if isinstance(first, UnusableInput):
        return _each(everything, name, _plain)
    start = first[1].lstrip()
    if start.startswith("{"):
        return _each(everything, name, _json)
    if name.lower().endswith((".csv", ".tsv")) or _is_header(start):
        return _csv(everything, name)
    return _each(everything, name, _plain)


_Line = tuple[int, str]


def _lines(name: str, file: BinaryIO) -> Iterator[_Line | UnusableInput]:
    """Numbered lines, without their ends; one that is too long is a failed target."""
    number = 0
    while line := file.readline(MOST_LINE + 1):
        number += 1
        if len(line) > MOST_LINE:
            while line and not line.endswith(b"\n"):
                line = file.readline(MOST_LINE)
            place = f"{name}:{number}"
            yield UnusableInput(place, f"{place}: the line has more than {MOST_LINE:,} characters")
            continue
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        yield number, line.decode("utf-8", "replace").rstrip("\r\n")


def _each(
    lines: Iterable[_Line | UnusableInput], name: str, read: Callable[[str, str], ScanInput | None]
) -> Iterator[Item]:
    for line in lines:
        if isinstance(line, UnusableInput):
            yield Item(line)
        elif (found := read(line[1], f"{name}:{line[0]}")) is not None:
            yield Item(found)


def _plain(text: str, place: str) -> ScanInput | None:
    """A line of text; None for an empty one and a comment."""
    text = text.strip()
    if not text or text.startswith("#"):
        return None
    return target_input(text.partition(" #")[0].rstrip(), place)


def _json(text: str, place: str) -> ScanInput | None:
    if not text.strip():
        return None
    try:
        record = msgspec.json.decode(text.encode("utf-8", "surrogatepass"), type=_Record)
    except msgspec.DecodeError as error:
        return UnusableInput(place, f"{place}: the line is not a JSON object with a url: {excerpt(str(error))}")
    if not (record.url or record.target):
        return UnusableInput(place, f'{place}: the line has neither "url" nor "target"')
    return target_input(record.url or record.target, place)


def _is_header(line: str) -> bool:
    """Whether a line is the header of a CSV: several columns, one of which has the name of the addresses'."""
    return "," in line and any(cell.strip().lower() in _URL_COLUMNS for cell in next(csv.reader([line]), []))


def _csv(lines: Iterable[_Line | UnusableInput], name: str) -> Iterator[Item]:
    """The column of the addresses; without a header the first. A quoted cell does not go over several lines."""
    delimiter, column, is_first = ("\t" if name.lower().endswith(".tsv") else ","), 0, True
    for line in lines:
        if isinstance(line, UnusableInput):
            yield Item(line)
            continue
        number, text = line
        place = f"{name}:{number}"
        if is_first and "," not in text and ";" in text:
            delimiter = ";"
        try:
            cells = next(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True), [])
        except csv.Error as error:
            yield Item(UnusableInput(place, f"{place}: the line is not CSV: {error}"))
            continue
        names = [cell.strip().lower() for cell in cells]
        header = next((names.index(each) for each in _URL_COLUMNS if each in names), None) if is_first else None
        is_first = False
        if header is not None:
            column = header
        elif not any(names):
            continue
        elif column >= len(cells) or not cells[column].strip():
            yield Item(UnusableInput(place, f"{place}: the line has no address in column {column + 1}"))
        else:
            yield Item(target_input(cells[column].strip(), place))
