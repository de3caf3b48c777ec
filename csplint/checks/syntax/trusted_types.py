"""Trusted Types that are named, or asked for, and not enforced."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import any_directive
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.csp.edit import Replacement
from csplint.csp.policy import Directive, Policy

_REQUIRE = "require-trusted-types-for"
_SCRIPT = f"{_REQUIRE} 'script'"


@check(
    when=(
        any_directive("trusted-types"),
        any_directive("require-trusted-types-for"),
    ),
    capped=True,
)
def inert_trusted_types(context: Context) -> Iterator[Problem]:
    """Report require-trusted-types-for without a value, and trusted-types where no policy has the former."""
    required = any(_REQUIRE in policy.in_force for policy in context.every_policy)
    for policy in context.policies.policies:
        directive = policy.in_force.get(_REQUIRE)
        if directive and not directive.value:
            yield _empty(policy, directive)
        if not required and (named := policy.in_force.get("trusted-types")):
            yield _names_alone(policy, named)


def _empty(policy: Policy, directive: Directive) -> Problem:
    span = directive.name_span
    return Problem(
        rule="inert-trusted-types",
        severity="warning",
        message=f"{_REQUIRE} has no value, and no effect: it requires nothing.",
        cause="The one value it knows is 'script'.",
        policy=policy,
        directive=directive.name,
        value=directive.written,
        span=span,
        fix=f"Write {_SCRIPT}; try it in a report-only policy first.",
        safety="unsafe",
        edits=policy_edits(policy, (Replacement(span.start, span.end, _SCRIPT),)),
    )


def _names_alone(policy: Policy, directive: Directive) -> Problem:
    end = directive.span.end
    return Problem(
        rule="inert-trusted-types",
        message=f"trusted-types restricts which Trusted Types policies scripts may create; without {_REQUIRE} nothing has to use them.",
        cause="Plain strings are still taken wherever they can become code, as in innerHTML and eval.",
        policy=policy,
        directive=directive.name,
        value=directive.written,
        span=directive.name_span,
        fix=f"Add {_SCRIPT}; try it in a report-only policy first.",
        safety="unsafe",
        edits=policy_edits(policy, (Replacement(end, end, f"; {_SCRIPT}"),)),
    )
