"""
A saved response's file as text, and the positions of the response's parts in it.

The readers of saved responses record them, so that reports can point into the file (engine/source_map.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from csplint.errors import TargetError

_LONE_CR = re.compile(rb"\r(?!\n)")
"""Some programs end a line here and some do not, so they disagree on the lines that follow."""


class SavedText(Struct, frozen=True, kw_only=True):
    """
    A file as text. All offsets count the bytes of `data`.

    data: the file as UTF-8, whatever encoding it has, without a byte order mark.
    headers: for each of the response's headers, the offset of each byte of its value and, last, the offset of its end; None
        if that is not known.
    body: the offset of the response's body; None if the file has it in another form (compressed, or in JSON).
    """

    data: bytes
    headers: tuple[Sequence[int], ...] | None = ()
    body: int | None = None

    def position(self, offset: int) -> tuple[int, int | None] | None:
        """
        Line and column of an offset, both from 1; no column in a line that is not UTF-8, None after a lone carriage return.

        Lines end in LF or CRLF (SARIF, "newlineSequences"), columns count code points.
        """
        if _LONE_CR.search(self.data, 0, offset):
            return None
        start = self.data.rfind(b"\n", 0, offset) + 1
        try:
            column = len(self.data[start:offset].decode()) + 1
        except UnicodeDecodeError:
            return self.data.count(b"\n", 0, offset) + 1, None
        return self.data.count(b"\n", 0, offset) + 1, column

    def body_lines(self) -> tuple[int, list[bytes]] | None:
        """
        The number of the line where the body starts, and the body's lines; None if they are not known.

        A NUL means that the body is not text: it is compressed, or UTF-16 below headers that are not.
        """
        if self.body is None or _LONE_CR.search(self.data, 0, self.body) or b"\0" in self.data:
            return None
        return self.data.count(b"\n", 0, self.body) + 1, self.data[self.body :].split(b"\n")


def saved_error(target: str, message: str, hint: str) -> TargetError:
    """The error (kind "file") for a saved response that cannot be used; hint: how to save a usable one."""
    return TargetError(target, "file", message, hint=hint)
