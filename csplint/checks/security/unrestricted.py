"""Scripts that no directive restricts, although there is a policy."""

from __future__ import annotations

import re
from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import numbers
from csplint.checks.problem import Problem, policy_edits, server_edit
from csplint.checks.registry import check
from csplint.checks.security.queries import ELEMENT
from csplint.checks.syntax.token import is_directive_name
from csplint.csp.decide import PolicySet
from csplint.csp.directives import DIRECTIVES
from csplint.csp.edit import Replacement
from csplint.csp.policy import Directive, Policy, State
from csplint.csp.suggest import closest_directive

_SCRIPT = {"script-src", "script-src-elem", "default-src"}
_IGNORED = {State.BAD_VALUE, State.BAD_NAME, State.UNKNOWN}
_SCRIPT_NAME = re.compile(r"\b(?:default|script)[-_]?src", re.IGNORECASE)
_OTHER_CODE = {"script-src-attr": "event handlers in the markup", "script-src": "eval()"}
"""What script-src-elem does not restrict, by the directive that would."""

_RULE = "script-unrestricted"
_TRY = "Content-Security-Policy-Report-Only: script-src 'self'; report-uri /csp-reports"
_NO_SCRIPT_DIRECTIVE = (
    "The policy restricts what the page loads, but not scripts: it has neither script-src nor default-src."
)
_ONLY_HANDLERS = "script-src-attr restricts only event handlers; script elements run, inline or from any host."
_OTHER_PURPOSE = "That is fine if the policy has another purpose, but it does not protect against injected scripts."


@check(when=("scripts unrestricted",), only_if="scripts run")
def script_unrestricted(context: Context) -> Iterator[Problem]:
    """Report that no policy restricts scripts, or that one restricts only script elements or only event handlers."""
    policies = context.combined
    if not context.policies.policies or not any(policy.in_force for policy in policies.policies):
        return  # other rules report a policy that has nothing in force
    if any(map(_has_misread_script_directive, policies.policies)):
        return
    if not policies.restricts(ELEMENT):
        problem = _open(context, policies)
        if not (context.report_only and problem.severity == "info"):
            yield problem
    elif others := [code for effective, code in _OTHER_CODE.items() if not policies.restricts(effective)]:
        yield _partly_open(context, others)


def _has_misread_script_directive(policy: Policy) -> bool:
    """
    Whether a directive meant to restrict scripts has no effect, which other rules report.

    Browsers ignore it for its name or a character in it, or read it as part of another directive's value.
    """
    ignored = (directive for directive in policy.directives if directive.state in _IGNORED)
    return any(
        _SCRIPT_NAME.search(policy.text[each.span.start : each.span.end]) or closest_directive(each.name) in _SCRIPT
        for each in ignored
    ) or any(map(_contains_script_directive, policy.in_force.values()))


def _contains_script_directive(directive: Directive) -> bool:
    """Whether a directive's value contains the name of one that restricts scripts, because a semicolon is missing."""
    names = (directive.list.sources[number].text for number in numbers(directive.list, is_directive_name))
    return any(name.lower().removesuffix(":") in _SCRIPT for name in names)


def _open(context: Context, policies: PolicySet) -> Problem:
    for policy in context.policies.policies:
        if _restricts_loading(policy):
            return Problem(
                rule=_RULE,
                message=_ONLY_HANDLERS if policies.restricts("script-src-attr") else _NO_SCRIPT_DIRECTIVE,
                policy=policy,
                edits=server_edit(_TRY),
            )
    return _of_other_purpose(context.policies.policies[0])


def _restricts_loading(policy: Policy) -> bool:
    """Whether a fetch directive other than object-src is in force: object-src by itself has a purpose of its own."""
    fetched = (name for name in policy.in_force if "default-src" in DIRECTIVES[name].fallback)
    return any(name != "object-src" for name in fetched)


def _of_other_purpose(policy: Policy) -> Problem:
    names = ", ".join(list(policy.in_force)[:4])
    subject = f"The policy ({names})" if names else "The policy has no directive in force and"
    return Problem(
        rule=_RULE,
        severity="info",
        message=f"{subject} does not restrict which scripts run.",
        cause=_OTHER_PURPOSE if "require-trusted-types-for" not in policy.in_force else "",
        policy=policy,
        edits=server_edit(_TRY),
    )


def _partly_open(context: Context, others: list[str]) -> Problem:
    """others: the kinds of code that are not restricted."""
    policy = next((each for each in context.policies.policies if each.governing(ELEMENT)), context.policies.policies[0])
    directive = policy.governing(ELEMENT)
    return Problem(
        rule=_RULE,
        message="script-src-elem restricts only script elements; "
        f"{' and '.join(others)} {'are' if len(others) > 1 else 'is'} not restricted.",
        cause="script-src-elem covers nothing else, and script-src and default-src are missing.",
        policy=policy,
        directive=directive.name if directive else None,
        span=directive.name_span if directive else None,
        safety="unsafe",
        fix="Write script-src instead of script-src-elem, or add it.",
        edits=policy_edits(policy, _renamed(directive) if directive else ()),
    )


def _renamed(directive: Directive) -> tuple[Replacement, ...]:
    return (Replacement(directive.name_span.start, directive.name_span.end, "script-src"),)
