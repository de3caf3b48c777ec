"""
A JSON Schema for the part of SARIF 2.1.0 that csplint writes.

Made by hand from the OASIS standard (the names and types of each object, and which properties it requires). Stricter
than the standard's own schema, which `test_sarif_standard` asks too where it can be had: what is not listed is refused,
and what csplint always writes is required.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
COUNT: Schema = {"type": "integer", "minimum": 0}
FROM_ONE: Schema = {"type": "integer", "minimum": 1}
LEVEL: Schema = {"enum": ["none", "note", "warning", "error"]}


def an_object(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    """An object with these properties and no others."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def a_list(items: Schema, **more: Any) -> Schema:
    """A list of these."""
    return {"type": "array", "items": items, **more}


MESSAGE = an_object({"text": TEXT})
MULTIFORMAT = an_object({"text": TEXT}, {"markdown": TEXT})
REGION = an_object(
    {"startLine": FROM_ONE, "startColumn": FROM_ONE, "endLine": FROM_ONE, "endColumn": FROM_ONE}
)  # required by GitHub; by the standard, none is
PHYSICAL = an_object({"artifactLocation": an_object({"uri": {**TEXT, "format": "uri-reference"}}), "region": REGION})
LOGICAL = an_object({"kind": {"const": "resource"}, "name": TEXT, "fullyQualifiedName": TEXT})
RULE = an_object(
    {
        "id": TEXT,
        "name": {**TEXT, "maxLength": 255},
        "shortDescription": an_object({"text": {**TEXT, "maxLength": 1024}}),
        "fullDescription": an_object({"text": {**TEXT, "maxLength": 1024}}),
        "help": an_object({"text": TEXT, "markdown": TEXT}),
        "defaultConfiguration": an_object({"level": LEVEL}),
        "properties": an_object(
            {
                "tags": a_list(TEXT, maxItems=10, uniqueItems=True),
                "precision": {"enum": ["very-high", "high", "medium", "low"]},
            },
            {
                "problem.severity": {"enum": ["error", "warning", "recommendation"]},
                "security-severity": {"type": "string", "pattern": r"^(?!0\.0$)([0-9]\.[0-9]|10\.0)$"},
            },
        ),
    },
    {"helpUri": {"type": "string", "pattern": "^https://"}},
)
CHANGE = an_object(
    {
        "artifactLocation": an_object({"uri": {**TEXT, "format": "uri-reference"}}),
        "replacements": a_list(
            an_object({"deletedRegion": REGION, "insertedContent": an_object({"text": TEXT})}), minItems=1, maxItems=1
        ),
    }
)
FIX = an_object({"description": MESSAGE, "artifactChanges": a_list(CHANGE, minItems=1, maxItems=1)})
POSITION: Schema = {"type": ["integer", "null"]}
EDIT = an_object({"policy": POSITION, "start": POSITION, "end": POSITION, "text": {"type": "string"}})
ANSWER = an_object(
    {"target": {"type": "string"}},
    {
        "verdict": {"enum": ["works", "partly", "broken", "unknown", "absent"]},
        "text": {"type": "string"},
        "corrected": a_list(
            an_object(
                {
                    "action": {"enum": ["replace", "remove", "add"]},
                    "name": {"type": "string"},
                    "value": {"type": "string"},
                }
            )
        ),
    },
)
RESULT = an_object(
    {
        "ruleId": TEXT,
        "ruleIndex": COUNT,
        "level": LEVEL,
        "message": MESSAGE,
        "locations": a_list(
            an_object({"physicalLocation": PHYSICAL, "logicalLocations": a_list(LOGICAL, minItems=1, maxItems=1)}),
            minItems=1,
            maxItems=1,
        ),
        "partialFingerprints": an_object({"primaryLocationLineHash": TEXT, "csplintFinding/v1": TEXT}),
    },
    {
        "webResponse": an_object({"index": COUNT}),
        "fixes": a_list(FIX, minItems=1, maxItems=1),
        "properties": an_object(
            {}, {"pageUrl": TEXT, "causeOfVerdict": {"const": True}, "policyEdits": a_list(EDIT, minItems=1)}
        ),
    },
)
NOTIFICATION = an_object(
    {"level": LEVEL, "message": MESSAGE},
    {
        "locations": a_list(an_object({"physicalLocation": PHYSICAL}), minItems=1),
        "properties": an_object({"kind": {"type": "string"}}),
    },
)
HEADERS: Schema = {
    "type": "object",
    "propertyNames": {"enum": ["Content-Security-Policy", "Content-Security-Policy-Report-Only"]},
    "additionalProperties": {"type": "string"},
    "minProperties": 1,
}
RUN = an_object(
    {
        "tool": an_object(
            {"driver": an_object({"name": {"const": "csplint"}, "version": TEXT, "rules": a_list(RULE)})}
        ),
        "columnKind": {"const": "unicodeCodePoints"},
        "invocations": a_list(
            an_object(
                {"executionSuccessful": {"type": "boolean"}, "exitCode": COUNT},
                {"toolExecutionNotifications": a_list(NOTIFICATION, minItems=1)},
            ),
            minItems=1,
            maxItems=1,
        ),
        "results": a_list(RESULT, maxItems=5000),
    },
    {
        "automationDetails": an_object({"id": {"type": "string", "pattern": "^csplint/[^/]+/$"}}),
        "properties": an_object({"targets": a_list(ANSWER, minItems=1)}),
        "webResponses": a_list(an_object({"statusCode": {"type": "integer"}, "headers": HEADERS}), minItems=1),
    },
)
SARIF = an_object(
    {
        "$schema": {"const": "https://json.schemastore.org/sarif-2.1.0.json"},
        "version": {"const": "2.1.0"},
        "runs": a_list(RUN, minItems=1, maxItems=1),
    }
)
