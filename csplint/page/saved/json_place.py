"""
The positions of values in JSON text, which Python's parser does not report.

The same parser skips each value on the way, so the positions agree with what it parsed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()
_CHARACTER = re.compile(
    rb"\\u[dD][89aAbB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[\xc0-\xff][\x80-\xbf]*|."
)
"""One character of a string as written: an escape (two, where they are one character), or UTF-8."""
MAX_VALUES = 200_000
MAX_CHARACTERS = 256 * 1024


class TooLongError(Exception):
    """The text has more values than any real HAR, so finding their positions would take too long."""


class JsonText:
    """
    Valid JSON text. Offsets count bytes. Methods raise TooLongError past MAX_VALUES or MAX_CHARACTERS.

    It is decoded as Latin-1, so that offsets of bytes and characters are the same; JSON's syntax is ASCII. start: the
    offset of the outermost value.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._text = data.decode("latin-1")
        self._values_left = MAX_VALUES
        self._characters_left = MAX_CHARACTERS
        self.start = self._after_space(0)

    def members(self, at: int) -> dict[str, int]:
        """The offset of each value of the object at `at`; of a repeated key, that of the last, as in parsing."""
        found: dict[str, int] = {}
        at = self._after_space(at + 1)
        while self._text[at] == '"':
            name, end = _DECODER.raw_decode(self._text, at)
            found[name] = self._after_space(self._after_space(end) + 1)
            at = self._after_space(self._end(found[name]))
            if self._text[at] == ",":
                at = self._after_space(at + 1)
        return found

    def elements(self, at: int) -> Iterator[int]:
        """The offset of each element of the list at `at`; nothing if it is not a list."""
        if self._text[at] != "[":
            return
        at = self._after_space(at + 1)
        while self._text[at] != "]":
            yield at
            at = self._after_space(self._end(at))
            if self._text[at] == ",":
                at = self._after_space(at + 1)

    def characters(self, at: int) -> list[tuple[str, int]]:
        """Each character of the string at `at` with its offset and, last, an empty one with the offset of the end."""
        end = self._end(at) - 1
        self._characters_left -= end - at
        if self._characters_left < 0:
            raise TooLongError
        found = [(_character(each[0]), each.start()) for each in _CHARACTER.finditer(self._data, at + 1, end)]
        return [*found, ("", end)]

    def _end(self, at: int) -> int:
        self._values_left -= 1
        if self._values_left < 0:
            raise TooLongError
        return _DECODER.raw_decode(self._text, at)[1]

    def _after_space(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at


def _character(written: bytes) -> str:
    if not written.startswith(b"\\"):
        return written.decode("utf-8", "surrogatepass")
    text: str = json.loads(b'"' + written + b'"')
    return text
