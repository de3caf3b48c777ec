"""Texts that were read before, and what they were read as."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Read = TypeVar("Read")


class Kept(dict[str, Read]):
    """
    Reads a text when it is first asked for, and gives the same again from then on.

    Bounded in number (`most`), in length (`longest`, in characters) and in the length of all together (`altogether`),
    because a page chooses what is in it.
    """

    def __init__(self, read: Callable[[str], Read], *, most: int, longest: int, altogether: int) -> None:
        super().__init__()
        self._read, self._most, self._longest, self._altogether = read, most, longest, altogether
        self._held = 0

    def __missing__(self, text: str) -> Read:
        found = self._read(text)
        if len(text) <= self._longest:
            self._held += len(text)
            if len(self) >= self._most or self._held > self._altogether:
                self.clear()
                self._held = len(text)
            self[text] = found
        return found


Question = TypeVar("Question")
Answer = TypeVar("Answer")

_MOST_ANSWERS = 256


def keep(known: dict[Question, Answer], question: Question, answer: Answer) -> Answer:
    """Put an answer among those known of a thing, and give it back; there are never more of them than a few hundred."""
    if len(known) >= _MOST_ANSWERS:
        known.clear()
    known[question] = answer
    return answer
