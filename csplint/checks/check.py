"""What a check is, and when it is worth starting one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from csplint.checks.context import Context, Fact
from csplint.checks.problem import Problem

Check = Callable[[Context], Iterator[Problem]]
"""Looks at one context and yields problems: same input, same output, no side effect."""


def wanting(check: Check, *wanted: Fact) -> Check:
    """The check, started where one of these facts holds: most look for something that hardly any policy has."""
    needed = frozenset(wanted)

    def asked(context: Context) -> Iterator[Problem]:
        return _NOTHING if needed.isdisjoint(context.facts) else check(context)

    return asked


_NOTHING: Iterator[Problem] = iter(())
