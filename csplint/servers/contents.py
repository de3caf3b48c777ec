"""The text of a configuration file, the byte offsets of its characters, and the line and column of an offset."""

from __future__ import annotations

from array import array
from itertools import accumulate

from csplint.servers.source import SourceError

MAX_BYTES = 2_000_000
"""Of a file for a platform: far more than any takes; a reader's work is bounded by it."""

MOST_BYTES = 500_000
"""Of a server's configuration: those of this size are lists of addresses, which have their own files."""

BOM = b"\xef\xbb\xbf"


class Text:
    """
    The characters of a file.

    text: the file, decoded. name: "" for the file that was asked for, else the path of the included one. at: for an included
    file, the offset in the first file of the statement that includes it, for every place in it. most: the most bytes that are
    read. Raises SourceError if it has more, or is not UTF-8.
    """

    def __init__(self, data: bytes, name: str = "", at: int = 0, most: int = MOST_BYTES) -> None:
        self.text, self.name, self.at = decoded(data, most), name, at
        widths = (len(char.encode()) for char in self.text)
        self._bytes = None if self.text.isascii() else array("I", accumulate(widths, initial=0))

    def offset(self, place: int) -> int:
        """The byte offset of the character at `place`, or that of the statement that includes this file."""
        if self.name:
            return self.at
        return place if self._bytes is None else self._bytes[place]

    def error(self, message: str, place: int) -> SourceError:
        """What is wrong at `place`, to raise."""
        where = f" (in the included file {self.name})" if self.name else ""
        before = self.text[:place]
        return SourceError(message + where, before.count("\n") + 1, place - before.rfind("\n"))


def decoded(data: bytes, most: int) -> str:
    """The file as text. Raises SourceError if it has more than `most` bytes, or is not UTF-8."""
    if len(data) > most:
        raise SourceError(f"The file has {len(data):,} bytes; csplint reads files like it up to {most:,} bytes.")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise SourceError("The file is not UTF-8 text.", *line_and_column(data, error.start)) from None


def utf8_text(data: bytes) -> str:
    """The file as text, with a byte order mark if it has one. Raises SourceError if it is too large, binary, or not UTF-8."""
    text = decoded(data, MAX_BYTES)
    if "\0" in text:
        raise SourceError("It is not a text file: it contains a NUL byte.", *line_and_column(data, data.index(0)))
    return text


def line_and_column(data: bytes, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of a byte offset; columns count characters."""
    start = data.rfind(b"\n", 0, offset) + 1
    return data.count(b"\n", 0, offset) + 1, len(data[start:offset].decode(errors="replace")) + 1


def character_starts(text: str, offset: int) -> tuple[int, ...]:
    """The offset of each character of `text`, which is written as it is at `offset`, and of its end."""
    if text.isascii():
        return tuple(range(offset, offset + len(text) + 1))
    starts = [offset]
    for character in text:
        starts.append(starts[-1] + len(character.encode()))
    return tuple(starts)


def is_header_value(text: str) -> bool:
    """Whether a header can have this value: one line, not empty, no space around it, nothing but visible ASCII and spaces."""
    return bool(text) and text == text.strip() and text.isascii() and text.isprintable()
