"""
The report for programs, and its schema. Both are made from `csplint.model`, so neither can drift.

The name is not `json` because a module of that name would hide the standard library's.
"""

from __future__ import annotations

from typing import Any

import msgspec

from csplint.model import Report
from csplint.report.json_text import json_text

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TITLE = "csplint report"
_DESCRIPTION = (
    "What `csplint check --format json` writes. Keys are only ever added while `format_version` is 1: "
    "ignore those you do not know."
)


def encode(report: Report) -> bytes:
    """
    Give the report as JSON: UTF-8, indented by two spaces, keys in the order of the model, a line break at the end.

    What a terminal or a runner might obey is written as JSON's own escape, which
    every parser undoes.
    """
    return json_text(report).encode()


def schema() -> dict[str, Any]:
    """Give the JSON Schema of the report."""
    made: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(Report)))  # tuples to lists
    return {"$schema": _DIALECT, "title": _TITLE, "description": _DESCRIPTION, **made}


def schema_text() -> str:
    """Give the JSON Schema as text, indented, with a line break at the end."""
    return msgspec.json.format(msgspec.json.encode(schema()).decode(), indent=2) + "\n"
