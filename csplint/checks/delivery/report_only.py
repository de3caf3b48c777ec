"""Report-only policies: does an enforced one stand beside them, and does anybody get their reports?"""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem, server_edit
from csplint.csp.policy import Policy

_HOW = (
    'Name an endpoint: Reporting-Endpoints: csp="https://reports.example/csp" beside the policy, '
    "and report-to csp in it (report-uri for browsers that know no other)."
)


def report_only(context: Context) -> Iterator[Problem]:
    """Asked of the report-only policies alone: an enforced policy without reports is a sound one."""
    if not context.dry_run:
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


def _is_told(policy: Policy) -> bool:
    return any(policy.in_force[name].value for name in ("report-to", "report-uri") if name in policy.in_force)
