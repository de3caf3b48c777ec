"""
Lines for a terminal.

`Lines` escapes every text it writes, so no writer can forget to. It adds colours and links afterwards; they are the only
control characters in the output.
"""

from __future__ import annotations

import re
from typing import Literal, TextIO

from msgspec import Struct

from csplint.report.escape import LIMIT, cell_width, guard_parts, visible

Style = Literal["plain", "error", "warning", "info", "bold", "dim", "good", "bad", "mark"]

_SGR: dict[Style, str] = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "bold": "1",
    "dim": "2",
    "good": "32",
    "bad": "31",
    "mark": "1;31",
}

_LINKABLE = re.compile(r"https://[A-Za-z0-9./_~%?&=#+-]{1,1000}")
"""URLs that can neither end a terminal's link sequence nor begin a CI runner's command."""

_PLAIN = str.maketrans({"…": "~", "✓": "+", "✗": "x", "–": "-"})
"""Replacements of the same width, for a stream that cannot encode ours (a Windows code page, LC_ALL=C)."""

NARROWEST, WIDEST = 60, 100
"""Columns of prose: a wider text is hard to read, and no terminal is narrower."""


class Part(Struct, frozen=True):
    """A piece of a line. limit: the longest token shown whole. link: the URL it links to, "" for none."""

    text: str
    style: Style = "plain"
    link: str = ""
    limit: int = LIMIT


class Look(Struct, frozen=True):
    """How the output may look. width: in columns."""

    colour: bool
    width: int
    links: bool = False


class Lines:
    """Writes lines to a stream, each text escaped by `visible` and `guard_parts`."""

    def __init__(self, out: TextIO, look: Look) -> None:
        self._out = out
        self._encoding: str = getattr(out, "encoding", None) or "utf-8"
        self.look = look
        self.width = min(max(look.width, NARROWEST), WIDEST)

    def line(self, *parts: Part | str) -> None:
        """Write one line."""
        whole = [Part(part) if isinstance(part, str) else part for part in parts]
        texts = guard_parts([visible(part.text, part.limit) for part in whole])
        styled = [self._styled(self._encodable(text), part) for text, part in zip(texts, whole, strict=True)]
        self._out.write("".join(styled) + "\n")

    def prose(self, text: str, *first: Part | str, hang: int, limit: int = LIMIT, tail: Part | None = None) -> None:
        """
        Write text, wrapped at spaces: it follows the parts in `first`; further lines are indented by `hang` columns.

        limit: the longest word shown whole. tail: what ends at the right edge of the last line, or, if it does not fit
        there, is on a line of its own.
        """
        used = sum(cell_width(visible(part.text if isinstance(part, Part) else part)) for part in first)
        rows = _wrapped(visible(text, limit), self.width - used, self.width - hang)
        starts: list[tuple[Part | str, ...]] = [first, *(((" " * hang),) for _ in rows[1:])]
        for start, row in zip(starts[:-1], rows, strict=False):
            self.line(*start, Part(row, limit=limit))
        end = (used if len(rows) == 1 else hang) + cell_width(rows[-1])
        free = self.width - end - (cell_width(visible(tail.text)) if tail else 0)
        if tail and free > 1:
            self.line(*starts[-1], Part(rows[-1], limit=limit), " " * free, tail)
            return
        self.line(*starts[-1], Part(rows[-1], limit=limit))
        if tail:
            self.line(" " * hang, tail)

    def _styled(self, text: str, part: Part) -> str:
        if self.look.colour and text and part.style in _SGR:
            text = f"\x1b[{_SGR[part.style]}m{text}\x1b[0m"
        if self.look.links and _LINKABLE.fullmatch(part.link):
            text = f"\x1b]8;;{part.link}\x1b\\{text}\x1b]8;;\x1b\\"
        return text

    def _encodable(self, text: str) -> str:
        """The text in characters that the stream can encode: a report must not fail because of a ✓."""
        try:
            text.encode(self._encoding)
        except UnicodeEncodeError:
            return text.translate(_PLAIN).encode(self._encoding, "backslashreplace").decode(self._encoding)
        return text


def _wrapped(text: str, first: int, rest: int) -> list[str]:
    """Rows of at most `first` and `rest` columns, broken only at spaces: a URL or a source expression stays whole."""
    rows: list[str] = []
    row = ""
    for word in text.split(" "):
        room = rest if rows else first
        if row and cell_width(row) + 1 + cell_width(word) > room:
            rows.append(row)
            row = word
        else:
            row = f"{row} {word}" if row else word
    return [*rows, row]
