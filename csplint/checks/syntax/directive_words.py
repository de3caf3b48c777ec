"""Directives with words of their own: sandbox, Trusted Types and report-to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import any_directive
from csplint.checks.problem import Problem, at_name, at_token, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.occurrences import own_tokens
from csplint.checks.syntax.token import is_template
from csplint.checks.wording import shown
from csplint.csp.edit import Replacement
from csplint.csp.policy import Directive, Policy, Token

FLAGS = frozenset(
    {
        "allow-downloads",
        "allow-forms",
        "allow-modals",
        "allow-orientation-lock",
        "allow-pointer-lock",
        "allow-popups",
        "allow-popups-to-escape-sandbox",
        "allow-presentation",
        "allow-same-origin",
        "allow-scripts",
        "allow-storage-access-by-user-activation",
        "allow-top-navigation",
        "allow-top-navigation-by-user-activation",
        "allow-top-navigation-to-custom-protocols",
    }
)
"""HTML #parse-a-sandboxing-directive, and allow-storage-access-by-user-activation of the Storage Access API."""

_OTHER_FLAGS = {"allow-downloads-without-user-activation": "allow-downloads"} | {
    flag.removeprefix("allow-"): flag for flag in sorted(FLAGS)
}


@check(when=(any_directive("sandbox"),), capped=True)
def sandbox_flag(context: Context) -> Iterator[Problem]:
    """Report each flag of a sandbox directive that browsers ignore."""
    for policy in context.policies.policies:
        if directive := policy.in_force.get("sandbox"):
            unknown = (token for token in own_tokens(directive) if token.source.text.lower() not in FLAGS)
            yield from (_flag(policy, directive, token) for token in unknown)


def _flag(policy: Policy, directive: Directive, token: Token) -> Problem:
    from csplint.csp.suggest import closest  # noqa: PLC0415 - for unknown flags

    text = token.source.text
    meant = closest(text.lower().strip("'\"`"), sorted(FLAGS), _OTHER_FLAGS)
    flags = {each.source.text.lower() for each in directive.tokens}
    present = meant in flags
    return Problem(
        rule="sandbox-flag",
        severity=None if meant and not present else "warning",
        message=f"{shown(text)} is not a sandbox flag; browsers ignore it, and the sandbox does not allow what it names.",
        cause=f"Did you mean {meant}?" if meant else _forbidden(flags),
        **at_token(policy, directive, token),
        fix=f"Write {meant}." if meant else "Remove it." if flags & FLAGS else _ALL_FORBIDDEN,
        safety="unsafe",
        edits=policy_edits(policy, [Replacement(token.span.start, token.span.end, meant)])
        if meant and not present
        else (),
    )


_ALL_FORBIDDEN = "Write the flags that the page needs, such as allow-scripts; or remove sandbox."
_EFFECTS = {"allow-scripts": "the page runs no scripts", "allow-forms": "it submits no forms"}


def _forbidden(flags: set[str]) -> str:
    """What a sandbox blocks that was meant to allow more."""
    blocked = [what for flag, what in _EFFECTS.items() if flag not in flags]
    return f"The sandbox forbids everything that no flag allows: {' and '.join(blocked)}." if blocked else ""


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
            yield _requires_nothing(policy, directive)
        if not required and (named := policy.in_force.get("trusted-types")):
            yield _not_required(policy, named)


def _requires_nothing(policy: Policy, directive: Directive) -> Problem:
    span = directive.name_span
    return Problem(
        rule="inert-trusted-types",
        severity="warning",
        message=f"{_REQUIRE} has no value, so it has no effect.",
        cause="Its only value is 'script'.",
        **at_name(policy, directive),
        fix=f"Write {_SCRIPT}; try it in a report-only policy first.",
        safety="unsafe",
        edits=policy_edits(policy, (Replacement(span.start, span.end, _SCRIPT),)),
    )


def _not_required(policy: Policy, directive: Directive) -> Problem:
    end = directive.span.end
    return Problem(
        rule="inert-trusted-types",
        message=f"trusted-types restricts which Trusted Types policies scripts may create; without {_REQUIRE} nothing has to use them.",
        cause="Browsers still accept plain strings wherever they can become code, as in innerHTML and eval.",
        **at_name(policy, directive),
        fix=f"Add {_SCRIPT}; try it in a report-only policy first.",
        safety="unsafe",
        edits=policy_edits(policy, (Replacement(end, end, f"; {_SCRIPT}"),)),
    )


_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
"""RFC 9110 #tokens, which CSP3 #directive-report-to requires."""


@check(when=(any_directive("report-to"),), capped=True)
def report_to_token(context: Context) -> Iterator[Problem]:
    """Report a report-to whose value is not the name of one group of endpoints."""
    for policy in context.policies.policies:
        directive = policy.in_force.get("report-to")
        if directive and (why := _not_a_name(directive)):
            yield _report_to(policy, directive, why)
        elif directive and len(own_tokens(directive)) > 1:
            yield _several(policy, directive)


def _not_a_name(directive: Directive) -> str:
    words = [token.source.text for token in directive.tokens]
    if not words:
        return "it has no value"
    if "://" in words[0] or words[0].startswith("/"):
        return f"{shown(words[0])} is an address"
    if is_template(words[0]) and '"' not in words[0]:
        return f"{shown(words[0])} is a template that nothing filled in"
    if words[0].startswith(("{", "[")):
        return "it contains JSON, which belongs in a header of its own"
    if _unquoted(words[0]) != words[0]:
        return f"{shown(words[0])} is in quotes"
    if not _TOKEN.fullmatch(words[0]):
        return f"{shown(words[0])} has a character that names cannot have"
    return ""


def _several(policy: Policy, directive: Directive) -> Problem:
    first, second = directive.tokens[0], directive.tokens[1]
    return Problem(
        rule="report-to-token",
        severity="info",
        message=f"report-to takes the name of one group of endpoints: browsers use {shown(first.source.text)} and ignore the rest.",
        **at_token(policy, directive, second),
        fix="Write one name; a group may have several endpoints.",
        edits=policy_edits(policy, (Replacement(first.span.end, directive.span.end, ""),)),
    )


def _unquoted(word: str) -> str:
    return word.strip("'\"")


def _report_to(policy: Policy, directive: Directive, why: str) -> Problem:
    edits, fix = _named(policy, directive)
    tokens = directive.tokens
    return Problem(
        rule="report-to-token",
        message=f"report-to takes the name of one group of endpoints: {why}, so browsers send no reports.",
        policy=policy,
        directive=directive.name,
        value=tokens[0].source.text if tokens else None,
        span=tokens[0].span if tokens else directive.name_span,
        fix=fix,
        safety="unsafe",
        edits=policy_edits(policy, edits),
    )


def _named(policy: Policy, directive: Directive) -> tuple[tuple[Replacement, ...], str]:
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
