"""
Which problems are reported, and as which findings.

The user's settings decide about each problem (`suppressions`). What is left is grouped: problems of one policy with one
reason are one finding, and so is a problem of two policies with the same text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from csplint.checks.problem import Problem
from csplint.engine.evaluate import Outcome
from csplint.model import Effect, Severity, Suppression
from csplint.model.finding import FindingState


class Reported(Struct, frozen=True, kw_only=True):
    """A problem that is reported, with its place among the user's settings."""

    outcome: Outcome
    fingerprint: str
    effect: Effect
    severity: Severity
    state: FindingState = "new"
    suppression: Suppression | None = None

    @property
    def problem(self) -> Problem:
        """The problem itself."""
        return self.outcome.problem


class Together(Struct, frozen=True):
    """
    Problems that are one finding.

    parts: in their order, at least one. problem: what they are together.
    """

    parts: tuple[Reported, ...]
    problem: Problem

    @property
    def first(self) -> Reported:
        """The first of them, whose rule and fingerprint the finding has."""
        return self.parts[0]


def together(reported: Iterable[Reported]) -> list[Together]:
    """The findings, each where its first problem is."""
    groups: dict[tuple[object, ...], list[Reported]] = {}
    for number, each in enumerate(reported):
        groups.setdefault(_key(each, number), []).append(each)
    return [Together(tuple(parts), _joined(parts)) for parts in groups.values()]


def _key(each: Reported, number: int) -> tuple[object, ...]:
    """Equal for what is one finding."""
    problem, policy = each.problem, each.problem.policy
    if policy is None:
        return (number,)
    same = (problem.rule, problem.value, problem.span, problem.place, problem.message)
    about = (problem.group,) if problem.group else same
    settings = (each.severity, each.state, each.suppression, each.effect, each.outcome.report_only)
    return policy.text, policy.delivery, policy.disposition, problem.directive, *about, *settings


def _joined(parts: Sequence[Reported]) -> Problem:
    by_policy: dict[int, list[Problem]] = {}
    for part in parts:
        by_policy.setdefault(part.problem.policy.index if part.problem.policy else -1, []).append(part.problem)
    first, *others = [_of_one_policy(problems) for problems in by_policy.values()]
    if not others:
        return first
    return replace(first, edits=lambda: tuple(edit for each in (first, *others) for edit in each.made_edits()))


def _of_one_policy(problems: Sequence[Problem]) -> Problem:
    first, *others = problems
    return first.joined(others) if others else first
