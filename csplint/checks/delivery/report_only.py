"""Report-only policies: does an enforced one stand beside them, who gets their reports, and what in them does nothing?"""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem, policy_edits, server_edit
from csplint.checks.registry import check
from csplint.checks.syntax.removal import without_directive
from csplint.csp.policy import Directive, Policy

_HOW = (
    'Name an endpoint: Reporting-Endpoints: csp="https://reports.example/csp" beside the policy, '
    "and report-to csp in it (report-uri for browsers that know no other)."
)


@check(
    when=("report-only",),
    capped=True,
    rules=(
        "report-only-alone",
        "report-only-no-endpoint",
        "ignored-in-report-only",
    ),
)
def report_only(context: Context) -> Iterator[Problem]:
    """Asked of the report-only policies alone: an enforced policy without reports is a sound one."""
    if not context.report_only:
        return
    policies = context.policies.policies
    if not context.others:
        yield Problem(
            rule="report-only-alone",
            message="No enforced policy stands beside it, so nothing protects the page.",
            policy=policies[0],
        )
    for policy in policies:
        if not _is_told(policy):
            yield Problem(
                rule="report-only-no-endpoint",
                message="The report-only policy names neither report-to nor report-uri, so nobody is told of what it finds.",
                policy=policy,
                edits=server_edit(_HOW),
            )
        yield from _ignored(context, policy)


def _is_told(policy: Policy) -> bool:
    return any(policy.in_force[name].value for name in ("report-to", "report-uri") if name in policy.in_force)


_LOST = {
    "sandbox": "nothing is put in a sandbox, and nothing is reported",
    "upgrade-insecure-requests": "nothing is upgraded, and nothing is reported",
}
"""
What does nothing in a report-only policy, and what its author misses.

CSP3 #directive-sandbox; Chromium 156 says so of both in its console, and Firefox 153 was seen to run the scripts of such a
page and to leave its images at http.
"""


def _ignored(context: Context, policy: Policy) -> Iterator[Problem]:
    """Where an enforced policy has it too, nothing is lost: sites often send one text twice."""
    for name, lost in _LOST.items():
        directive = policy.in_force.get(name)
        if directive and not any(name in enforced.in_force for enforced in context.others):
            yield _does_nothing(policy, directive, lost)


def _does_nothing(policy: Policy, directive: Directive, lost: str) -> Problem:
    taken_out = policy_edits(policy, without_directive(policy, directive))
    enforced = f"Content-Security-Policy: {directive.written} {directive.value}".rstrip()
    return Problem(
        rule="ignored-in-report-only",
        message=f"{directive.name} stands in a report-only policy, where browsers ignore it: {lost}.",
        policy=policy,
        directive=directive.name,
        value=directive.value,
        span=directive.span,
        edits=taken_out or server_edit(enforced),
    )
