"""A directive's name inside another one's value: the semicolon between them is missing."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.syntax.places import is_directive_name
from csplint.csp.edit import Replacement
from csplint.csp.policy import Directive, Policy, Token


def missing_semicolon(context: Context) -> Iterator[Problem]:
    """Report every directive's name that stands among the values of another directive in force."""
    for policy in context.policies.policies:
        for directive in policy.in_force.values():
            end = directive.name_span.end
            for token in directive.tokens:
                if is_directive_name(token.source.text):
                    yield _problem(policy, directive, token, end)
                end = token.span.end


def _problem(policy: Policy, directive: Directive, token: Token, end: int) -> Problem:
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
        edits=policy_edits(policy, (Replacement(end, token.span.start, "; "),)),
    )
