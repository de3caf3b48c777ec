"""
Hides errors that are only consequences of another error.

If browsers misread a token, or the text around it, everything that relies on it breaks too. csplint does not guess which
findings follow from such a cause: it applies the cause's edits and checks again. Findings that disappear were consequences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from csplint.checks.problem import Problem
from csplint.checks.syntax.token import diagnose
from csplint.csp.parse import parse_source
from csplint.engine.evaluate import Evaluation, Outcome, evaluate, severity
from csplint.engine.subject import edited
from csplint.packs.merge import PackSet


def is_cause(outcome: Outcome, packs: PackSet) -> bool:
    """Whether a problem is an error in the policy's text, so that browsers do not read the text as its author meant it."""
    problem = outcome.problem
    if packs.homes[problem.rule] in packs.vendors or severity(problem, packs) != "error":
        return False
    return bool(problem.explains) or _is_about_a_token(problem)


def _is_about_a_token(problem: Problem) -> bool:
    """Whether a problem points to a token that its author meant differently."""
    policy, span = problem.policy, problem.span
    if policy is None or span is None or policy.text[span.start : span.end] != problem.value:
        return False
    return diagnose(parse_source(problem.value)) is not None


def without_consequences(evaluation: Evaluation, packs: PackSet, features: Mapping[str, str]) -> tuple[Outcome, ...]:
    """
    The outcomes, except those about the vendor's widget and the page's own files that disappear when the edits of the causes
    are applied.

    A cause is itself an error, so the exit code does not change. Without a cause, nothing is checked again.
    """
    causes = [each for each in evaluation.outcomes if is_cause(each, packs)]
    edits = [edit for each in _apart(causes) for edit in each.problem.made_edits() if edit.kind == "policy"]
    if not edits:
        return evaluation.outcomes
    after = evaluate(edited(evaluation.subject, evaluation.policies, edits), packs, features)
    # Where policies were joined, their numbers, which keys contain, have changed.
    joined = len(after.policies) < len(evaluation.policies)
    left = {_key(each, joined=joined) for each in after.outcomes}
    return tuple(
        each for each in evaluation.outcomes if _key(each, joined=joined) in left or not _may_follow(each, packs)
    )


def _key(outcome: Outcome, *, joined: bool) -> tuple[object, ...]:
    rule, policy, value, report_only = outcome.key
    return rule, None if joined else policy, value, report_only


def _may_follow(outcome: Outcome, packs: PackSet) -> bool:
    rule = outcome.problem.rule
    return packs.homes[rule] in packs.vendors or packs.rules[rule].check == _OF_THE_PAGE


_OF_THE_PAGE = "own_resources"
"""The check whose rules say what a policy blocks of the page's own files."""


def _apart(causes: Iterable[Outcome]) -> Iterable[Outcome]:
    """The causes whose edits do not overlap the edits of an earlier cause."""
    taken: dict[int, list[tuple[int, int]]] = {}
    for cause in causes:
        spans = [(edit.policy or 0, edit.start or 0, edit.end or 0) for edit in cause.problem.made_edits()]
        if not any(start <= b and a <= end for policy, start, end in spans for a, b in taken.get(policy, ())):
            for policy, start, end in spans:
                taken.setdefault(policy, []).append((start, end))
            yield cause
