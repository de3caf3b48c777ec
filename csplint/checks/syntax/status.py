"""Directives that browsers no longer heed, or never did, and values of directives that take none."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import any_directive
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.places import shown
from csplint.checks.syntax.quoted import is_directive_name
from csplint.checks.syntax.removal import without_directive
from csplint.csp.directives import DIRECTIVES
from csplint.csp.edit import Replacement
from csplint.csp.policy import Directive, Policy
from csplint.model import Severity

INSTEAD: dict[str, tuple[str, Severity]] = {
    "prefetch-src": ("What is prefetched is governed by default-src.", "info"),
    "plugin-types": ("Browsers have no plug-ins any more; object-src 'none' rules out what is left of them.", "info"),
    "disown-opener": ("Send the header Cross-Origin-Opener-Policy: same-origin instead.", "warning"),
    "navigate-to": (
        "No directive restricts where a page navigates; form-action restricts where forms are sent.",
        "warning",
    ),
    "referrer": ("Send the header Referrer-Policy instead.", "warning"),
    "reflected-xss": ("Browsers have no such filter any more; what stops injected scripts is script-src.", "warning"),
    "require-sri-for": ("Give the tags an integrity attribute; the policy cannot ask for it.", "warning"),
}
"""By removed directive: what does its work, and how much its author is mistaken about the page's protection."""


@check(when=("removed directive",), capped=True)
def removed_directive(context: Context) -> Iterator[Problem]:
    """Report directives that were taken out of the specification, or never made it into browsers."""
    for policy in context.policies.policies:
        for directive in policy.in_force.values():
            if directive.name in INSTEAD:
                instead, severity = INSTEAD[directive.name]
                yield _removed(policy, directive, instead, severity)


def _removed(policy: Policy, directive: Directive, instead: str, severity: Severity) -> Problem:
    return Problem(
        rule="removed-directive",
        severity=severity,
        message=f"{directive.name} is no longer a directive: browsers ignore it.",
        policy=policy,
        directive=directive.name,
        value=directive.written,
        span=directive.name_span,
        fix=f"Take it out. {instead}",
        edits=policy_edits(policy, without_directive(policy, directive)),
    )


@check(when=(any_directive("block-all-mixed-content"),), capped=True)
def deprecated_directive(context: Context) -> Iterator[Problem]:
    """
    Report block-all-mixed-content.

    report-uri is deprecated too, and not reported: browsers that know no report-to still need it.
    """
    for policy in context.policies.policies:
        if directive := policy.in_force.get("block-all-mixed-content"):
            yield Problem(
                rule="deprecated-directive",
                message="block-all-mixed-content is obsolete: browsers upgrade or block mixed content without it.",
                policy=policy,
                directive=directive.name,
                value=directive.written,
                span=directive.name_span,
                edits=policy_edits(policy, without_directive(policy, directive)),
            )


_OFF = frozenset({"0", "false", "off", "no", "none", "'none'"})


@check(
    when=(
        any_directive("upgrade-insecure-requests"),
        any_directive("block-all-mixed-content"),
    ),
    capped=True,
)
def unexpected_value(context: Context) -> Iterator[Problem]:
    """Report values of directives that take none; the directive is in force all the same."""
    for policy in context.policies.policies:
        for directive in policy.in_force.values():
            info = DIRECTIVES[directive.name]
            if info.kind == "flag" and info.status != "removed" and directive.value and not _is_next(directive):
                yield _valued(policy, directive)


def _is_next(directive: Directive) -> bool:
    """Whether the value is the next directive, whose semicolon is missing; that is told as such."""
    return is_directive_name(directive.list.sources[0])


def _valued(policy: Policy, directive: Directive) -> Problem:
    switched_off = directive.value.lower() in _OFF
    end = directive.name_span.end
    return Problem(
        rule="unexpected-value",
        severity="warning" if switched_off else None,
        message=f"{directive.name} takes no value: browsers ignore {shown(directive.value)} and apply the directive.",
        cause="It is on, though the value seems to switch it off." if switched_off else "",
        policy=policy,
        directive=directive.name,
        value=directive.value,
        span=directive.tokens[0].span,
        fix="Take the directive out to switch it off; take the value out to leave it on." if switched_off else "",
        edits=policy_edits(policy, (Replacement(end, directive.span.end, ""),)),
    )
