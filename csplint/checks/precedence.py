"""
Which finding stays: one stage, after all checks.

A cause goes before its consequences, and the particular before the general. Checks do not ask what another check
reports; this stage compares what they found.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.prefilter import facts, has_token, numbers
from csplint.checks.problem import Problem
from csplint.checks.syntax.quoted import ends_with_colon, is_directive_name

_UNREAD = {"state unknown", "state bad name"}


def settle(context: Context, problems: list[Problem], replaced: Mapping[str, frozenset[str]]) -> list[Problem]:
    """
    The problems that stay, in their order.

    replaced: for each rule that replaces others, their names: it says the same of the same source more precisely.
    """
    kept = _without_rests(context, problems)
    kept = _semicolons_first(context, kept)
    return _particular(kept, replaced)


def _particular(problems: list[Problem], replaced: Mapping[str, frozenset[str]]) -> list[Problem]:
    taken = {(name, *_source(each)) for each in problems for name in replaced.get(each.rule, ())}
    return [each for each in problems if (each.rule, *_source(each)) not in taken] if taken else problems


def _source(problem: Problem) -> tuple[int, str | None, str | None]:
    return problem.policy.index if problem.policy else -1, problem.directive, problem.value


def _without_rests(context: Context, problems: list[Problem]) -> list[Problem]:
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


def _semicolons_first(context: Context, problems: list[Problem]) -> list[Problem]:
    """The problems, without the edits that would change a list which runs on; those that mend it are kept."""
    if not has_token(context, is_directive_name):
        return problems
    return [_whole(problem) for problem in problems if not _is_semicolon(problem)]


def _is_semicolon(problem: Problem) -> bool:
    """Whether it tells of a colon that was meant to be the missing semicolon: `'self': script-src 'self'`."""
    policy, directive, span = problem.policy, problem.directive, problem.span
    if policy is None or span is None or not (problem.value or "").endswith(":") or directive not in policy.in_force:
        return False
    run_on = policy.in_force[directive]
    before = [run_on.token(number - 1) for number in numbers(run_on.list, is_directive_name) if number]
    return any(token.span == span and ends_with_colon(token.source) for token in before)


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
