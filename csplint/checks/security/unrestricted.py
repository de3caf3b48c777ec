"""Scripts that nothing restricts although there is a policy."""

from __future__ import annotations

import re
from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import numbers
from csplint.checks.problem import Problem, policy_edits, server_edit
from csplint.checks.registry import check
from csplint.checks.security.nearest import ELEMENT
from csplint.checks.syntax.token import is_directive_name
from csplint.csp.decide import PolicySet
from csplint.csp.directives import DIRECTIVES
from csplint.csp.edit import Replacement
from csplint.csp.policy import Directive, Policy, State
from csplint.csp.suggest import closest_directive

_SCRIPT = {"script-src", "script-src-elem", "default-src"}
_DROPPED = {State.BAD_VALUE, State.BAD_NAME, State.UNKNOWN}
_MEANT = re.compile(r"\b(?:default|script)[-_]?src", re.IGNORECASE)
_WAYS = {"script-src-attr": "event handlers in the markup", "script-src": "eval()"}
"""What script-src-elem does not stand for, by the directive that would restrict it."""

_RULE = "script-unrestricted"
_TRY = "Content-Security-Policy-Report-Only: script-src 'self'; report-uri /csp-reports"
_LOADING = "The policy restricts what the page loads, but not scripts: it has neither script-src nor default-src."
_NO_FAULT = "That is no fault where it was not meant to; it is no protection from injected scripts either."
_ATTRIBUTES = "script-src-attr restricts event handlers; script elements, from any host and inline, are not restricted."


@check(when=("scripts unrestricted",), only_if="scripts run")
def script_unrestricted(context: Context) -> Iterator[Problem]:
    """Report that no policy has a word on scripts, or on script elements alone, or on event handlers alone."""
    policies = context.combined
    if not context.policies.policies or not any(policy.in_force for policy in policies.policies):
        return  # what is wrong with a policy that has nothing in force is told elsewhere
    if any(map(_was_meant, policies.policies)):
        return
    if not policies.restricts(ELEMENT):
        problem = _open(context, policies)
        if not (context.report_only and problem.severity == "info"):
            yield problem
    elif open_ways := [way for effective, way in _WAYS.items() if not policies.restricts(effective)]:
        yield _partly_open(context, open_ways)


def _open(context: Context, policies: PolicySet) -> Problem:
    for policy in context.policies.policies:
        if _restricts_loading(policy):
            return Problem(
                rule=_RULE,
                message=_ATTRIBUTES if policies.restricts("script-src-attr") else _LOADING,
                policy=policy,
                edits=server_edit(_TRY),
            )
    return _of_another_purpose(context.policies.policies[0])


def _was_meant(policy: Policy) -> bool:
    """
    Whether scripts were to be restricted: browsers drop what says so for its name or a character in it, or read it as another
    directive's value. That is told elsewhere.
    """
    dropped = (directive for directive in policy.directives if directive.state in _DROPPED)
    return any(
        _MEANT.search(policy.text[each.span.start : each.span.end]) or closest_directive(each.name) in _SCRIPT
        for each in dropped
    ) or any(map(_swallows, policy.in_force.values()))


def _swallows(directive: Directive) -> bool:
    """Whether a directive's value holds the name of one that restricts scripts, for want of a semicolon."""
    names = (directive.list.sources[number].text for number in numbers(directive.list, is_directive_name))
    return any(name.lower().removesuffix(":") in _SCRIPT for name in names)


def _restricts_loading(policy: Policy) -> bool:
    """Whether a fetch directive says what the page may load; object-src alone is a lock of its own."""
    fetched = (name for name in policy.in_force if "default-src" in DIRECTIVES[name].fallback)
    return any(name != "object-src" for name in fetched)


def _of_another_purpose(policy: Policy) -> Problem:
    names = ", ".join(list(policy.in_force)[:4])
    has = f"The policy ({names})" if names else "The policy has nothing in force and"
    return Problem(
        rule=_RULE,
        severity="info",
        message=f"{has} does not restrict which scripts run.",
        cause=_NO_FAULT if "require-trusted-types-for" not in policy.in_force else "",
        policy=policy,
        edits=server_edit(_TRY),
    )


def _partly_open(context: Context, ways: list[str]) -> Problem:
    policy = next((each for each in context.policies.policies if each.governing(ELEMENT)), context.policies.policies[0])
    directive = policy.governing(ELEMENT)
    return Problem(
        rule=_RULE,
        message=f"script-src-elem restricts script elements; {' and '.join(ways)} {'are' if len(ways) > 1 else 'is'} not restricted.",
        cause="script-src-elem stands for script elements alone; there is neither script-src nor default-src.",
        policy=policy,
        directive=directive.name if directive else None,
        span=directive.name_span if directive else None,
        safety="unsafe",
        fix="Write script-src in place of script-src-elem, or add it.",
        edits=policy_edits(policy, _renamed(directive) if directive else ()),
    )


def _renamed(directive: Directive) -> tuple[Replacement, ...]:
    return (Replacement(directive.name_span.start, directive.name_span.end, "script-src"),)
