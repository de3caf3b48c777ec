"""Permissions-Policy: what Video Chat needs, and what the guide advises to switch off (RFC 9651, Permissions Policy)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from csplint.checks.context import Context
from csplint.checks.problem import Problem
from csplint.model import Edit

UNUSED = ("camera", "microphone", "geolocation", "payment")
"""What the guide's Permissions-Policy sample switches off."""

_HEADER = "Permissions-Policy"


def permissions(context: Context) -> Iterator[Problem]:
    """Judge the Permissions-Policy header of the answer; a bare policy has none to judge."""
    if context.visits is None or context.visits.first.status is None:
        return
    text = b", ".join(context.visits.first.header("permissions-policy"))
    fields, fault = read_permissions(text)
    if fault:
        yield Problem(
            rule="permissions-policy-malformed",
            message=f"The Permissions-Policy header is dropped whole: {fault}.",
            directive=_HEADER,
            edits=_header(context),
        )
    yield from _judge(context, fields)


def _judge(context: Context, fields: Mapping[str, Any]) -> Iterator[Problem]:
    needed = [name for each in context.pack.feature if each.id in context.features for name in each.permissions]
    refused = [name for name in needed if not allows_self(fields, name, context.policies.page.origin)]
    if refused:
        yield Problem(
            rule="video-not-permitted",
            message=f"Permissions-Policy does not let the page use {' and '.join(refused)}, which Video Chat needs.",
            directive=_HEADER,
            value=", ".join(refused),
            edits=_header(context),
        )
    opened = [name for name in UNUSED if name not in needed and name not in fields]
    if opened and context.embeds:
        yield Problem(
            rule="permissions-not-restricted",
            message=f"Permissions-Policy leaves {', '.join(opened)} open, which the widget does not use.",
            directive=_HEADER,
            edits=_header(context),
        )


def _header(context: Context) -> tuple[Edit, ...]:
    video = any(each.permissions and each.id in context.features for each in context.pack.feature)
    value = ", ".join(f"{name}={'(self)' if video and name in UNUSED[:2] else '()'}" for name in UNUSED)
    return (Edit(kind="header", name=_HEADER, text=value),)


def read_permissions(text: bytes) -> tuple[Mapping[str, Any], str]:
    """Parse the field as an RFC 9651 dictionary: (its members, why it is dropped or "")."""
    if not text.strip():
        return {}, ""
    import http_sf  # noqa: PLC0415 - 12 ms, for pages that send the header

    try:
        parsed: Any = http_sf.parse(text, tltype="dictionary")
    except http_sf.StructuredFieldError as error:
        return {}, str(error)
    except (ValueError, RecursionError) as error:
        return {}, str(error) or type(error).__name__
    return parsed, ""


def allows_self(fields: Mapping[str, Any], name: str, origin: str) -> bool:
    """Whether the header lets the page itself use a feature; one it does not name keeps its default, which is yes here."""
    if name not in fields:
        return True
    value = fields[name][0] if isinstance(fields[name], tuple) else fields[name]
    members = value if isinstance(value, list) else [(value, {})]
    return any(_means_self(member[0] if isinstance(member, tuple) else member, origin) for member in members)


def _means_self(member: object, origin: str) -> bool:
    return str(member) in {"self", "*"} or (isinstance(member, str) and member.rstrip("/") == origin)
