"""Who may show the page in a frame: frame-ancestors, or the older X-Frame-Options header."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import any_directive, tokens_that
from csplint.checks.problem import Problem, policy_edits, server_edit
from csplint.checks.registry import check
from csplint.checks.security.predicates import is_wide
from csplint.checks.security.queries import ListedSource, allows_any_host, first_allowed
from csplint.checks.wording import shown
from csplint.csp.edit import Replacement, remove_sources, with_directive
from csplint.csp.policy import Directive, Policy
from csplint.csp.source import SourceKind

_MOST_QUERIES = 16
_FIX = "Write frame-ancestors 'self' and the hosts that may frame the page. If any site may, change nothing."
_HEADER = "Content-Security-Policy: frame-ancestors 'self'"


@check(
    of="answer",
    needs=(
        "headers",
        any_directive("frame-ancestors"),
    ),
    rules=("frame-ancestors-missing",),
)
def frame_ancestors(context: Context) -> Iterator[Problem]:
    """Report that any site may frame the page: frame-ancestors allows it, or both it and the older header are missing."""
    policies = context.policies.policies
    own = [(policy, policy.in_force["frame-ancestors"]) for policy in policies if "frame-ancestors" in policy.in_force]
    if own:
        if allows_any_host(context.policies, "frame-ancestors"):
            yield _open(*own[0], "", _frame_options(context))
        elif found := first_allowed(context.policies, "frame-ancestors", _open_suffixes(own), _MOST_QUERIES):
            yield _open(found.policy, found.directive, found.source.host, _frame_options(context))
        return
    first = context.visits.first if context.visits else None
    if first is None or first.status is None or not policies:
        return  # a bare policy has no headers to look at
    header = _frame_options(context)
    if not _restricts(header):
        yield _missing(policies, header)


def _open_suffixes(own: list[tuple[Policy, Directive]]) -> Iterator[ListedSource]:
    """The sources that match every name under a registry's public suffix, such as `*.com`."""
    for policy, directive in own:
        for token in tokens_that(directive, is_wide):
            if token.source.host:
                yield ListedSource(policy, directive, token)


def _frame_options(context: Context) -> str:
    """The X-Frame-Options header as sent, "" for none."""
    first = context.visits.first if context.visits else None
    return b", ".join(first.header("x-frame-options")).decode("latin-1") if first else ""


def _restricts(header: str) -> bool:
    """
    Whether an X-Frame-Options header restricts anything (HTML #the-x-frame-options-header).

    Several different values of which one is known block every frame; ALLOW-FROM and others are ignored.
    """
    values = {value.strip(" \t").lower() for value in header.split(",")}
    return bool(values & {"deny", "sameorigin"}) or (len(values) > 1 and "allowall" in values)


def _open(policy: Policy, directive: Directive, suffix: str, header: str) -> Problem:
    """suffix: the domain whose every name may frame the page, "" where any host may. header: X-Frame-Options."""
    text = shown(policy.text[directive.span.start : directive.span.end])
    who = f"any site under .{suffix}, a public suffix," if suffix else "any site"
    ignored = _restricts(header)
    return Problem(
        rule="frame-ancestors-missing",
        severity="warning" if ignored else None,
        message=f"{text} lets {who} show the page in a frame.",
        cause=f"Browsers ignore X-Frame-Options: {header[:60]!r} when there is a frame-ancestors." if ignored else "",
        policy=policy,
        directive="frame-ancestors",
        value=directive.value,
        span=directive.span,
        safety="unsafe",
        fix=f"List the hosts under .{suffix} that may frame the page." if suffix else _FIX,
        edits=policy_edits(
            policy, _narrowed(policy, directive) if suffix else with_directive(policy, "frame-ancestors", "'self'")
        ),
    )


def _narrowed(policy: Policy, directive: Directive) -> tuple[Replacement, ...]:
    """Leave the hosts that are named; 'self' where there are none."""
    wide = [source.text for source in directive.list.sources if source.kind == SourceKind.HOST and is_wide(source)]
    if len(set(wide)) == len({source.text for source in directive.list.sources}):
        return with_directive(policy, "frame-ancestors", "'self'")
    return remove_sources(directive, wide)


def _missing(policies: tuple[Policy, ...], header: str) -> Problem:
    policy = next((each for each in policies if each.delivery == "header"), None)
    return Problem(
        rule="frame-ancestors-missing",
        message="Any site may show the page in a frame: neither frame-ancestors nor a valid X-Frame-Options prevents it.",
        cause=f"Browsers ignore X-Frame-Options: {header[:60]!r}." if header else "",
        policy=policy or policies[0],
        directive="frame-ancestors",
        safety="unsafe",
        fix="Add frame-ancestors 'self'"
        + ("" if policy else " in a header; browsers ignore it in a meta element")
        + ".",
        edits=policy_edits(policy, with_directive(policy, "frame-ancestors", "'self'"))
        if policy
        else server_edit(_HEADER),
    )
