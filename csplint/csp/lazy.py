"""
An attribute that is worked out when it is first asked for.

As functools.cached_property, but for its lock, which Python 3.11 takes for every
first access: a policy has a handful of such attributes, and is read in less time
than they would wait.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

Value = TypeVar("Value")


class lazy(Generic[Value]):
    """Call the method once an instance, and put what it gives into the instance's `__dict__`, where it is found from then on."""

    def __init__(self, work: Callable[[Any], Value]) -> None:
        self.work, self.name, self.__doc__ = work, work.__name__, work.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type) -> Value: ...

    def __get__(self, instance: object | None, owner: type) -> Self | Value:
        """Only reached while the instance's `__dict__` has no such name."""
        if instance is None:
            return self
        value = instance.__dict__[self.name] = self.work(instance)
        return value
