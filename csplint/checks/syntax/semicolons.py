"""A directive's name inside another one's value: the semicolon between them is missing."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.marks import marked
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.syntax.quoted import is_directive_name
from csplint.csp.edit import Replacement
from csplint.csp.policy import Directive, Policy


def missing_semicolon(context: Context) -> Iterator[Problem]:
    """Report every directive's name that stands among the values of another directive in force."""
    for policy in context.policies.policies:
        for directive in policy.in_force.values():
            for number in marked(directive, is_directive_name):
                yield _problem(policy, directive, number)


def _problem(policy: Policy, directive: Directive, number: int) -> Problem:
    token, before = directive.token(number), directive.token(number - 1).span if number else directive.name_span
    name = token.source.text
    besides = name.lower() in policy.in_force
    return Problem(
        rule="missing-semicolon",
        message=f"{name} stands inside {directive.name} as if it were a source: a semicolon is missing before it.",
        cause=f"What follows it was added to {directive.name}"
        + (", and the policy has another one." if besides else f", and {name} is not in force."),
        policy=policy,
        directive=directive.name,
        value=name,
        span=token.span,
        fix=f"Write ; before {name}.",
        safety="unsafe",
        edits=policy_edits(policy, (Replacement(before.end, token.span.start, "; "),)),
    )
