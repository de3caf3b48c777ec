"""What several checks, or several runs of one, work out of the same thing is worked out once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")
Thing = TypeVar("Thing")
Question = TypeVar("Question")


def once(work: Callable[[Thing], Result]) -> Callable[[Thing], Result]:
    """
    Keep what `work` gave in the `__dict__` of the thing it was given (a decorator).

    `work` must depend on that thing alone, and the thing must not change.
    """
    name = f"{work.__module__}.{work.__qualname__}"

    def kept(thing: Thing) -> Result:
        known: dict[str, Result] = thing.__dict__
        try:
            return known[name]
        except KeyError:
            answer = known[name] = work(thing)
            return answer

    return kept


def once_each(work: Callable[[Thing, Question], Result]) -> Callable[[Thing, Question], Result]:
    """The same for work that depends on something else besides: what it gave for the last of those is kept."""
    name = f"{work.__module__}.{work.__qualname__}"

    def kept(thing: Thing, question: Question) -> Result:
        known: dict[str, tuple[Question, Result]] = thing.__dict__
        before = known.get(name)
        if before is None or before[0] != question:
            before = known[name] = question, work(thing, question)
        return before[1]

    return kept
