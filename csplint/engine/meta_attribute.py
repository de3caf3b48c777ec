"""
The content attribute of a page's meta element: where each character of its value is in the file, and how it is changed there.

Only what differs is written, with the character references that the attribute's quotes need; every other byte stays.
"""

from __future__ import annotations

import re

from msgspec import Struct

from csplint.page.document import Document, Meta
from csplint.page.html.references import content_starts
from csplint.servers.source import FileEdit, Written, changed_text

_ELEMENT = re.compile(
    r"<meta(?:\s+[A-Za-z][\w:-]*(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?)*\s*/?>", re.IGNORECASE
)
"""A meta element as people write it; one that is written otherwise is not removed."""

_QUOTED = {'"': "&quot;", "'": "&#39;"}


class UnwritableError(Exception):
    """A page's file cannot be changed at all; the message is a sentence."""


class PageText:
    """
    A page's file, and the byte offsets of the characters of its text.

    data: the file. Its text is as in page.document: without a byte order mark, with normalized newlines.
    """

    def __init__(self, data: bytes, document: Document) -> None:
        try:
            self._written = data.decode().removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            message = f"The page is not UTF-8 (line {line}); csplint changes only pages in UTF-8."
            raise UnwritableError(message) from error
        self.text = self._written.replace("\r\n", "\n").replace("\r", "\n")
        if self.text != document.text:
            message = "Browsers read the page in another encoding than UTF-8; csplint changes only pages in UTF-8."
            raise UnwritableError(message)
        self._begins = len(data) - len(self._written.encode())
        self._pairs = [found.start() for found in re.finditer("\r\n", self._written)]
        self.line_end = "\r\n" if self._pairs and len(self._pairs) == self._written.count("\n") else "\n"

    def offsets(self, first: int, last: int) -> list[int]:
        """The byte offset of each character of the text from `first` to `last`, and of its end."""
        at, pairs = first, iter(self._pairs)
        pair = next(pairs, None)
        while pair is not None and pair < at:
            at, pair = at + 1, next(pairs, None)
        byte, found = self._begins + len(self._written[:at].encode()), []
        for _ in range(first, last):
            found.append(byte)
            step = 2 if self._written.startswith("\r\n", at) else 1
            byte += len(self._written[at : at + step].encode())
            at += step
        return [*found, byte]


class Attribute(Struct, frozen=True):
    """A content attribute. value: its text, and the byte offset of each character and of the end. quote: "" without quotes."""

    value: Written
    quote: str
    line_end: str = "\n"


def read_attribute(page: PageText, meta: Meta) -> Attribute | None:
    """The attribute of a meta element; None if its value cannot be followed through what is written."""
    if meta.span is None or meta.content is None:
        return None
    first, last = meta.span
    written = page.text[first:last]
    starts = content_starts(written, meta.content)
    if starts is None:
        return None
    quote = written[-1] if starts[-1] < len(written) else ""
    offsets = page.offsets(first, last)
    return Attribute(Written(meta.content, tuple(offsets[start] for start in starts)), quote, page.line_end)


def attribute_edits(attribute: Attribute, text: str) -> tuple[FileEdit, ...] | None:
    """
    The edits that give an attribute another value; None if it cannot be written there.

    An attribute without quotes gets quotes if the new value needs them.
    """
    value = attribute.value
    if attribute.quote:
        return changed_text(value, text, lambda new: _escaped(new, attribute.quote, attribute.line_end))
    if not re.search(r"[\s\"'=<>`]", text):
        return changed_text(value, text, lambda new: _escaped(new, "", attribute.line_end))
    quote = "'" if '"' in value.text else '"'
    edits = None if quote in value.text else changed_text(value, text, lambda new: _escaped(new, quote, "\n"))
    if edits is None:
        return None
    start, end = value.starts[0], value.starts[-1]
    return FileEdit(start, start, quote), *edits, FileEdit(end, end, quote)


def _escaped(text: str, quote: str, line_end: str) -> str | None:
    if "\0" in text or "\r" in text:
        return None
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", line_end)
    return escaped.replace(quote, _QUOTED[quote]) if quote else escaped


def removal(page: PageText, meta: Meta) -> tuple[FileEdit, ...] | None:
    """The edit that removes a meta element; None if it is written in an unusual way."""
    lines = page.text.split("\n", meta.place.line)[: meta.place.line - 1]
    first = sum(len(line) + 1 for line in lines) + meta.place.column - 1
    found = _ELEMENT.match(page.text, first)
    if found is None or meta.span is None or not first <= meta.span[0] < meta.span[1] <= found.end():
        return None
    offsets = page.offsets(found.start(), found.end())
    return (FileEdit(offsets[0], offsets[-1], ""),)
