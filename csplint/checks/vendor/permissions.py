"""Permissions-Policy: what Video Chat needs, and what the guide advises to switch off (RFC 9651, Permissions Policy)."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import VendorContext
from csplint.checks.delivery.permissions_policy import HEADER, UNUSED, allows_self, guides_header, read_permissions
from csplint.checks.problem import Problem
from csplint.checks.registry import check


@check(
    of="answer",
    needs=("headers",),
    rules=(
        "video-not-permitted",
        "permissions-not-restricted",
    ),
)
def permissions(context: VendorContext) -> Iterator[Problem]:
    """Judge the Permissions-Policy header of the answer; a bare policy has none to judge."""
    if context.visits is None or context.visits.first.status is None:
        return
    fields, _ = read_permissions(b", ".join(context.visits.first.header("permissions-policy")))
    needed = [name for each in context.pack.feature if each.id in context.features for name in each.permissions]
    refused = [name for name in needed if not allows_self(fields, name, context.policies.page.origin)]
    if refused:
        yield Problem(
            rule="video-not-permitted",
            message=f"Permissions-Policy does not let the page use {' and '.join(refused)}, which Video Chat needs.",
            directive=HEADER,
            value=", ".join(refused),
            edits=guides_header(context),
        )
    opened = [name for name in UNUSED if name not in needed and name not in fields]
    if opened and context.embeds:
        yield Problem(
            rule="permissions-not-restricted",
            message=f"Permissions-Policy leaves {', '.join(opened)} open, which the widget does not use.",
            directive=HEADER,
            edits=guides_header(context),
        )
