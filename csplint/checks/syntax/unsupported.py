"""Parts of the language that are specified, and that no browser supports."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import any_directive, any_token
from csplint.checks.problem import Problem, at_name, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.occurrences import groups
from csplint.checks.syntax.token import is_unsupported
from csplint.csp.applicability import can_have_effect
from csplint.csp.edit import remove_sources, without_directive

_DIRECTIVES = ("webrtc",)


@check(when=(any_directive("webrtc"), any_token(is_unsupported)), capped=True)
def unsupported(context: Context) -> Iterator[Problem]:
    """Report directives and keywords that every browser ignores."""
    for policy in context.policies.policies:
        for name in _DIRECTIVES:
            if directive := policy.in_force.get(name):
                yield Problem(
                    rule="unsupported",
                    message=f"{name} has no effect: no browser that csplint knows supports it.",
                    **at_name(policy, directive),
                    edits=policy_edits(policy, without_directive(policy, directive)),
                )
        for each in groups(policy, is_unsupported):
            group = each.only(lambda directive: can_have_effect(directive.name, each.source))  # noqa: B023 - used at once
            if not group.places:
                continue  # reported as inert-source
            yield Problem(
                rule="unsupported",
                message=f"{group.source.text} in {group.names} has no effect: no browser that csplint knows supports it.",
                **group.location,
                edits=policy_edits(
                    policy,
                    [edit for one in group.directives for edit in remove_sources(one, [group.source.text])],
                ),
            )
