"""
Splits a stream of JSON into its objects without holding it whole: the items of a large array, or one value after another.

It finds where each object ends by its brackets and leaves the rest to the parser, so an object with a fault in it is one
broken piece, and the next is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

_TOKEN = re.compile(rb'"[^"\\\n]*(?:\\.[^"\\\n]*)*["\n]|[{}\[\]]', re.DOTALL)
"""What matters for where an object ends: whole strings, which hold no line break, and brackets outside of them."""

_REPORT = re.compile(rb'\{\s*"(?:csp-report|age|type|url|body|received|user_agent)"')
"""Where a report begins, to continue after a broken one."""

_SPACE = b" \t\r\n"


class JsonPiece(Struct, frozen=True):
    """One object. number: the line on which it begins. text: its JSON. reason: why it is broken, "" if it is whole."""

    number: int
    text: bytes
    reason: str = ""


def split_json(pieces: Iterable[bytes], number: int, limit: int) -> Iterator[JsonPiece]:
    """
    The outermost objects of a stream, in order.

    number: the line on which the stream begins. limit: of an object in bytes. What is longer, or never ends, is a broken
    piece, and the reading continues on its next line.
    """
    buffer = _Buffer(number, limit)
    for piece in pieces:
        buffer.data += piece
        yield from buffer.objects()
    yield from buffer.objects(is_end=True)


class _Buffer:
    """What has been read and not yet given."""

    def __init__(self, number: int, limit: int) -> None:
        self.data = bytearray()
        self._number = number
        self._limit = limit
        self._at = 0
        """Where the search continues."""
        self._open = bytearray()
        """The brackets that are open there, inside the object that begins at 0."""

    def objects(self, *, is_end: bool = False) -> Iterator[JsonPiece]:
        """Every object that is whole, and every broken one."""
        while True:
            if not self._open:
                self._drop(self._beginning())
            found = _TOKEN.search(self.data, self._at)
            if found is not None and (is_end or not self._may_go_on(found)):
                if (piece := self._step(found)) is not None:
                    yield piece
            elif self._open and (is_end or len(self.data) > self._limit):
                yield self._broken("it does not end" if is_end else self._too_long(), self._next_report())
            else:
                return

    def _beginning(self) -> int:
        brace = self.data.find(b"{")
        return len(self.data) if brace < 0 else brace

    def _may_go_on(self, found: re.Match[bytes]) -> bool:
        """Whether a string that has not ended yet comes before this token."""
        return 0 <= self.data.find(b'"', self._at, found.start()) < found.start()

    def _step(self, found: re.Match[bytes]) -> JsonPiece | None:
        token = found[0]
        if token == b"{" and self._is_misplaced(found.start()):
            return self._broken("not JSON", min(found.start(), self._next_report()))
        self._at = found.end()
        if token in {b"{", b"["}:
            self._open += token
        elif token in {b"}", b"]"}:
            self._open.pop()
            if not self._open:
                return self._whole()
        return None

    def _is_misplaced(self, at: int) -> bool:
        """Whether an object begins where an object needs a key: the one before has lost its end."""
        if self._open[-1:] != b"{":
            return False
        while at > 0 and self.data[at - 1] in _SPACE:
            at -= 1
        return self.data[at - 1 : at] != b":"

    def _whole(self) -> JsonPiece:
        text = bytes(self.data[: self._at])
        number = self._number
        self._drop(self._at)
        return JsonPiece(number, text) if len(text) <= self._limit else JsonPiece(number, b"", self._too_long())

    def _broken(self, reason: str, end: int) -> JsonPiece:
        number = self._number
        self._drop(end)
        return JsonPiece(number, b"", reason)

    def _too_long(self) -> str:
        return f"longer than {self._limit // 1024} kB"

    def _next_report(self) -> int:
        found = _REPORT.search(self.data, 1)
        return found.start() if found else len(self.data)

    def _drop(self, end: int) -> None:
        self._number += self.data.count(b"\n", 0, end)
        del self.data[:end]
        self._at = 0
        self._open.clear()
