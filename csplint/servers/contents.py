"""The text of a configuration file, and the line and column of an offset in it."""

from __future__ import annotations

from csplint.servers.source import SourceError

MAX_BYTES = 2_000_000
"""Far more than any platform takes; a reader's work is bounded by it."""

BOM = b"\xef\xbb\xbf"


def utf8_text(data: bytes) -> str:
    """The file as text, with a byte order mark if it has one. Raises SourceError if it is too large, binary, or not UTF-8."""
    if len(data) > MAX_BYTES:
        raise SourceError(f"It is larger than {MAX_BYTES:,} bytes, so it was not read.")
    try:
        text = data.decode()
    except UnicodeDecodeError as exc:
        raise SourceError("It is not UTF-8 text.", *line_and_column(data, exc.start)) from None
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
