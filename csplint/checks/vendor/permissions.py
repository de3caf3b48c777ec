"""Permissions-Policy: what the widget's features need, and what the widget does not use (Permissions Policy, RFC 9651)."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context, VendorContext
from csplint.checks.delivery.permissions_header import (
    HEADER,
    Fields,
    allows_self,
    meant_permissions,
    read_permissions,
    with_allowed,
    with_refused,
    write_permissions,
)
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
            fix=f"Allow {' and '.join(refused)} for the page itself in Permissions-Policy; leave the rest as it is.",
            edits=_edits(with_allowed(_sent(context), refused)),
        )
    unused = context.pack.permissions.unused if context.pack.permissions else ()
    opened = [name for name in unused if name not in needed and name not in fields]
    if opened and context.embeds:
        yield Problem(
            rule="permissions-not-restricted",
            message=f"Permissions-Policy leaves {', '.join(opened)} open, but the widget does not use "
            f"{'it' if len(opened) == 1 else 'them'}.",
            directive=HEADER,
            fix=f"Add {', '.join(f'{name}=()' for name in opened)} to Permissions-Policy, unless your page uses it.",
            edits=_edits(_restricted(context, opened)),
        )


def _sent(context: Context) -> Fields:
    """What the site's header says; where browsers ignore the header, what its author meant."""
    values = b", ".join(context.visits.first.header(HEADER.lower())) if context.visits else b""
    fields, fault = read_permissions(values)
    return fields if not fault else meant_permissions(values.decode("latin-1")) or {}


def _restricted(context: Context, names: list[str]) -> Fields:
    """The site's header with these features off, except those that some vendor's widget needs."""
    used = {
        name
        for vendor in context.vendors
        for known in vendor.pack.feature
        if known.id in vendor.features
        for name in known.permissions
    }
    sent = _sent(context)
    added = [name for name in names if name not in sent]
    off = with_refused(sent, [name for name in added if name not in used])
    return with_allowed(off, [name for name in added if name in used])


def _edits(fields: Fields) -> tuple[Edit, ...]:
    text = write_permissions(fields)
    return (Edit(kind="header", name=HEADER, text=text),) if text else ()
