"""Permissions-Policy: what the widget's features need, and what the widget does not use (Permissions Policy, RFC 9651)."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context, VendorContext
from csplint.checks.delivery.permissions_policy import HEADER, allows_self, read_permissions
from csplint.checks.problem import Problem
from csplint.checks.registry import check
from csplint.model import Edit


@check(
    of="answer",
    needs=("headers",),
    rules=(
        "permission-refused",
        "permissions-not-restricted",
    ),
)
def permissions(context: VendorContext) -> Iterator[Problem]:
    """Report browser features that Permissions-Policy refuses to the widget, or leaves open although it does not use them."""
    if context.visits is None or context.visits.first.status is None:
        return
    fields, _ = read_permissions(b", ".join(context.visits.first.header("permissions-policy")))
    features = [each for each in context.pack.feature if each.id in context.features]
    needed = [name for each in features for name in each.permissions]
    refused = [name for name in needed if not allows_self(fields, name, context.policies.page.origin)]
    if refused:
        users = " and ".join(each.title for each in features if not set(refused).isdisjoint(each.permissions))
        yield Problem(
            rule="permission-refused",
            message=f"Permissions-Policy does not let the page use {' and '.join(refused)}, which {users} needs.",
            directive=HEADER,
            value=", ".join(refused),
            edits=_header_edit(context, needed),
        )
    unused = context.pack.permissions.unused if context.pack.permissions else ()
    opened = [name for name in unused if name not in needed and name not in fields]
    if opened and context.embeds:
        yield Problem(
            rule="permissions-not-restricted",
            message=f"Permissions-Policy leaves {', '.join(opened)} open, but the widget does not use them.",
            directive=HEADER,
            edits=_header_edit(context, needed),
        )


def _header_edit(context: Context, needed: list[str]) -> tuple[Edit, ...]:
    """A header that switches off what no vendor's widget uses, and keeps on what features in use need."""
    vendors = context.vendors
    off = [name for each in vendors if each.pack.permissions for name in each.pack.permissions.unused]
    used = {
        name
        for each in vendors
        for known in each.pack.feature
        if known.id in each.features
        for name in known.permissions
    }
    names = dict.fromkeys((*off, *needed))
    value = ", ".join(f"{name}={'(self)' if name in used else '()'}" for name in names)
    return (Edit(kind="header", name=HEADER, text=value),)
