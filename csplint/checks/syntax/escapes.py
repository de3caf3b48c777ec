"""HTML escapes in a policy: a header knows none, and each of their semicolons ends a directive."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence, Set

from csplint.checks.problem import Problem, policy_edits
from csplint.checks.syntax.places import shown
from csplint.csp.edit import Replacement
from csplint.csp.memo import memo
from csplint.csp.policy import Directive, Policy, Span, State

_ESCAPE = re.compile(r"&(?:amp;)?(?:(apos|quot|#0*3[49]|#x0*2[27])|amp|#0*38|#x0*26);", re.IGNORECASE)

_SPACES = re.compile(r"[\t\n\f\r ]*")


@memo
def escapes(policy: Policy) -> Sequence[Replacement]:
    """The escapes of quotes and ampersands, with what they stand for; none where they cut nothing off."""
    if "&" not in policy.text or all(each.state == State.IN_FORCE for each in policy.directives):
        return ()
    return [
        Replacement(found.start(), found.end(), "'" if found[1] else "&") for found in _ESCAPE.finditer(policy.text)
    ]


@memo
def _afterwards(policy: Policy) -> Set[int]:
    """Where the texts begin that follow an escape."""
    texts = (_SPACES.match(policy.text, each.end) for each in escapes(policy))
    return {text.end() for text in texts if text}


def touches_escape(policy: Policy, span: Span) -> bool:
    """Whether an escape stands in a stretch of the policy, or right beside it."""
    found = escapes(policy)
    before = bisect_right(found, span.end, key=lambda each: each.start)
    return before > 0 and found[before - 1].end >= span.start


def left_by_escape(policy: Policy, directive: Directive) -> bool:
    """Whether a directive is there because of an escape's semicolon alone, or holds an escape where its name belongs."""
    return touches_escape(policy, directive.name_span) or directive.span.start in _afterwards(policy)


def escaped(policy: Policy, directive: Directive) -> Problem:
    """All of a policy's escapes as one fault, told of the first directive that they made."""
    found = escapes(policy)
    first = policy.text[found[0].start : found[0].end]
    return Problem(
        rule="unknown-directive",
        message=f"The policy holds HTML escapes, such as {first}: browsers know no directive {shown(directive.written)}.",
        cause="A header knows no escapes; the semicolon of each ends a directive.",
        policy=policy,
        directive=directive.name,
        value=directive.written,
        span=directive.name_span,
        fix="Write the characters themselves: ' in a header, or in an attribute in double quotes.",
        safety="unsafe",
        edits=policy_edits(policy, found),
    )
