"""Is there a policy at all, and is the report-only one ready to enforce?"""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import VendorContext
from csplint.checks.problem import Problem, server_edit
from csplint.checks.registry import check
from csplint.csp.policy import Policy

START = "Content-Security-Policy-Report-Only: script-src 'self'; report-uri /csp-reports"

_NONE = "The page has no Content-Security-Policy"
_EMPTY = "A Content-Security-Policy was sent, and there is no directive in it"


@check(
    of="answer",
    rules=(
        "no-policy",
        "report-only-not-ready",
        "report-only-ready",
    ),
)
def presence(context: VendorContext) -> Iterator[Problem]:
    """Report a page without any policy."""
    if not context.every_policy:
        yield Problem(
            rule="no-policy",
            message=(_EMPTY if context.sent else _NONE) + ": nothing is blocked, and nothing protects the page.",
            edits=server_edit(START),
        )


def readiness(policies: tuple[Policy, ...], *, breaks: int) -> Problem:
    """Say whether the report-only policies could be enforced; `breaks` counts what would break."""
    if breaks:
        return Problem(
            rule="report-only-not-ready",
            message=f"Nothing is blocked yet. Enforced as it is, the report-only policy would break {breaks} "
            f"thing{'s' if breaks > 1 else ''} the widget needs.",
            policy=policies[0],
        )
    return Problem(
        rule="report-only-ready",
        message="Nothing is blocked yet, and enforced as it is the report-only policy would let the widget work.",
        policy=policies[0],
    )
