"""The header's own name, written into its value."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import any_state
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.places import shown
from csplint.checks.syntax.wrapping import header, unwrapped, wrapping
from csplint.csp.edit import Replacement
from csplint.csp.policy import Directive, Policy


def names_header(directive: Directive) -> bool:
    """Whether a directive begins with the header's name, or with an instruction that sets the header."""
    return header(f"{directive.written} {directive.value}") is not None


@check(
    when=(
        any_state("unknown"),
        any_state("bad name"),
        any_state("bad value"),
        any_state("duplicate"),
    ),
    capped=True,
)
def header_name_in_value(context: Context) -> Iterator[Problem]:
    """Report a header's name where a directive's belongs; what follows it is dropped."""
    for policy in context.policies.policies:
        for directive in policy.directives:
            if names_header(directive):
                yield _problem(policy, directive)


def _problem(policy: Policy, directive: Directive) -> Problem:
    start, end = directive.span.start, directive.span.end
    found = header(policy.text[start:end])
    after = start + found.end() if found else start
    around = wrapping(policy) if start == 0 else None
    lost = policy.text[after : min(end, around.end) if around else end]
    out = unwrapped(policy, around) if around else (Replacement(start, after, ""),)
    return Problem(
        rule="header-name-in-value",
        message=f"The policy's text holds the header's own name, and browsers take {shown(directive.written)} for a directive.",
        cause=f"They drop what follows up to the next semicolon: {shown(lost)}" if lost else "",
        policy=policy,
        directive=directive.name,
        value=directive.written,
        span=directive.name_span,
        fix="Take out all that is not the policy: its value begins with the first directive."
        if around
        else "Take the name out; the value begins with the first directive.",
        safety="unsafe",
        edits=policy_edits(policy, out) if lost else (),
    )
