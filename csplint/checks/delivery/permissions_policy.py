"""The Permissions-Policy header: how browsers read it (RFC 9651, Permissions Policy)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from csplint.checks.context import Context
from csplint.checks.problem import Problem, server_edit
from csplint.checks.registry import check

HEADER = "Permissions-Policy"
_REWRITE = "Write Permissions-Policy as a list of name=(allowlist) members, such as camera=(), microphone=(self)"


@check(of="answer", needs=("headers",), rules=("permissions-policy-malformed",))
def permissions_policy(context: Context) -> Iterator[Problem]:
    """Report a Permissions-Policy header that browsers ignore because it is malformed."""
    if context.visits is None:
        return
    _, fault = read_permissions(b", ".join(context.visits.first.header("permissions-policy")))
    if fault:
        yield Problem(
            rule="permissions-policy-malformed",
            message=f"Browsers ignore the whole Permissions-Policy header: {fault}.",
            directive=HEADER,
            edits=server_edit(_REWRITE),
        )


def read_permissions(text: bytes) -> tuple[Mapping[str, Any], str]:
    """Parse a header as an RFC 9651 dictionary: its members, and why browsers ignore it ("" where they do not)."""
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
    """Whether the header lets the page itself use a feature; the default of one that it does not name is yes."""
    if name not in fields:
        return True
    value = fields[name][0] if isinstance(fields[name], tuple) else fields[name]
    members = value if isinstance(value, list) else [(value, {})]
    return any(_means_self(member[0] if isinstance(member, tuple) else member, origin) for member in members)


def _means_self(member: object, origin: str) -> bool:
    return str(member) in {"self", "*"} or (isinstance(member, str) and member.rstrip("/") == origin)
