"""report-to names one group of endpoints; anything else sends reports nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import any_directive, numbers
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.places import shown
from csplint.checks.syntax.quoted import is_directive_name
from csplint.checks.syntax.templates import is_template
from csplint.csp.edit import Replacement
from csplint.csp.policy import Directive, Policy

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
"""RFC 9110 #tokens, which CSP3 #directive-report-to asks for."""


@check(when=(any_directive("report-to"),), capped=True)
def report_to_token(context: Context) -> Iterator[Problem]:
    """Report a report-to whose value is not one group's name."""
    for policy in context.policies.policies:
        directive = policy.in_force.get("report-to")
        if directive and (why := _why(directive)):
            yield _problem(policy, directive, why)
        elif directive and len(directive.tokens) > 1 and not _runs_on(directive):
            yield _several(policy, directive)


def _why(directive: Directive) -> str:
    words = [token.source.text for token in directive.tokens]
    if not words:
        return "it has no value"
    if "://" in words[0] or words[0].startswith("/"):
        return f"{shown(words[0])} is an address"
    if is_template(words[0]) and '"' not in words[0]:
        return f"{shown(words[0])} is a template that nothing filled in"
    if words[0].startswith(("{", "[")):
        return "it holds JSON, which belongs into a header of its own"
    if _unquoted(words[0]) != words[0]:
        return f"{shown(words[0])} is in quotes"
    if not _TOKEN.fullmatch(words[0]):
        return f"{shown(words[0])} has a character that names cannot have"
    return ""


def _runs_on(directive: Directive) -> bool:
    """Whether the next directive stands in the value, which is told as a missing semicolon."""
    return bool(numbers(directive.list, is_directive_name))


def _several(policy: Policy, directive: Directive) -> Problem:
    first, second = directive.tokens[0], directive.tokens[1]
    return Problem(
        rule="report-to-token",
        severity="info",
        message=f"report-to takes the name of one group of endpoints: browsers take {shown(first.source.text)} and ignore the rest.",
        policy=policy,
        directive=directive.name,
        value=second.source.text,
        span=second.span,
        fix="Write one name; a group may have several endpoints.",
        edits=policy_edits(policy, (Replacement(first.span.end, directive.span.end, ""),)),
    )


def _unquoted(word: str) -> str:
    return word.strip("'\"")


def _problem(policy: Policy, directive: Directive, why: str) -> Problem:
    edits, fix = _mended(policy, directive)
    tokens = directive.tokens
    return Problem(
        rule="report-to-token",
        message=f"report-to takes the name of one group of endpoints: {why}, so reports go nowhere.",
        policy=policy,
        directive=directive.name,
        value=tokens[0].source.text if tokens else None,
        span=tokens[0].span if tokens else directive.name_span,
        fix=fix,
        safety="unsafe",
        edits=policy_edits(policy, edits),
    )


def _mended(policy: Policy, directive: Directive) -> tuple[tuple[Replacement, ...], str]:
    value, span = directive.value, directive.name_span
    address = "://" in value or value.startswith("/")
    if address and "report-uri" not in policy.in_force and policy.delivery != "meta":
        return (Replacement(span.start, span.end, "report-uri"),), (
            'Write report-uri for an address; or send Reporting-Endpoints: name="address" and write report-to name.'
        )
    bare = _unquoted(value)
    if bare != value and _TOKEN.fullmatch(bare):
        return (Replacement(directive.offset, directive.span.end, bare),), f"Write {shown(bare)} without quotes."
    return (), ""
