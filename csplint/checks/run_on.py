"""
Lists that run on into the next directive, for want of a semicolon.

What such a list holds is not what it was meant to hold, so nothing else is
edited in it: the semicolon comes first.
"""

from __future__ import annotations

from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.facts import facts
from csplint.checks.marks import marked
from csplint.checks.problem import Problem
from csplint.checks.syntax.quoted import is_directive_name


def semicolons_first(context: Context, problems: list[Problem]) -> list[Problem]:
    """The problems, without the edits that would change a list which runs on; those that mend it are kept."""
    if is_directive_name not in facts(context):
        return problems
    return [_whole(problem) for problem in problems]


def _whole(problem: Problem) -> Problem:
    policy = problem.policy
    if policy is None or problem.rule == "missing-semicolon":
        return problem
    run_on = [each.span for each in policy.in_force.values() if marked(each, is_directive_name)]
    changed = [edit for edit in problem.made_edits() if edit.kind == "policy" and edit.policy == policy.index]
    touched = any(
        (each.start or 0) <= span.end and span.start <= (each.end or 0) for each in changed for span in run_on
    )
    return replace(problem, edits=()) if touched else problem
