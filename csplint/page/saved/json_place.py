"""
Where values stand in JSON text, which Python's parser does not say.

It is asked again, value by value: everything on the way is passed over by it, so that what it
takes for a string or a number is what was read.
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
    """There is more to look through than any archive of a browser has; where its values stand is not worth the time."""


class JsonText:
    """
    JSON that was read without a fault. Offsets count bytes.

    It is looked at as Latin-1, so that bytes and characters are the same: what gives JSON its form is ASCII. `start` is
    where the value begins that is the whole text.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._text = data.decode("latin-1")
        self._values_left = MAX_VALUES
        self._characters_left = MAX_CHARACTERS
        self.start = self._after_space(0)

    def members(self, at: int) -> dict[str, int]:
        """Give where each value of the object at `at` begins; of a key that is there twice the last, as when it was read."""
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
        """Give where each element of the list at `at` begins; nothing for anything else."""
        if self._text[at] != "[":
            return
        at = self._after_space(at + 1)
        while self._text[at] != "]":
            yield at
            at = self._after_space(self._end(at))
            if self._text[at] == ",":
                at = self._after_space(at + 1)

    def characters(self, at: int) -> list[tuple[str, int]]:
        """Give each character of the string at `at` with where it begins and, last, an empty one where it ends."""
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
