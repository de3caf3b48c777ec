"""Known directives where they do nothing: inside another's value, removed, deprecated, or with a value they do not take."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import any_directive, any_token, numbers
from csplint.checks.problem import Problem, at_name, at_token, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.token import is_directive_name
from csplint.checks.wording import shown
from csplint.csp.directives import DIRECTIVES
from csplint.csp.edit import Replacement, without_directive
from csplint.csp.policy import Directive, Policy, Span
from csplint.csp.source import Source, SourceKind
from csplint.model import Severity


@check(when=(any_token(is_directive_name),), capped=True)
def missing_semicolon(context: Context) -> Iterator[Problem]:
    """Report every directive's name among the values of another directive in force."""
    for policy in context.policies.policies:
        for directive in policy.in_force.values():
            for number in numbers(directive.list, is_directive_name):
                yield _missing(policy, directive, number)


def _missing(policy: Policy, directive: Directive, number: int) -> Problem:
    token = directive.token(number)
    written = token.source.text
    name = written.removesuffix(":")
    twice = name.lower() in policy.in_force
    without_colon = f", and {name} without its colon" if name != written else ""
    start, place = token.span.start, "before"
    if number and ends_with_colon((before := directive.token(number - 1)).source):
        start, place = before.span.start, "for the colon before"
    return Problem(
        rule="missing-semicolon",
        message=f"{written} is inside {directive.name} as if it were a source: a semicolon is missing before it.",
        cause=f"Browsers add what follows it to {directive.name}"
        + (", and the policy has another one." if twice else f", and {name} is not in force."),
        **at_token(policy, directive, token),
        fix=f"Write ; {place} {name}{without_colon}.",
        safety="unsafe",
        edits=policy_edits(policy, (semicolon(directive, number),)),
        explains=(Span(start, token.span.end),),
    )


def semicolon(directive: Directive, number: int) -> Replacement:
    """
    Write the semicolon before a directive's name, by its number among the tokens, and the name without a colon.

    A colon that ends the token before it and makes it invalid was meant to be the semicolon.
    """
    token, before = directive.token(number), directive.token(number - 1) if number else None
    start = before.span.end if before else directive.name_span.end
    if before and ends_with_colon(before.source):
        start -= 1
    return Replacement(start, token.span.end, f"; {token.source.text.removesuffix(':')}")


def ends_with_colon(source: Source) -> bool:
    """Whether the colon at a token's end makes it invalid: `'self':`, `https://a.example:`, but not `data:`."""
    return source.kind == SourceKind.INVALID and source.text.endswith(":")


INSTEAD: dict[str, tuple[str, Severity]] = {
    "prefetch-src": ("default-src governs prefetching.", "info"),
    "plugin-types": ("Browsers no longer have plug-ins; object-src 'none' blocks what is left of them.", "info"),
    "disown-opener": ("Send the header Cross-Origin-Opener-Policy: same-origin instead.", "warning"),
    "navigate-to": (
        "No directive restricts where a page navigates; form-action restricts where forms are sent.",
        "warning",
    ),
    "referrer": ("Send the header Referrer-Policy instead.", "warning"),
    "reflected-xss": ("Browsers no longer have this filter; script-src stops injected scripts.", "warning"),
    "require-sri-for": ("Give the tags an integrity attribute; a policy cannot require it.", "warning"),
}
"""By removed directive: what replaces it, and how much its author is mistaken about the page's protection."""


@check(when=("removed directive",), capped=True)
def removed_directive(context: Context) -> Iterator[Problem]:
    """Report directives that were removed from the specification, or never implemented."""
    for policy in context.policies.policies:
        for directive in policy.in_force.values():
            if directive.name in INSTEAD:
                instead, severity = INSTEAD[directive.name]
                yield Problem(
                    rule="removed-directive",
                    severity=severity,
                    message=f"{directive.name} is no longer a directive: browsers ignore it.",
                    **at_name(policy, directive),
                    fix=f"Remove it. {instead}",
                    edits=policy_edits(policy, without_directive(policy, directive)),
                )


@check(when=(any_directive("block-all-mixed-content"),), capped=True)
def deprecated_directive(context: Context) -> Iterator[Problem]:
    """
    Report block-all-mixed-content.

    report-uri is deprecated too, but not reported: browsers that do not know report-to still need it.
    """
    for policy in context.policies.policies:
        if directive := policy.in_force.get("block-all-mixed-content"):
            yield Problem(
                rule="deprecated-directive",
                message="block-all-mixed-content is obsolete: browsers upgrade or block mixed content without it.",
                **at_name(policy, directive),
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
    """Report values of directives that take none; the directive is in force regardless."""
    for policy in context.policies.policies:
        for directive in policy.in_force.values():
            info = DIRECTIVES[directive.name]
            if info.kind == "flag" and info.status != "removed" and directive.value:
                yield _valued(policy, directive)


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
        fix="Remove the directive to switch it off; remove the value to leave it on." if switched_off else "",
        edits=policy_edits(policy, (Replacement(end, directive.span.end, ""),)),
    )
