"""
Reads files of violation reports: one report a line, JSON arrays, JSON over several lines, and logs with JSON in their lines.

A file is read as a stream: at most one line, or one report, is in memory. Whatever cannot be read is one broken entry with
its line and the reason, so that no line is lost. A report may be wrapped, as logs do it: `{"time": …, "log": "{…}"}`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from msgspec import Struct

from csplint.messages.json_stream import JsonPiece, split_json
from csplint.messages.message import Message
from csplint.messages.report_json import UnreadableReportError, decode, is_report, read_reports
from csplint.messages.report_time import day_in, day_of

MAX_ENTRY = 1_048_576
"""Bytes of one line; a longer one is broken, unless it is a whole array."""

MAX_ITEM = 262_144
"""Bytes of one report in an array, or over several lines; browsers send a few thousand."""

_DEEPEST = 3
"""How often a report may be wrapped."""

_MOST_STARTS = 4
"""Places in a line at which its JSON may begin: after `[INFO] {worker-1} ` it is the third."""

_START = re.compile(rb"[\[{]")
_BEGINS = re.compile(rb'\{\s*"|\[\s*[\[{"]')
"""Brackets that begin JSON, and no `[INFO]` of a log."""

_SPREADS = re.compile(rb"\s*(?:[\[{]\s*)+(?:\"[^\"]*\"\s*:\s*[\[{]?\s*)?$")
"""A first line that begins JSON over several lines: only brackets, or a key that opens one."""


class Entry(Struct, frozen=True):
    """
    One report of a file, or what could not be read.

    number: the line, from 1. message: None if broken. day: the date on which it was received, such as "2026-11-28"; "" if the
    file does not say. reason: why it is broken, as the end of a sentence.
    """

    number: int
    message: Message | None
    day: str = ""
    reason: str = ""


def read_entries(file: BinaryIO) -> Iterator[Entry]:
    """Every report of a file, in order. Raises what reading the file raises."""
    whole = _Lines(iter(lambda: file.readline(MAX_ENTRY), b""))
    for line in whole:
        if not line.text.strip():
            continue
        if line.is_cut and not line.text.lstrip().startswith(b"["):
            yield Entry(line.number, None, reason=_TOO_LONG)
        elif line.is_cut or _spreads(line.text):
            yield from _document(line, whole)
            return
        else:
            yield from _line(line.number, line.text)
        break
    for line in whole:
        if line.is_cut:
            yield Entry(line.number, None, reason=_TOO_LONG)
        elif line.text.strip():
            yield from _line(line.number, line.text)


_TOO_LONG = f"longer than {MAX_ENTRY // 1024} kB"


class _Line(Struct):
    """text: of a cut line only its beginning."""

    number: int
    text: bytes
    is_cut: bool = False


class _Lines:
    """The lines of a stream, numbered; a long one is cut at `MAX_ENTRY`, and its rest is skipped."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._number = 0
        self._is_open = False
        """Whether the piece before ended within a line."""

    def __iter__(self) -> Iterator[_Line]:
        return self

    def __next__(self) -> _Line:
        while self._is_open:
            self._is_open = not next(self._pieces, b"\n").endswith(b"\n")
        piece = next(self._pieces)
        self._number += 1
        self._is_open = len(piece) >= MAX_ENTRY and not piece.endswith(b"\n")
        return _Line(self._number, piece, is_cut=self._is_open or len(piece) > MAX_ENTRY)

    def raw(self) -> Iterator[bytes]:
        """What follows the piece given last, as it comes."""
        return self._pieces


def _spreads(text: bytes) -> bool:
    """Whether JSON begins on this line and ends on a later one."""
    if not text.lstrip().startswith((b"{", b"[")):
        return False
    if _SPREADS.match(text):
        return True
    return text.lstrip().startswith(b"[") and text.rstrip().endswith(b",")


def _document(line: _Line, rest: _Lines) -> Iterator[Entry]:
    """JSON over several lines: an array of reports, one report, or several one after the other."""

    def pieces() -> Iterator[bytes]:
        yield line.text
        yield from rest.raw()

    for piece in split_json(pieces(), line.number, MAX_ITEM):
        yield from _piece(piece)


def _piece(piece: JsonPiece) -> Iterator[Entry]:
    if piece.reason:
        yield Entry(piece.number, None, reason=piece.reason)
        return
    try:
        value = decode(piece.text)
    except UnreadableReportError as error:
        yield Entry(piece.number, None, reason=str(error))
        return
    yield from _entries(piece.number, value, "")


def _line(number: int, text: bytes) -> Iterator[Entry]:
    stripped = text.strip(_AROUND)
    if stripped in {b"", b"[", b"]"}:
        return
    try:
        start, value = _json_in(stripped)
    except UnreadableReportError as error:
        if stripped.startswith(b"["):
            yield from _salvaged(number, stripped, str(error))
        else:
            yield Entry(number, None, reason=str(error))
        return
    yield from _entries(number, value, day_in(stripped[:start].decode("utf-8", "replace")))


def _salvaged(number: int, text: bytes, reason: str) -> Iterator[Entry]:
    """The whole reports of an array that is broken somewhere. reason: why it is, if there is none."""
    is_empty = True
    for piece in split_json([text], number, MAX_ITEM):
        is_empty = False
        yield from _piece(piece)
    if is_empty:
        yield Entry(number, None, reason=reason)


_AROUND = b" \t\r\n,\x00\x1e\xef\xbb\xbf"
"""What may stand around the JSON of a line: commas of an array, a byte order mark, the separator of RFC 7464."""


def _json_in(text: bytes) -> tuple[int, object]:
    """Where a line's JSON begins, and its value. Raises UnreadableReportError."""
    reason = "no JSON in it"
    end = max(text.rfind(b"}"), text.rfind(b"]")) + 1
    for start in _starts(text):
        for stop in dict.fromkeys((len(text), end)):
            try:
                return start, decode(text[start:stop])
            except UnreadableReportError as error:
                reason = str(error)
        if _BEGINS.match(text, start):
            break  # this is the JSON, and it is broken; what is inside of it is not what was sent
    raise UnreadableReportError(reason)


def _starts(text: bytes) -> Iterator[int]:
    """Where the JSON of a line may begin; the whole line first."""
    for count, found in enumerate(_START.finditer(text)):
        if count == _MOST_STARTS:
            return
        yield found.start()


def _entries(number: int, value: object, day: str) -> Iterator[Entry]:
    found, own_day = _unwrapped(value, _DEEPEST)
    known = day or own_day
    if isinstance(found, list) and not found:
        return
    items: Iterable[object] = found if isinstance(found, list) else [found]
    for item, message in zip(items, read_reports(found), strict=True):
        if message.kind == "unknown":
            yield Entry(number, None, reason="JSON that is not a violation report")
        else:
            yield Entry(number, message, known or (day_of(item) if isinstance(item, dict) else ""))


def _unwrapped(value: object, depth: int) -> tuple[object, str]:
    """The report in a log's own JSON, which may be a text in it, and the day that the log says."""
    if not isinstance(value, dict) or is_report(value) or not depth:
        return value, ""
    day = day_of(value)
    for inner in _inner(value):
        found, inner_day = _unwrapped(inner, depth - 1)
        if is_report(found):
            return found, day or inner_day
    return value, ""


def _inner(value: Mapping[object, object]) -> Iterator[object]:
    for count, each in enumerate(value.values()):
        if count == _MOST_INNER:
            return
        if isinstance(each, dict | list):
            yield each
        elif isinstance(each, str) and "{" in each[:_MOST_PREFIX] and len(each) <= MAX_ENTRY:
            with contextlib.suppress(UnreadableReportError):
                yield _json_in(each.encode("utf-8", "replace"))[1]


_MOST_INNER = 64
_MOST_PREFIX = 512
