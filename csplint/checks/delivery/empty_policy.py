"""A policy header that has no directive."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem, server_edit
from csplint.checks.registry import check

START = "Content-Security-Policy-Report-Only: script-src 'self'; report-uri /csp-reports"


@check(of="answer", when=("no directive",))
def empty_policy(context: Context) -> Iterator[Problem]:
    """Report that a policy was sent, and nothing is in it."""
    if context.sent and not context.every_policy:
        yield Problem(
            rule="empty-policy",
            message="A Content-Security-Policy was sent, and there is no directive in it: nothing is restricted.",
            edits=server_edit(START),
        )
