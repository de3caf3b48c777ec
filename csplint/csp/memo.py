"""
Remember what was worked out, so that judging the same thing again costs little.

A policy is judged again with each of its fixes made, and all its lists but one
are what they were. Three ways, by what an answer depends on:

- `@memo`: on one thing that never changes; the answer is kept with the thing.
- `@memo(key=...)`: on such a thing and on something besides; the thing keeps a bounded number of answers.
- `BoundedCache`: on a text that a page chose; bounded in number and in characters.

`functools.lru_cache` serves functions of plain values.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, ParamSpec, Self, TypeVar, overload

Answer = TypeVar("Answer")
Given = ParamSpec("Given")


@overload
def memo(work: Callable[Given, Answer]) -> Callable[Given, Answer]: ...


@overload
def memo(
    *, key: Callable[Given, tuple[object, Hashable]], most: int = 256
) -> Callable[[Callable[Given, Answer]], Callable[Given, Answer]]: ...


def memo(work: Any = None, *, key: Any = None, most: int = 256) -> Any:
    """
    Keep what a function gave with the thing that it depends on, in its `__dict__` (a decorator).

    Without `key` the function takes that one thing. With `key` it may take more: `key` makes of the arguments the thing
    to keep the answers with, and a question that tells them apart; at `most` answers all are forgotten. The function
    must depend on these only, and the thing must not change.
    """
    if work is not None:
        return _of_one(work)
    return lambda function: _of_several(function, key, most)


def _of_one(work: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
    name = f"{work.__module__}.{work.__qualname__}"

    def remembered(thing: Any) -> Answer:
        known: dict[str, Answer] = thing.__dict__
        try:
            return known[name]
        except KeyError:
            answer = known[name] = work(thing)
            return answer

    return remembered


def _of_several(
    work: Callable[Given, Answer], key: Callable[Given, tuple[Any, Hashable]], most: int
) -> Callable[Given, Answer]:
    name = f"{work.__module__}.{work.__qualname__}"

    def remembered(*given: Given.args, **named: Given.kwargs) -> Answer:
        thing, question = key(*given, **named)
        known: dict[Hashable, Answer] | None = thing.__dict__.get(name)
        if known is None:
            known = thing.__dict__[name] = {}
        elif question in known:
            return known[question]
        answer = work(*given, **named)
        if len(known) >= most:
            known.clear()
        known[question] = answer
        return answer

    return remembered


class memo_property(Generic[Answer]):
    """
    An attribute that is worked out when it is first asked for, and kept in the instance's `__dict__`.

    As functools.cached_property but without its lock, which Python 3.11 takes for every first access: reading a whole
    policy takes less time than waiting for it.
    """

    def __init__(self, work: Callable[[Any], Answer]) -> None:
        self.work, self.name, self.__doc__ = work, work.__name__, work.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type) -> Answer: ...

    def __get__(self, instance: object | None, owner: type) -> Self | Answer:
        """Only reached while the instance's `__dict__` has no such name."""
        if instance is None:
            return self
        value = instance.__dict__[self.name] = self.work(instance)
        return value


class BoundedCache(dict[str, Answer]):
    """
    Work out the answer for a text when it is first asked for; give the same one from then on.

    Bounded in number (`most`), in length (`longest`, in characters) and in the length of all texts together
    (`altogether`), because a page chooses them.
    """

    def __init__(self, work: Callable[[str], Answer], *, most: int, longest: int, altogether: int) -> None:
        super().__init__()
        self._work, self._most, self._longest, self._altogether = work, most, longest, altogether
        self._held = 0

    def __missing__(self, text: str) -> Answer:
        found = self._work(text)
        if len(text) <= self._longest:
            self._held += len(text)
            if len(self) >= self._most or self._held > self._altogether:
                self.clear()
                self._held = len(text)
            self[text] = found
        return found
