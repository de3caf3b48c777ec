"""
Remember results, so that judging the same thing again costs little.

A policy is judged again after each of its fixes, and all its lists but one are the same. There are three ways, by what a
result depends on:

- `@memo`: one immutable object; the result is stored with the object.
- `@memo(key=...)`: an immutable object and something else; the object stores a bounded number of results.
- `BoundedCache`: a text that a page chose; bounded in number and in characters.

Use `functools.lru_cache` for functions of plain values.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, ParamSpec, Self, TypeVar, overload

Answer = TypeVar("Answer")
Arguments = ParamSpec("Arguments")


@overload
def memo(work: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]: ...


@overload
def memo(
    *, key: Callable[Arguments, tuple[object, Hashable]], most: int = 256
) -> Callable[[Callable[Arguments, Answer]], Callable[Arguments, Answer]]: ...


def memo(work: Any = None, *, key: Any = None, most: int = 256) -> Any:
    """
    Store a function's result with the object that it depends on, in the object's `__dict__` (a decorator).

    Without `key` the function takes only that object. With `key` it may take more: `key` takes the same arguments and
    returns the object to store results with, and a hashable value that tells the results apart; at `most` results all
    are dropped. The result must depend on these two only, and the object must never change.
    """
    if work is not None:
        return _of_one(work)
    return lambda function: _of_several(function, key, most)


def _of_one(work: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
    name = f"{work.__module__}.{work.__qualname__}"

    def remembered(owner: Any) -> Answer:
        known: dict[str, Answer] = owner.__dict__
        try:
            return known[name]
        except KeyError:
            answer = known[name] = work(owner)
            return answer

    return remembered


_MISSING: Any = object()
"""What no work results in."""


def _of_several(
    work: Callable[Arguments, Answer], key: Callable[Arguments, tuple[Any, Hashable]], most: int
) -> Callable[Arguments, Answer]:
    name = f"{work.__module__}.{work.__qualname__}"

    def remembered(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        owner, question = key(*args, **kwargs)
        known: dict[Hashable, Answer] | None = owner.__dict__.get(name)
        if known is None:
            known = owner.__dict__[name] = {}
        # one look-up: between two, another thread may drop all results
        stored: Answer = known.get(question, _MISSING)
        if stored is not _MISSING:
            return stored
        answer = work(*args, **kwargs)
        if len(known) >= most:
            known.clear()
        known[question] = answer
        return answer

    return remembered


def known_of_both(one: object, other: object) -> None:
    """Give an object all that is remembered with another, for two that are the same to whatever was asked of the other so far."""
    other.__dict__.update(one.__dict__)


class memo_property(Generic[Answer]):
    """
    An attribute that is computed at its first access and stored in the instance's `__dict__`.

    Like functools.cached_property, but without its lock, which Python 3.11 takes at every first access: taking it costs
    more than parsing a whole policy.
    """

    def __init__(self, work: Callable[[Any], Answer]) -> None:
        self.work, self.name, self.__doc__ = work, work.__name__, work.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type) -> Answer: ...

    def __get__(self, instance: object | None, owner: type) -> Self | Answer:
        """Called only while the instance's `__dict__` lacks the name."""
        if instance is None:
            return self
        value = instance.__dict__[self.name] = self.work(instance)
        return value


class BoundedCache(dict[str, Answer]):
    """
    Compute the result for a text at its first lookup, and store it.

    Bounded in number (`most`), in the length of a stored text (`longest`, in characters) and in the length of all texts
    (`altogether`), because a page chooses them. At a bound, all results are dropped.
    """

    def __init__(self, work: Callable[[str], Answer], *, most: int, longest: int, altogether: int) -> None:
        super().__init__()
        self._work, self._most, self._longest, self._altogether = work, most, longest, altogether
        self._characters = 0

    def __missing__(self, text: str) -> Answer:
        found = self._work(text)
        if len(text) <= self._longest:
            self._characters += len(text)
            if len(self) >= self._most or self._characters > self._altogether:
                self.clear()
                self._characters = len(text)
            self[text] = found
        return found
