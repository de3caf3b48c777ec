"""Permissions-Policy and the former Feature-Policy: what browsers ignore in them, and the header that says what was meant."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.delivery.permissions_header import (
    HEADER,
    ignored_items,
    meant_permissions,
    read_permissions,
    separation,
    unknown_parameters,
    write_permissions,
)
from csplint.checks.problem import Problem, server_edit
from csplint.checks.registry import check
from csplint.checks.wording import in_words
from csplint.model import Edit
from csplint.page.capture import Capture

_FORMER = "Feature-Policy"
_REWRITE = "Write Permissions-Policy as a list of name=(allowlist) members, such as camera=(), microphone=(self)"


@check(
    of="answer",
    needs=("headers",),
    rules=(
        "permissions-policy-malformed",
        "permissions-policy-semicolon",
        "permissions-policy-item",
    ),
)
def permissions_policy(context: Context) -> Iterator[Problem]:
    """Report what browsers ignore of a Permissions-Policy header: all of it where it is malformed, else some of its parts."""
    if context.visits is None:
        return
    sent = _sent(context.visits.first, HEADER)
    fields, fault = read_permissions(sent)
    text = sent.decode("latin-1")
    if fault:
        why = _WHY_MALFORMED.get(separation(text), "")
        message = f"Browsers ignore the whole Permissions-Policy header: {why or fault}."
        yield _problem("malformed", message, f"The parser says: {fault}." if why else "", text)
    if parameters := [*unknown_parameters(fields)]:
        names = in_words(dict.fromkeys(parameter for _, parameter in parameters))
        yield _problem(
            "semicolon",
            f"Browsers ignore {names} in Permissions-Policy: after a semicolon, it is a parameter of {parameters[0][0]}.",
            "A comma separates features; a semicolon does in Feature-Policy and Content-Security-Policy.",
            text,
        )
    if ignored := [*ignored_items(fields)]:
        items = in_words(dict.fromkeys(f"{item} (for {name})" for name, item in ignored))
        problem = _problem(
            "item",
            f"Browsers ignore {items} in Permissions-Policy.",
            "They read self, * and addresses in double quotes; an empty list () switches a feature off.",
            text,
        )
        only_none = all(item == "none" for _, item in ignored)  # without it the list is empty, which is what it means
        yield replace(problem, severity="info" if only_none else None)


_WHY_MALFORMED = {
    "former": "it has the syntax of the former Feature-Policy header",
    "semicolons": "semicolons separate its features, and browsers expect commas",
}


def _problem(what: str, message: str, cause: str, text: str) -> Problem:
    meant = meant_permissions(text)
    header = write_permissions(meant) if meant else ""
    return Problem(
        rule=f"permissions-policy-{what}",
        message=message,
        cause=cause,
        directive=HEADER,
        fix="Send the corrected header; it says the same in the syntax that browsers read." if header else "",
        safety="unsafe",  # what browsers ignored so far comes into force
        edits=(Edit(kind="header", name=HEADER, text=header),) if header else server_edit(_REWRITE),
    )


def feature_policy(capture: Capture) -> Iterator[Problem]:
    """The former header, with what it says as the current one: all of it, or what the current one lacks."""
    if not capture.header(_FORMER.lower()):
        return
    current, fault = read_permissions(_sent(capture, HEADER))
    meant = meant_permissions(_sent(capture, _FORMER).decode("latin-1"), former=True)
    both = bool(capture.header(HEADER.lower()))
    lacking = {} if meant is None or fault else {name: meant[name] for name in meant if name not in current}
    header = write_permissions({**current, **lacking}) if lacking else ""
    yield Problem(
        rule="feature-policy-header",
        message="Feature-Policy is the former name of Permissions-Policy, "
        + ("which is sent too." if both else "and only Chromium still reads it."),
        cause=f"Permissions-Policy does not name {in_words(lacking)}." if both and lacking else "",
        directive=_FORMER,
        fix=_feature_fix(header, both=both),
        edits=server_edit(f"{HEADER}: {header}" if header else "Remove Feature-Policy." if both else _REWRITE),
    )


def _feature_fix(header: str, *, both: bool) -> str:
    if header:
        return "Send Permissions-Policy instead, which has a syntax of its own, and stop sending Feature-Policy."
    return "Stop sending Feature-Policy." if both else "Send Permissions-Policy instead; its syntax is different."


def _sent(capture: Capture, name: str) -> bytes:
    """A header's values, as one (RFC 9110 #fields.order)."""
    return b", ".join(capture.header(name.lower()))
