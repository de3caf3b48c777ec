"""The header's own name, written into its value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.syntax.places import shown
from csplint.csp.edit import Replacement
from csplint.csp.policy import Directive, Policy

_HEADER = re.compile(
    r"[\"']?(?:X-(?:WebKit-)?)?Content-Security-Policy(?:-Report-Only)?(?![A-Za-z0-9-])[\t\n\f\r :=]*",
    re.IGNORECASE,
)


def names_header(directive: Directive) -> bool:
    """Whether a directive begins with the header's name."""
    return _HEADER.match(directive.written) is not None


def header_name_in_value(context: Context) -> Iterator[Problem]:
    """Report a header's name where a directive's belongs; what follows it is dropped."""
    for policy in context.policies.policies:
        for directive in policy.directives:
            if names_header(directive):
                yield _problem(policy, directive)


def _problem(policy: Policy, directive: Directive) -> Problem:
    start, end = directive.span.start, directive.span.end
    found = _HEADER.match(policy.text[start:end])
    after = start + found.end() if found else start
    lost = policy.text[after:end]
    return Problem(
        rule="header-name-in-value",
        message=f"The policy's text holds the header's own name, and browsers take {shown(directive.written)} for a directive.",
        cause=f"They drop what follows up to the next semicolon: {shown(lost)}" if lost else "",
        policy=policy,
        directive=directive.name,
        value=directive.written,
        span=directive.name_span,
        fix="Take the name out; the value begins with the first directive.",
        safety="unsafe",
        edits=policy_edits(policy, (Replacement(start, after, ""),)) if lost else (),
    )
