"""
Reads violation reports: one JSON value to `Message`s.

A browser sends `{"csp-report": {…}}` to report-uri, with the fields of CSP3 #deprecated-serialize-violation, and an array of
`{"type": "csp-violation", "body": {…}}` to a Reporting API endpoint, with those of CSP3 #cspviolationreportbody; WebKit sends
one such object instead of an array. People also paste a body or an event on its own. The names of the fields differ in
dashes and letter case only, so they are compared without these.

Reports come from anybody. Every text is cut or left out at a limit, and no value makes `read_reports` fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Literal, cast

import msgspec

from csplint.messages.message import Message
from csplint.messages.report_browser import browser_of

MAX_URL = 4096
"""Of a URL, a user agent or another short text; the rest is cut."""

MAX_POLICY = 32_768
"""Of a policy; a longer one is left out, because a part of a policy says something else."""

MAX_SAMPLE = 256
"""Of a sample; browsers send 40 characters."""

MAX_REPORT_TEXT = 8192
"""Of the report's own JSON in `Message.text`."""

MAX_NUMBER = 2**53
"""The largest integer that JSON keeps in every language (RFC 8259, section 6)."""

CODE: Mapping[tuple[str, str], str] = {
    ("inline", "script-src-elem"): "inline-script",
    ("inline", "script-src-attr"): "event-handler",
    ("inline", "style-src-elem"): "inline-style",
    ("inline", "style-src-attr"): "style-attr",
}
"""The kind of a request without a URL, by what was blocked and the effective directive."""

OTHER_TYPES: Mapping[str, str] = {
    "coep": "Cross-Origin-Embedder-Policy",
    "coop": "Cross-Origin-Opener-Policy",
    "corp": "Cross-Origin-Resource-Policy",
    "crash": "a crash of the page",
    "csp-hash": "the hash of a script that ran",
    "deprecation": "a deprecated feature of the browser",
    "document-policy-violation": "Document-Policy",
    "integrity-violation": "Integrity-Policy",
    "intervention": "an intervention of the browser",
    "network-error": "a network error",
    "permissions-policy-violation": "Permissions-Policy",
    "potential-permissions-policy-violation": "Permissions-Policy",
}
"""Other types of the Reporting API, and what they are about."""

_NOT_A_REPORT = "JSON that is not a violation report"
_NAME = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]{0,63})(?:\s|$)")


class UnreadableReportError(ValueError):
    """A text is not JSON, or is too deep to be read; the message says which."""


def parse(data: bytes | str) -> tuple[Message, ...]:
    """The messages in one JSON text; () for an empty array. Raises UnreadableReportError."""
    return tuple(read_reports(decode(data)))


def decode(data: bytes | str) -> object:
    """The value of one JSON text. Raises UnreadableReportError."""
    try:
        return cast("object", msgspec.json.decode(data))
    except msgspec.DecodeError as error:
        raise UnreadableReportError("not JSON") from error
    except (RecursionError, UnicodeError) as error:
        raise UnreadableReportError(
            "nested too deeply" if isinstance(error, RecursionError) else "not UTF-8"
        ) from error


def read_reports(value: object) -> Iterator[Message]:
    """
    One message for each report in a JSON value: an object, or each item of an array.

    What is not a report gives a message of kind "unknown", so that every item is counted.
    """
    if isinstance(value, list):
        for item in value:
            yield _read(item, alone=False)
    else:
        yield _read(value, alone=True)


def is_report(value: object) -> bool:
    """Whether the value is a report of any type, or an array with one."""
    items = value if isinstance(value, list) else [value]
    return any(isinstance(item, dict) and (_body(item) is not None or _other_type(item)) for item in items)


def _read(value: object, *, alone: bool) -> Message:
    if not isinstance(value, dict):
        return Message(kind="unknown", about=_NOT_A_REPORT, text=_json(value))
    if other := _other_type(value):
        return _other(value, other)
    body = _body(value)
    if body is None:
        return Message(kind="unknown", about=_NOT_A_REPORT, text=_json(value))
    return _violation(value, body, alone=alone)


def _other_type(value: Mapping[object, object]) -> str:
    """The type of a report that is not about CSP, "" for any other value."""
    if "expect-ct-report" in value:
        return "expect-ct"
    kind = value.get("type")
    is_csp = not isinstance(kind, str) or kind == "csp-violation" or "csp-report" in value
    return "" if is_csp or not isinstance(value.get("body"), dict) else cast("str", kind)[:64]


def _other(value: Mapping[object, object], kind: str) -> Message:
    body = value.get("body")
    fields = _fields(body) if isinstance(body, dict) else {}
    return Message(
        kind="coep" if kind in {"coep", "corp"} else "other",
        browser=browser_of(_text(value.get("user_agent"))),
        disposition=_disposition(fields.get("disposition")),
        blocked=_text(fields.get("blockedurl")),
        page=_text(value.get("url")),
        source_file=_text(fields.get("sourcefile")),
        line=_number(fields.get("linenumber")),
        column=_number(fields.get("columnnumber")),
        user_agent=_text(value.get("user_agent")),
        age=_number(value.get("age")),
        about=OTHER_TYPES.get(kind, "another type of report"),
        text=_json(value),
    )


def _body(value: Mapping[object, object]) -> Mapping[object, object] | None:
    """The body of a violation report; None for any other value."""
    for key in ("csp-report", "body"):
        inner = value.get(key)
        if isinstance(inner, dict) and (key == "csp-report" or _is_body(inner)):
            return inner
    return value if _is_body(value) else None


def _is_body(value: Mapping[object, object]) -> bool:
    names = _fields(value).keys()
    return not names.isdisjoint(_DIRECTIVES) and not names.isdisjoint(_PLACES)


_DIRECTIVES = frozenset({"effectivedirective", "violateddirective"})
_PLACES = frozenset({"blockeduri", "blockedurl", "documenturi", "documenturl", "originalpolicy"})


def _violation(value: Mapping[object, object], body: Mapping[object, object], *, alone: bool) -> Message:
    fields = _fields(body)
    violated = _text(fields.get("violateddirective"), MAX_POLICY)
    effective = _text(fields.get("effectivedirective"), MAX_POLICY) or violated
    blocked = _text(fields.get("blockeduri")) or _text(fields.get("blockedurl"))
    directive = _name(effective)
    outer: Mapping[object, object] = {} if body is value else value
    user_agent = _text(outer.get("user_agent"))
    whole = next((text.strip() for text in (violated, effective) if len(text.split(None, 1)) > 1), "")
    return Message(
        kind="csp",
        browser=browser_of(user_agent, outer, body, alone=alone),
        directive=directive,
        disposition=_disposition(fields.get("disposition")),
        blocked=blocked,
        code=_code(blocked, directive),
        violated=whole,
        policy=_whole(fields.get("originalpolicy")),
        page=_text(fields.get("documenturi")) or _text(fields.get("documenturl")) or _text(outer.get("url")),
        status=_number(fields.get("statuscode")),
        referrer=_text(fields.get("referrer")),
        source_file=_text(fields.get("sourcefile")),
        line=_number(fields.get("linenumber")),
        column=_number(fields.get("columnnumber")),
        sample=_text(fields.get("scriptsample"), MAX_SAMPLE) or _text(fields.get("sample"), MAX_SAMPLE),
        user_agent=user_agent,
        age=_number(outer.get("age")),
        text=_json(value),
    )


def _code(blocked: str, directive: str) -> str:
    if blocked in {"eval", "wasm-eval"}:
        return "eval" if blocked == "eval" else "wasm"
    return CODE.get((blocked, directive), "")


def _name(text: str) -> str:
    """The directive's name: very old reports carry the whole directive."""
    found = _NAME.match(text)
    return found[1].lower() if found else ""


def _fields(body: Mapping[object, object]) -> dict[str, object]:
    """The fields by name without dashes and letter case; the first of each name that has a value."""
    fields: dict[str, object] = {}
    for key, value in body.items():
        if isinstance(key, str) and len(key) <= _LONGEST_NAME and value is not None:
            fields.setdefault(_plain(key), value)
    return fields


_LONGEST_NAME = 32


@lru_cache(maxsize=512)
def _plain(name: str) -> str:
    return name.replace("-", "").replace("_", "").lower()


def _text(value: object, limit: int = MAX_URL) -> str:
    return value[:limit] if isinstance(value, str) else ""


def _whole(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= MAX_POLICY else ""


def _number(value: object) -> int:
    """A count from 0 to `MAX_NUMBER`, also from a text of digits; 0 for anything else."""
    if isinstance(value, str) and len(value) <= _MOST_DIGITS and value.strip().isdecimal():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    return int(value) if 0 <= value <= MAX_NUMBER else 0


_MOST_DIGITS = 20


def _disposition(value: object) -> Literal["enforce", "report"] | None:
    return value if value in ("enforce", "report") else None


def _json(value: object) -> str:
    try:
        return msgspec.json.encode(value).decode()[:MAX_REPORT_TEXT]
    except (RecursionError, ValueError, TypeError, OverflowError):
        return ""
