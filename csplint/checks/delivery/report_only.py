"""Report-only policies: without an enforced one, without an endpoint for reports, or with directives that have no effect."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem, policy_edits, server_edit
from csplint.checks.registry import check
from csplint.csp.edit import without_directive
from csplint.csp.policy import Directive, Policy

_NAME_ENDPOINT = (
    'Name an endpoint: send Reporting-Endpoints: csp="https://reports.example/csp" with the policy, '
    "and write report-to csp in it (and report-uri for browsers without report-to)."
)
_NO_EFFECT = {
    "sandbox": "the page is not sandboxed, and nothing is reported",
    "upgrade-insecure-requests": "no request is upgraded, and nothing is reported",
    "treat-as-public-address": "the page counts as what its address is, and nothing is reported",
}
"""
Directives that have no effect in a report-only policy, and what their author misses.

CSP3 #directive-sandbox; Chromium 156 says so of all in its console, and Firefox 153 was seen to run the scripts of such a
page and to leave its images at http; it does not know treat-as-public-address.
"""


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
    """Report these of report-only policies; an enforced policy does not need an endpoint."""
    if not context.report_only:
        return
    policies = context.policies.policies
    if not context.others:
        yield Problem(
            rule="report-only-alone",
            message="There is no enforced policy, so nothing protects the page.",
            policy=policies[0],
        )
    for policy in policies:
        if not _has_endpoint(policy):
            yield Problem(
                rule="report-only-no-endpoint",
                message="The report-only policy has neither report-to nor report-uri, so nobody receives its reports.",
                policy=policy,
                edits=server_edit(_NAME_ENDPOINT),
            )
        yield from _ignored(context, policy)


def _has_endpoint(policy: Policy) -> bool:
    return any(policy.in_force[name].value for name in ("report-to", "report-uri") if name in policy.in_force)


def _ignored(context: Context, policy: Policy) -> Iterator[Problem]:
    """The directives without effect that no enforced policy has: sites often send the same text twice."""
    for name, effect in _NO_EFFECT.items():
        directive = policy.in_force.get(name)
        if directive and not any(name in enforced.in_force for enforced in context.others):
            yield _without_effect(policy, directive, effect)


def _without_effect(policy: Policy, directive: Directive, effect: str) -> Problem:
    removal = policy_edits(policy, without_directive(policy, directive))
    enforced = f"Content-Security-Policy: {directive.written} {directive.value}".rstrip()
    return Problem(
        rule="ignored-in-report-only",
        message=f"Browsers ignore {directive.name} in a report-only policy: {effect}.",
        policy=policy,
        directive=directive.name,
        value=directive.value,
        span=directive.span,
        edits=removal or server_edit(enforced),
    )
