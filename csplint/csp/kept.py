"""Texts that were read before, and what they were read as."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Read = TypeVar("Read")


class Kept(dict[str, Read]):
    """
    Reads a text when it is first asked for, and gives the same again from then on.

    Bounded in number (`most`) and length (`longest`, in characters), because a page chooses what is in it.
    """

    def __init__(self, read: Callable[[str], Read], *, most: int, longest: int) -> None:
        super().__init__()
        self._read, self._most, self._longest = read, most, longest

    def __missing__(self, text: str) -> Read:
        found = self._read(text)
        if len(text) <= self._longest:
            if len(self) >= self._most:
                self.clear()
            self[text] = found
        return found
