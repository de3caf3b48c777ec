"""What a check is, and when it is worth starting one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from importlib import import_module

from msgspec import Struct
from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.facts import Fact
from csplint.checks.problem import Problem

Look = Callable[[Context], Iterable[Problem]]
"""Looks at one context and yields problems: same input, same output, no side effect."""


class Late:
    """
    A look whose module is imported when it is first taken: a bare policy needs half of them.

    module: below csplint.checks. It must not mark questions (see `marks.mark`): tokens may have been asked by then.
    """

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name

    def load(self) -> Look:
        """Import the module."""
        look: Look = getattr(import_module(f"csplint.checks.{self.module}"), self.name)
        return look


class Check(Struct, frozen=True):
    """
    A look at a context, and when it is worth one: most looks are for what hardly any policy has.

    one_of: facts of which one must hold; none stands for always. all_of: facts that must hold, every one.
    all_told: whether all is told that is found, not the first few alone.
    """

    look: Look | Late
    one_of: frozenset[Fact] = frozenset()
    all_of: frozenset[Fact] = frozenset()
    all_told: bool = True

    def loaded(self) -> Look:
        """The look itself, imported if need be."""
        return self.look.load() if isinstance(self.look, Late) else self.look

    def is_wanted(self, known: Set[Fact]) -> bool:
        """Whether there is anything to look for, by the facts that hold."""
        return self.all_of <= known and not (self.one_of and self.one_of.isdisjoint(known))


def wanting(look: Look | Late, *one_of: Fact, all_of: Iterable[Fact] = ()) -> Check:
    """The look, taken where one of these facts holds."""
    return Check(look, frozenset(one_of), frozenset(all_of))


def few(check: Check) -> Check:
    """The check, with a lid on how much it tells."""
    return replace(check, all_told=False)
