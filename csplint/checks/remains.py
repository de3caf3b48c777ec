"""
What one fault of the whole text leaves behind, in several places: told once, with the edit that mends it all.

Quotes around a policy end up with its last source; the semicolons of HTML escapes cut lists into pieces.
"""

from __future__ import annotations

from csplint.checks.context import Context
from csplint.checks.facts import facts
from csplint.checks.problem import Problem
from csplint.csp.policy import State

_UNREAD = {State.UNKNOWN, State.BAD_NAME}


def without_remains(context: Context, problems: list[Problem]) -> list[Problem]:
    """The problems, but for those of tokens that a wrong quote or escape has spoilt, and that is told."""
    if _UNREAD.isdisjoint(facts(context)):
        return problems
    return [problem for problem in problems if not _is_rest(problem)]


def _is_rest(problem: Problem) -> bool:
    from csplint.checks.syntax.escapes import touches_escape  # noqa: PLC0415 - for policies with unknown names alone
    from csplint.checks.syntax.wrapping import wrapping  # noqa: PLC0415

    policy, span = problem.policy, problem.span
    if policy is None or span is None or problem.rule == "header-name-in-value":
        return False
    around = wrapping(policy)
    if around and span.end > around.end and span.start > 0:
        return True
    named = problem.rule in {"unknown-directive", "missing-semicolon"}
    return not named and touches_escape(policy, span)
