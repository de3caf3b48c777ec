"""What several checks, or several runs of one, work out of the same thing is worked out once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")
Thing = TypeVar("Thing")


def once(work: Callable[[Thing], Result]) -> Callable[[Thing], Result]:
    """
    Keep what `work` gave in the `__dict__` of the thing it was given (a decorator).

    `work` must depend on that thing alone, and the thing must not change.
    """
    name = f"{work.__module__}.{work.__qualname__}"

    def kept(thing: Thing) -> Result:
        known: dict[str, Result] = thing.__dict__
        if name not in known:
            known[name] = work(thing)
        return known[name]

    return kept
