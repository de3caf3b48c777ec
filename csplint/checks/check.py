"""What a check is, and when it is worth starting one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module

from csplint.checks.context import Context, Fact
from csplint.checks.problem import Problem

Check = Callable[[Context], Iterator[Problem]]
"""Looks at one context and yields problems: same input, same output, no side effect."""


def late(module: str, name: str) -> Check:
    """
    A check whose module is imported when it is first started: a bare policy needs half of them.

    module: below csplint.checks. It must not mark questions (see `marks.mark`): tokens may have been asked by then.
    """

    def started(context: Context) -> Iterator[Problem]:
        check: Check = getattr(import_module(f"csplint.checks.{module}"), name)
        return check(context)

    return started


def when(condition: Callable[[Context], bool], check: Check) -> Check:
    """The check, started where a condition holds of the context."""

    def asked(context: Context) -> Iterator[Problem]:
        return check(context) if condition(context) else _NOTHING

    return asked


def has_page(context: Context) -> bool:
    """Whether there is a page, not a policy alone."""
    return context.document is not None


def has_answer(context: Context) -> bool:
    """Whether there are response headers to look at."""
    return context.visits is not None


def wanting(check: Check, *wanted: Fact) -> Check:
    """The check, started where one of these facts holds: most look for something that hardly any policy has."""
    needed = frozenset(wanted)

    def asked(context: Context) -> Iterator[Problem]:
        return _NOTHING if needed.isdisjoint(context.facts) else check(context)

    return asked


_NOTHING: Iterator[Problem] = iter(())
