"""Every report that a test makes is held against the JSON Schema that csplint prints."""

from __future__ import annotations

import json
from functools import cache

import jsonschema

from csplint.model import Report
from csplint.report.json_report import encode, schema


@cache
def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema())


def assert_matches_schema(report: Report) -> None:
    faults = [error.message for error in _validator().iter_errors(json.loads(encode(report)))]
    assert faults == []
