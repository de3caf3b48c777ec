"""
A lid on how much is told and tried.

Every finding's edits are made and the whole is judged again, so a policy made
to have a hundred thousand faults must not get as many findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from itertools import islice

from msgspec.structs import replace

from csplint.checks.facts import Fact, Situation
from csplint.checks.problem import Problem

MANY = 20
"""Findings that one check gives; a policy written by people has fewer."""


def the_first(problems: Iterable[Problem], known: Set[Fact]) -> list[Problem]:
    """The first MANY problems, and a last one that says that there are more; `known` are the facts of the context."""
    found = list(islice(problems, MANY + 1))
    if Situation.LONG in known:
        found = [replace(problem, edits=()) for problem in found]
    return found if len(found) <= MANY else [*found[:MANY], _rest(found[MANY])]


def _rest(problem: Problem) -> Problem:
    return Problem(
        rule=problem.rule,
        severity=problem.severity,
        message=f"There is more of this kind; the first {MANY} are listed.",
        policy=problem.policy,
    )
