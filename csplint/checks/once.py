"""What several checks, or several runs of one, work out of the same thing is worked out once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from csplint.checks.context import Context
from csplint.csp.policy import SourceList

Result = TypeVar("Result")
Thing = TypeVar("Thing", Context, SourceList)


def once(work: Callable[[Thing], Result]) -> Callable[[Thing], Result]:
    """Keep what `work` gave with the thing it was given (a decorator); `work` must depend on that alone."""
    name = f"{work.__module__}.{work.__qualname__}"

    def kept(thing: Thing) -> Result:
        known: dict[str, Result] = thing.__dict__
        if name not in known:
            known[name] = work(thing)
        return known[name]

    return kept
