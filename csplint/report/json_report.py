"""
The report as JSON, and its JSON Schema, both made from `csplint.model`.

Not named `json`, which would hide the standard library's module.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from csplint.model import Report

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TITLE = "csplint report"
_DESCRIPTION = (
    "The output of `csplint check --format json`. Keys may be added while `format_version` is 1: "
    "ignore keys you do not know."
)

_RISKY = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
    r"|(?<=##)\[|(?<=##vso)\[|(?<=##teamcity)\["
)
"""Characters that JSON allows but a terminal, an editor or a CI runner may act on."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def encode(report: Report) -> bytes:
    """Give the report as JSON in UTF-8, keys in the order of the model; formatting and escapes are those of `json_text`."""
    return json_text(report).encode()


def json_text(value: object) -> str:
    """
    Give a value as JSON, indented by two spaces, with a line break at the end.

    Characters that a terminal or a CI runner may act on become JSON escapes, which every parser undoes. A lone
    surrogate, which UTF-8 cannot carry, becomes U+FFFD: one character for one, so that spans still fit.
    """
    try:
        compact = msgspec.json.encode(value)
    except UnicodeEncodeError:
        compact = msgspec.json.encode(_without_surrogates(msgspec.to_builtins(value)))
    text = msgspec.json.format(compact.decode(), indent=2)
    return _RISKY.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def _without_surrogates(value: object) -> object:
    match value:
        case str():
            return _SURROGATE.sub("\ufffd", value)
        case dict():
            return {_without_surrogates(key): _without_surrogates(each) for key, each in value.items()}
        case list() | tuple():
            return [_without_surrogates(each) for each in value]
    return value


def schema() -> dict[str, Any]:
    """Give the JSON Schema of the report."""
    made: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(Report)))  # tuples to lists
    return {"$schema": _DIALECT, "title": _TITLE, "description": _DESCRIPTION, **made}


def schema_text() -> str:
    """Give the JSON Schema as text, indented, with a line break at the end."""
    return msgspec.json.format(msgspec.json.encode(schema()).decode(), indent=2) + "\n"
