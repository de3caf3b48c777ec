"""
A saved answer's file as text, and where the answer's parts stand in it.

Written down by those who read the file (`saved`), for those who point into it (`regions`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

_LONE_CR = re.compile(rb"\r(?!\n)")
"""Some programs end a line at it and some do not, so nothing after one has a line that all agree on."""


class SavedText(Struct, frozen=True, kw_only=True):
    """
    A file as text. All offsets count the bytes of `data`.

    data: the file as UTF-8, whatever it was saved as, without a byte order mark.
    headers: for each of the answer's headers, where each byte of its value begins and, last, where the value ends;
    None where that is not known.
    body: where the answer's body begins; None where the file holds it in another form (packed, or in JSON).
    """

    data: bytes
    headers: tuple[Sequence[int], ...] | None = ()
    body: int | None = None

    def position(self, offset: int) -> tuple[int, int | None] | None:
        """
        Give line and column, both from 1; no column in a line that is not UTF-8, nothing after a lone carriage return.

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
        Give the number of the line the body begins in, and the body's lines; None where they cannot be told.

        NUL stands in no text, but in all that is packed, and in UTF-16 below headers that are not.
        """
        if self.body is None or _LONE_CR.search(self.data, 0, self.body) or b"\0" in self.data:
            return None
        return self.data.count(b"\n", 0, self.body) + 1, self.data[self.body :].split(b"\n")
