"""
A cause goes before what follows from it.

A token that browsers do not read as its author meant it, or a fault of the text around it, breaks whatever relies on it.
Whether a finding follows from such a cause is not guessed: the cause's own edits are made and everything is judged again.
What is gone then was a consequence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from csplint.checks.problem import Problem
from csplint.checks.syntax.token import diagnose
from csplint.csp.parse import parse_source
from csplint.engine.evaluate import Evaluation, Outcome, evaluate
from csplint.engine.subject import edited
from csplint.packs.merge import PackSet


def is_cause(outcome: Outcome, packs: PackSet) -> bool:
    """Whether a problem is an error in the text of a policy, so that what relies on that text is not judged as meant."""
    problem = outcome.problem
    if (
        packs.homes[problem.rule] in packs.vendors
        or (problem.severity or packs.rules[problem.rule].severity) != "error"
    ):
        return False
    return bool(problem.explains) or _is_about_a_token(problem)


def _is_about_a_token(problem: Problem) -> bool:
    """Whether a problem points to a token that is not what its author meant."""
    policy, span = problem.policy, problem.span
    if policy is None or span is None or policy.text[span.start : span.end] != problem.value:
        return False
    return diagnose(parse_source(problem.value)) is not None


def without_consequences(evaluation: Evaluation, packs: PackSet, features: Mapping[str, str]) -> tuple[Outcome, ...]:
    """
    The outcomes, without the errors of a widget's needs that disappear with the edits of a cause.

    A cause is an error itself, so the exit code stays. Nothing is judged again where there is no cause.
    """
    causes = [each for each in evaluation.outcomes if is_cause(each, packs)]
    edits = [edit for each in _apart(causes) for edit in each.problem.made_edits() if edit.kind == "policy"]
    if not edits:
        return evaluation.outcomes
    after = evaluate(edited(evaluation.subject, evaluation.policies, edits), packs, features)
    if len(after.policies) < len(evaluation.policies):
        return evaluation.outcomes  # policies were joined: the numbers by which problems are compared have changed
    left = {each.key for each in after.outcomes}
    return tuple(each for each in evaluation.outcomes if each.key in left or not _may_follow(each, packs))


def _may_follow(outcome: Outcome, packs: PackSet) -> bool:
    return packs.homes[outcome.problem.rule] in packs.vendors


def _apart(causes: Iterable[Outcome]) -> Iterable[Outcome]:
    """The causes whose edits do not overlap those of an earlier one."""
    taken: dict[int, list[tuple[int, int]]] = {}
    for cause in causes:
        spans = [(edit.policy or 0, edit.start or 0, edit.end or 0) for edit in cause.problem.made_edits()]
        if not any(start <= b and a <= end for policy, start, end in spans for a, b in taken.get(policy, ())):
            for policy, start, end in spans:
                taken.setdefault(policy, []).append((start, end))
            yield cause
