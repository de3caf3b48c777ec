"""The text of a configuration file, and the byte offsets of its characters."""

from __future__ import annotations

from array import array
from itertools import accumulate

from csplint.servers.source import SourceError

MOST_BYTES = 500_000
"""A larger file is refused: configurations of this size are lists of addresses, which have their own files."""


class Text:
    """
    The characters of a file.

    text: the file, decoded. name: "" for the file that was asked for, else the path of the included one. at: for an included
    file, the offset in the first file of the statement that includes it, for every place in it. most: the most bytes that are read.
    """

    def __init__(self, data: bytes, name: str = "", at: int = 0, most: int = MOST_BYTES) -> None:
        if len(data) > most:
            raise SourceError(f"The file has {len(data):,} bytes; csplint reads configurations of at most {most:,}.")
        try:
            self.text = data.decode()
        except UnicodeDecodeError as error:
            line, column = _place(data[: error.start].decode("latin-1"))
            raise SourceError("The file is not UTF-8 here.", line, column) from error
        self.name, self.at = name, at
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
        return SourceError(message + where, *_place(self.text[:place]))


def _place(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
