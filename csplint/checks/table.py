"""The checks of a run, found by the facts that they want."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from csplint.checks import PAGE_CHECKS, POLICY_CHECKS
from csplint.checks.check import Check, Look
from csplint.checks.context import Context
from csplint.checks.facts import Fact, facts
from csplint.checks.few import the_first
from csplint.checks.problem import Problem
from csplint.csp.memo import memo
from csplint.errors import PackError
from csplint.packs.merge import PackSet
from csplint.packs.pack import Rule

_MOST_CHOSEN = 256


class Table:
    """Checks in their order, found by the facts that they want."""

    def __init__(self, checks: Iterable[Check]) -> None:
        self._checks = tuple(checks)
        self._wanted = frozenset[Fact]().union(*(check.one_of | check.all_of for check in self._checks))
        self._chosen: dict[frozenset[Fact], list[tuple[Look, bool]]] = {}

    def problems(self, context: Context) -> list[Problem]:
        """What the checks find, one after the other."""
        found: list[Problem] = []
        known = facts(context)
        for look, all_told in self._worth_taking(self._wanted & known):
            found += look(context) if all_told else the_first(look(context), known)
        return found

    def _worth_taking(self, known: frozenset[Fact]) -> list[tuple[Look, bool]]:
        """The looks for which there is something; policies are alike, so what was chosen is kept for the next."""
        if known in self._chosen:
            return self._chosen[known]
        wanted = (check for check in self._checks if check.is_wanted(known))
        if len(self._chosen) >= _MOST_CHOSEN:
            self._chosen.clear()
        return self._chosen.setdefault(known, [(check.loaded(), check.all_told) for check in wanted])


class Tables(Struct, frozen=True):
    """The checks that the packs' rules name: of policies, and of the whole answer."""

    policy: Table
    page: Table


@memo
def tables(packs: PackSet) -> Tables:
    """
    The checks that the packs' rules name.

    Raises PackError where a rule names one that there is not.
    """
    for rule in packs.rules.values():
        if rule.check not in _CHECKS:
            raise PackError(f"the rule pack {packs.homes[rule.name].pack.id}: {_unknown(rule)}")
    policy, page = (
        Table(check for name, check in checks.items() if name in packs.checks)
        for checks in (POLICY_CHECKS, PAGE_CHECKS)
    )
    return Tables(policy, page)


_CHECKS = {*POLICY_CHECKS, *PAGE_CHECKS, "triage"}
"""What a rule may name; of its own ignores a run speaks itself (`triage`)."""


def _unknown(rule: Rule) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - mistakes only

    near = "".join(f"; did you mean {each}?" for each in get_close_matches(rule.check, _CHECKS, 1))
    return f"rule {rule.name}: there is no check {rule.check!r}{near or '.'}"
