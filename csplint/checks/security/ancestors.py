"""Who may frame the page: frame-ancestors, or the older X-Frame-Options."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem, policy_edits, server_edit
from csplint.checks.security.ground import with_directive

_HEADER = "Content-Security-Policy: frame-ancestors 'self'"


def frame_ancestors(context: Context) -> Iterator[Problem]:
    """Report an answer whose headers let any site frame the page; a bare policy has no headers to look at."""
    first = context.visits.first if context.visits else None
    policies = context.policies.policies
    if first is None or first.status is None or not policies:
        return
    if any("frame-ancestors" in policy.in_force for policy in policies):
        return
    written = b", ".join(first.header("x-frame-options")).decode("latin-1")
    if _counts(written):
        return
    policy = next((each for each in policies if each.delivery == "header"), None)
    yield Problem(
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
