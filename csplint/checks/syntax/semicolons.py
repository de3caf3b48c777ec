"""A directive's name inside another one's value: the semicolon between them is missing."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import any_token, numbers
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.quoted import ends_with_colon, is_directive_name
from csplint.csp.edit import Replacement
from csplint.csp.policy import Directive, Policy


@check(when=(any_token(is_directive_name),), capped=True)
def missing_semicolon(context: Context) -> Iterator[Problem]:
    """Report every directive's name that stands among the values of another directive in force."""
    for policy in context.policies.policies:
        for directive in policy.in_force.values():
            for number in numbers(directive.list, is_directive_name):
                yield _problem(policy, directive, number)


def semicolon(directive: Directive, number: int) -> Replacement:
    """
    Write the semicolon before a directive's name, by its number among the tokens, and the name without a colon.

    A colon that ends the token before it, and makes it unreadable, was meant to be the semicolon.
    """
    token, before = directive.token(number), directive.token(number - 1) if number else None
    start = before.span.end if before else directive.name_span.end
    if before and ends_with_colon(before.source):
        start -= 1
    return Replacement(start, token.span.end, f"; {token.source.text.removesuffix(':')}")


def _problem(policy: Policy, directive: Directive, number: int) -> Problem:
    token = directive.token(number)
    written = token.source.text
    name = written.removesuffix(":")
    besides = name.lower() in policy.in_force
    colon = f", and {name} without its colon" if name != written else ""
    stead = "for the colon before" if number and ends_with_colon(directive.token(number - 1).source) else "before"
    return Problem(
        rule="missing-semicolon",
        message=f"{written} stands inside {directive.name} as if it were a source: a semicolon is missing before it.",
        cause=f"What follows it was added to {directive.name}"
        + (", and the policy has another one." if besides else f", and {name} is not in force."),
        policy=policy,
        directive=directive.name,
        value=written,
        span=token.span,
        fix=f"Write ; {stead} {name}{colon}.",
        safety="unsafe",
        edits=policy_edits(policy, (semicolon(directive, number),)),
    )
