"""What a check is, and when it is worth starting one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module

from msgspec import Struct
from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.facts import Fact, facts
from csplint.checks.few import the_first
from csplint.checks.problem import Problem

Look = Callable[[Context], Iterable[Problem]]
"""Looks at one context and yields problems: same input, same output, no side effect."""


class Check(Struct, frozen=True):
    """
    A look at a context, and when it is worth one: most looks are for what hardly any policy has.

    one_of: facts of which one must hold; none stands for always. all_of: facts that must hold, every one.
    all_told: whether all is told that is found, not the first few alone.
    """

    look: Look
    one_of: frozenset[Fact] = frozenset()
    all_of: frozenset[Fact] = frozenset()
    all_told: bool = True

    def __call__(self, context: Context) -> list[Problem]:
        """What the check finds."""
        known = facts(context)
        if (self.one_of and self.one_of.isdisjoint(known)) or not self.all_of <= known:
            return []
        found = self.look(context)
        return list(found) if self.all_told else the_first(found, context)


class Table:
    """Checks in their order, found by the facts that they want."""

    def __init__(self, checks: Iterable[Check]) -> None:
        self._checks = tuple(checks)
        self._always = frozenset(number for number, check in enumerate(self._checks) if not check.one_of)
        self._wanting: dict[Fact, list[int]] = {}
        for number, check in enumerate(self._checks):
            for fact in check.one_of:
                self._wanting.setdefault(fact, []).append(number)
        self._wanted = frozenset(self._wanting)

    def problems(self, context: Context) -> list[Problem]:
        """What the checks find, one after the other."""
        known, found = facts(context), list[Problem]()
        numbers = self._always.union(*[self._wanting[fact] for fact in self._wanted & known])
        for number in sorted(numbers):
            check = self._checks[number]
            if check.all_of <= known:
                found += check.look(context) if check.all_told else the_first(check.look(context), context)
        return found


def late(module: str, name: str) -> Look:
    """
    A look whose module is imported when it is first taken: a bare policy needs half of them.

    module: below csplint.checks. It must not mark questions (see `marks.mark`): tokens may have been asked by then.
    """
    known: list[Look] = []

    def look(context: Context) -> Iterable[Problem]:
        if not known:
            known.append(getattr(import_module(f"csplint.checks.{module}"), name))
        return known[0](context)

    return look


def wanting(look: Look, *one_of: Fact, all_of: Iterable[Fact] = ()) -> Check:
    """The look, taken where one of these facts holds."""
    return Check(look, frozenset(one_of), frozenset(all_of))


def few(check: Check) -> Check:
    """The check, with a lid on how much it tells."""
    return replace(check, all_told=False)
