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
from csplint.checks.syntax.quoted import ends_with_colon, is_directive_name


def semicolons_first(context: Context, problems: list[Problem]) -> list[Problem]:
    """The problems, without the edits that would change a list which runs on; those that mend it are kept."""
    if is_directive_name not in facts(context):
        return problems
    return [_whole(problem) for problem in problems if not _is_semicolon(problem)]


def _is_semicolon(problem: Problem) -> bool:
    """Whether it tells of a colon that was meant to be the missing semicolon: `'self': script-src 'self'`."""
    policy, directive, span = problem.policy, problem.directive, problem.span
    if policy is None or span is None or not (problem.value or "").endswith(":") or directive not in policy.in_force:
        return False
    run_on = policy.in_force[directive]
    before = [run_on.token(number - 1) for number in marked(run_on, is_directive_name) if number]
    return any(token.span == span and ends_with_colon(token.source) for token in before)


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
