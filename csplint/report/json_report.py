"""
The report as JSON, and its JSON Schema, both made from `csplint.model`.

Not named `json`, which would hide the standard library's module.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from csplint.model import Report
from csplint.report.escape import harmless_json

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TITLE = "csplint report"
_DESCRIPTION = (
    "The output of `csplint check --format json`. Keys may be added while `format_version` is 1: "
    "ignore keys you do not know."
)

_SURROGATE = re.compile("[\ud800-\udfff]")


def encode(report: Report) -> bytes:
    """Give the report as JSON in UTF-8, keys in the order of the model; formatting and escapes are those of `json_text`."""
    return json_text(report).encode()


def json_text(value: object) -> str:
    """
    Give a value as JSON, indented by two spaces, with a line break at the end.

    What a terminal or a CI runner may act on becomes JSON escapes, which every parser undoes (`harmless_json`). A lone
    surrogate, which UTF-8 cannot carry, becomes U+FFFD: one character for one, so that spans still fit.
    """
    return harmless_json(msgspec.json.format(_compact(value), indent=2)) + "\n"


def json_line(value: object) -> str:
    """Give a value as JSON in one line, escaped as by `json_text`."""
    return harmless_json(_compact(value)) + "\n"


def _compact(value: object) -> str:
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError:
        return msgspec.json.encode(_without_surrogates(msgspec.to_builtins(value))).decode()


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
    return _schema(Report, _TITLE, _DESCRIPTION)


def _schema(model: Any, title: str, description: str) -> dict[str, Any]:
    made: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(model)))  # tuples to lists
    return {"$schema": _DIALECT, "title": title, "description": description, **made}


def schema_text() -> str:
    """Give the JSON Schema as text, indented, with a line break at the end."""
    return msgspec.json.format(msgspec.json.encode(schema()).decode(), indent=2) + "\n"


def schema_text_of(command: str) -> str:
    """Give the JSON Schema of what `csplint COMMAND --format json` prints, likewise: verify, why or reports."""
    made = _schema(_model(command), f"csplint {command} report", _DESCRIPTION.replace("check", command))
    return msgspec.json.format(msgspec.json.encode(made).decode(), indent=2) + "\n"


def _model(command: str) -> Any:
    if command == "verify":
        from csplint.model.verified import VerifyReport  # noqa: PLC0415 - only for this

        return VerifyReport
    if command == "why":
        from csplint.model.explanation import Explanation  # noqa: PLC0415

        return list[Explanation]
    from csplint.engine.reports.model import ReportsSummary  # noqa: PLC0415

    return ReportsSummary
