"""Who may frame the page: frame-ancestors, or the older X-Frame-Options."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem, policy_edits, server_edit
from csplint.checks.security.asked import allows_stranger
from csplint.checks.security.changes import with_directive
from csplint.checks.syntax.places import shown
from csplint.csp.policy import Policy

_HEADER = "Content-Security-Policy: frame-ancestors 'self'"


def frame_ancestors(context: Context) -> Iterator[Problem]:
    """Report that any site may frame the page: by a frame-ancestors that says so, or for want of one and of the older header."""
    policies = context.policies.policies
    own = [policy for policy in policies if "frame-ancestors" in policy.in_force]
    if own:
        if allows_stranger(context.policies, "frame-ancestors"):
            yield _open(own[0], _older(context))
        return
    first = context.visits.first if context.visits else None
    if first is None or first.status is None or not policies:
        return  # a bare policy has no headers to look at
    written = _older(context)
    if not _counts(written):
        yield _missing(policies, written)


def _older(context: Context) -> str:
    """The X-Frame-Options header as sent, "" for none."""
    first = context.visits.first if context.visits else None
    return b", ".join(first.header("x-frame-options")).decode("latin-1") if first else ""


def _open(policy: Policy, older: str) -> Problem:
    directive = policy.in_force["frame-ancestors"]
    text = shown(policy.text[directive.span.start : directive.span.end])
    lost = f"X-Frame-Options: {older[:60]!r} no longer counts: browsers ignore it beside frame-ancestors."
    return Problem(
        rule="frame-ancestors-missing",
        severity="warning" if _counts(older) else None,
        message=f"{text} lets any site show the page in a frame.",
        cause=lost if _counts(older) else "",
        policy=policy,
        directive="frame-ancestors",
        value=directive.value,
        span=directive.span,
        safety="unsafe",
        fix="Write frame-ancestors 'self', and the hosts that may frame the page; leave it where everyone may.",
        edits=policy_edits(policy, with_directive(policy, "frame-ancestors", "'self'")),
    )


def _missing(policies: tuple[Policy, ...], written: str) -> Problem:
    policy = next((each for each in policies if each.delivery == "header"), None)
    return Problem(
        rule="frame-ancestors-missing",
        message="Any site may show the page in a frame: there is no frame-ancestors, and no X-Frame-Options that counts.",
        cause=f"Browsers ignore X-Frame-Options: {written[:60]!r}." if written else "",
        policy=policy or policies[0],
        directive="frame-ancestors",
        safety="unsafe",
        fix="Add frame-ancestors 'self'" + ("" if policy else " in a header; a meta element cannot hold it") + ".",
        edits=policy_edits(policy, with_directive(policy, "frame-ancestors", "'self'"))
        if policy
        else server_edit(_HEADER),
    )


def _counts(written: str) -> bool:
    """
    Whether an X-Frame-Options header restricts anything (HTML #the-x-frame-options-header).

    Several different values of which one is known block every frame; ALLOW-FROM and others are ignored.
    """
    values = {value.strip(" \t").lower() for value in written.split(",")}
    return bool(values & {"deny", "sameorigin"}) or (len(values) > 1 and "allowall" in values)
