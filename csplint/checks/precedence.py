"""
Removes findings that repeat or follow from another finding. This runs once, after all checks.

A cause hides its consequences, and a specific finding hides a general one about the same source. Checks do not know
about each other; only this stage compares what they found.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping

from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.prefilter import has_token, numbers
from csplint.checks.problem import Problem
from csplint.checks.syntax.token import is_directive_name


def settle(context: Context, problems: list[Problem], replaced: Mapping[str, frozenset[str]]) -> list[Problem]:
    """
    The problems that stay, in their order.

    replaced: maps a rule to the names of the rules it replaces. The rule says the same more precisely.
    """
    return _particular(_edits_of_semicolons(context, _without_consequences(problems)), replaced)


def _particular(problems: list[Problem], replaced: Mapping[str, frozenset[str]]) -> list[Problem]:
    taken = {(name, *_source(each)) for each in problems for name in replaced.get(each.rule, ())}
    in_file = [each for each in problems if each.place and not each.policy and each.rule in replaced]
    return [
        each
        for each in problems
        if (each.rule, *_source(each)) not in taken
        and not any(each.rule in replaced[other.rule] and _is_about(other, each) for other in in_file)
    ]


def _is_about(problem: Problem, other: Problem) -> bool:
    """Whether a problem of a configuration file, whose value is what is written there, is about the same source as another one."""
    written, source = problem.value or "", other.value or ""
    return bool(written and source) and (source in written or written.strip("'") == _nonce(source))


def _nonce(source: str) -> str:
    return source.strip("'")[len("nonce-") :] if source.lower().startswith("'nonce-") else source


def _source(problem: Problem) -> tuple[int, str | None, str | None]:
    return problem.policy.index if problem.policy else -1, problem.directive, problem.value


def _without_consequences(problems: list[Problem]) -> list[Problem]:
    """The problems, except those in a part of the policy that another problem explains."""
    causes = [each for each in problems if each.explains]
    if not causes:
        return problems
    return [each for each in problems if not any(_explains(cause, each) for cause in causes if cause is not each)]


def _explains(cause: Problem, problem: Problem) -> bool:
    if problem.span is None or problem.policy is None or cause.policy is None:
        return False
    if problem.policy.index != cause.policy.index:
        return False
    after = bisect_right(cause.explains, problem.span.start, key=lambda each: each.start)
    return after > 0 and problem.span.end <= cause.explains[after - 1].end


def _edits_of_semicolons(context: Context, problems: list[Problem]) -> list[Problem]:
    """If a semicolon is missing, drop all edits to that list except the one that adds the semicolon."""
    return [_whole(problem) for problem in problems] if has_token(context, is_directive_name) else problems


def _whole(problem: Problem) -> Problem:
    policy = problem.policy
    if policy is None or problem.rule == "missing-semicolon":
        return problem
    run_on = [each.span for each in policy.in_force.values() if numbers(each.list, is_directive_name)]
    changed = [edit for edit in problem.made_edits() if edit.kind == "policy" and edit.policy == policy.index]
    touched = any(
        (each.start or 0) <= span.end and span.start <= (each.end or 0) for each in changed for span in run_on
    )
    return replace(problem, edits=()) if touched else problem
