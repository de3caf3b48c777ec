"""
Where a saved page or response has what a finding is about: the lines and columns of the file itself.

A policy's text is followed back through all that was done to it on its way (headers folded, JSON or HTML escapes
undone, bytes decoded, commas split, blanks dropped), a place of the page to where the body begins. What cannot be
followed exactly has no region, or no columns: a wrong line is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from csplint.csp.browsers import CHROMIUM
from csplint.csp.memo import memo_property
from csplint.csp.policy import ASCII_WHITESPACE, Delivered, Policy, Span, decode_header
from csplint.engine.subject import ENFORCED, REPORT_ONLY, Subject
from csplint.model import Region
from csplint.page.document import Document, Meta, Place
from csplint.page.html.references import content_starts
from csplint.page.saved.text import SavedText

Position = tuple[int, int | None]
"""Line and column, from 1; None for a column that cannot be told."""


class _Header(Struct, frozen=True):
    """A header's value, and where each of its bytes begins in the file; None for where nobody knows."""

    value: bytes
    starts: Sequence[int] | None


class _Carrier(Struct, frozen=True):
    """What carries a policy, and where in its text the policy's own begins."""

    source: _Header | Meta
    offset: int


def file_regions(subject: Subject, saved: SavedText, policies: Iterable[Policy]) -> FileRegions:
    """Give the regions of a subject that was read from this file."""
    sources: list[_Header | Meta] = [*_headers(subject, saved), *_metas(subject)]
    return FileRegions(saved, subject.document, _carriers(zip(subject.delivered, sources, strict=True), policies))


def _headers(subject: Subject, saved: SavedText) -> Iterator[_Header]:
    headers = subject.visits.first.headers if subject.visits else ()
    known = saved.headers if saved.headers is not None else [None] * len(headers)
    for (name, value), starts in zip(headers, known, strict=True):
        if name.lower().decode("latin-1") in {ENFORCED, REPORT_ONLY}:
            yield _Header(value, starts)


def _metas(subject: Subject) -> Iterator[Meta]:
    by_order = {meta.order: meta for meta in subject.document.metas} if subject.document else {}
    return (by_order[each.order] for each in subject.delivered if each.delivery == "meta")


def _carriers(sources: Iterable[tuple[Delivered, _Header | Meta]], policies: Iterable[Policy]) -> dict[int, _Carrier]:
    """Policies come in the order of the texts that hold them, those that are empty left out."""
    pieces = ((piece.strip(ASCII_WHITESPACE), _Carrier(source, at)) for piece, source, at in _pieces(sources))
    return {policy.index: next(carrier for text, carrier in pieces if text == policy.text) for policy in policies}


def _pieces(sources: Iterable[tuple[Delivered, _Header | Meta]]) -> Iterator[tuple[str, _Header | Meta, int]]:
    for delivered, source in sources:
        splits = delivered.delivery == "header" or CHROMIUM.splits_meta_at_commas
        at = 0
        for piece in delivered.text.split(",") if splits else (delivered.text,):
            yield piece, source, at + len(piece) - len(piece.lstrip(ASCII_WHITESPACE))
            at += len(piece) + 1


class FileRegions:
    """The regions of one file."""

    def __init__(self, saved: SavedText, document: Document | None, carriers: dict[int, _Carrier]) -> None:
        self._saved = saved
        self._text = document.text if document else ""
        self._has_page = document is not None
        self._carriers = carriers

    def of_policy(self, policy: Policy, span: Span | None) -> Region | None:
        """Give where a policy's span stands, of an empty one the directive it is in; without one, the whole policy."""
        carrier, wanted = self._carriers[policy.index], _wanted(policy, span)
        start, end = carrier.offset + wanted.start, carrier.offset + wanted.end
        if isinstance(carrier.source, _Header):
            return self._in_header(carrier.source, start, end)
        return self._in_meta(carrier.source, start, end)

    def of_place(self, place: Place) -> Region | None:
        """Give the one character at a place of the page; without a page, of the file."""
        here = self._in_page(place.line, place.column) if self._has_page else (place.line, place.column)
        if here is None:
            return None
        line, column = here
        return Region(line, column, line, None if column is None else column + 1)

    def _in_header(self, header: _Header, start: int, end: int) -> Region | None:
        if header.starts is None:
            return None
        text = decode_header(header.value)
        encoding = "utf-8" if text.encode() == header.value else "latin-1"
        begin, stop = (header.starts[len(text[:at].encode(encoding))] for at in (start, end))
        return _region(self._saved.position(begin), self._saved.position(stop))

    def _in_meta(self, meta: Meta, start: int, end: int) -> Region | None:
        """Where the content is written in a way that cannot be followed, the whole attribute."""
        if meta.span is None:
            return self.of_place(meta.place)
        first, last = meta.span
        if (starts := content_starts(self._text[first:last], meta.content or "")) is not None:
            first, last = first + starts[start], first + starts[end]
        return _region(self._in_text(first), self._in_text(last))

    def _in_text(self, offset: int) -> Position | None:
        line = self._text.count("\n", 0, offset) + 1
        return self._in_page(line, offset - self._text.rfind("\n", 0, offset))

    def _in_page(self, line: int, column: int) -> Position | None:
        """
        Turn a place of the page into one of the file.

        The page is read in the encoding a browser takes it for, the file in UTF-8 if it is that; where they differ
        on what stands before the place, only the line is told. A lone carriage return is a line's end to the page and
        none to the file, so that there are not as many lines.
        """
        first, written, read = self._lines
        if not 0 < line <= len(written) == len(read):
            return None
        row = first + line - 1
        try:
            shown = written[line - 1].decode()
        except UnicodeDecodeError:
            return row, column
        mark = 1 if line == 1 and shown.startswith("\ufeff") else 0  # the parser drops it
        return row, column + mark if shown[mark:].startswith(read[line - 1][: column - 1]) else None

    @memo_property
    def _lines(self) -> tuple[int, list[bytes], list[str]]:
        """The number of the body's first line in the file, the body's lines as they stand there, and as they were read."""
        found = self._saved.body_lines()
        return (0, [], []) if found is None else (*found, self._text.split("\n"))


def _wanted(policy: Policy, span: Span | None) -> Span:
    whole = Span(0, len(policy.text))
    if span is None or span.start < span.end:
        return span or whole
    around = (each.span for each in policy.directives if each.span.start <= span.start <= each.span.end)
    return next(around, whole)


def _region(start: Position | None, end: Position | None) -> Region | None:
    if start is None or end is None:
        return None
    (line, column), (end_line, end_column) = start, end
    if column is None or end_column is None:
        return Region(line, None, end_line, None)
    return Region(line, column, end_line, end_column)
