"""
The report for programs, and its schema. Both are made from `csplint.model`, so neither can drift.

The name is not `json` because a module of that name would hide the standard library's.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from csplint.model import Report

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TITLE = "csplint report"
_DESCRIPTION = (
    "What `csplint check --format json` writes. Keys are only ever added while `format_version` is 1: "
    "ignore those you do not know."
)

_RISKY = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
    r"|(?<=##)\["
)
"""Legal in JSON as they are, but a terminal, an editor or a CI runner that sees the report might heed them."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def encode(report: Report) -> bytes:
    """
    Give the report as JSON: UTF-8, indented by two spaces, keys in the order of the model, a line break at the end.

    What a terminal or a runner might obey is written as JSON's own escape, which
    every parser undoes. Half of a surrogate pair, which UTF-8 cannot carry,
    becomes U+FFFD: one character for one, so that spans still fit.
    """
    try:
        compact = msgspec.json.encode(report)
    except UnicodeEncodeError:
        compact = msgspec.json.encode(_without_surrogates(msgspec.to_builtins(report)))
    text = msgspec.json.format(compact.decode(), indent=2)
    return (_RISKY.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n").encode()


def _without_surrogates(value: Any) -> Any:
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
