"""The JSON report: the schema describes it, the same report gives the same bytes, nothing is lost."""

from __future__ import annotations

import json

import jsonschema
import msgspec
import pytest
from msgspec.structs import replace

from csplint.model import Report
from csplint.report.json_report import encode, schema, schema_text
from tests.report.ci_samples import REPORTS as CI_REPORTS
from tests.report.expected import check_golden
from tests.report.samples import CLEAN, ERROR, FAILED, PAGE, a_policy, a_report

REPORTS = {
    "everything": a_report(PAGE, CLEAN, FAILED),
    "nothing": a_report(),
    "baselined": a_report(replace(CLEAN, findings=(replace(ERROR, state="baselined"),))),
}


@pytest.mark.parametrize("report", list(REPORTS.values()), ids=list(REPORTS))
def test_the_schema_describes_the_report(report: Report) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(json.loads(encode(report)), schema(), cls=jsonschema.Draft202012Validator)


def test_the_schema_refuses_what_is_no_report() -> None:
    wrong = json.loads(encode(REPORTS["everything"]))
    wrong["targets"][0]["findings"][0]["severity"] = "fatal"
    with pytest.raises(jsonschema.ValidationError, match="fatal"):
        jsonschema.validate(wrong, schema(), cls=jsonschema.Draft202012Validator)


def test_the_schema_allows_keys_to_be_added() -> None:
    newer = json.loads(encode(REPORTS["everything"])) | {"later": 1}
    newer["targets"][0]["findings"][0]["later"] = 1
    jsonschema.validate(newer, schema(), cls=jsonschema.Draft202012Validator)


def test_the_schema_text_is_the_schema() -> None:
    assert json.loads(schema_text()) == schema()
    assert schema_text().endswith("}\n")
    assert "$id" not in schema()


@pytest.mark.parametrize("report", list(REPORTS.values()), ids=list(REPORTS))
def test_the_report_comes_back_whole(report: Report) -> None:
    assert msgspec.json.decode(encode(report), type=Report) == report


def test_the_same_report_gives_the_same_bytes() -> None:
    assert encode(a_report(PAGE, FAILED)) == encode(a_report(PAGE, FAILED))


@pytest.mark.parametrize("name", list(CI_REPORTS))
def test_every_sample_matches_the_schema(name: str) -> None:
    jsonschema.validate(json.loads(encode(CI_REPORTS[name])), schema(), cls=jsonschema.Draft202012Validator)


def test_the_whole_report() -> None:
    """Every key in the model's order, null where there is nothing: a program need not ask whether a key is there."""
    check_golden("several.json", encode(REPORTS["everything"]).decode())


RISKY = ["##[error]x", "a\x9bb", "a\x7fb", "a\u202eb", "a\u2028b", "a\ufeffb", "a\x1bb", "a\u00adb", "\\##[x]"]


@pytest.mark.parametrize("text", RISKY)
def test_what_a_terminal_or_runner_might_obey_is_written_as_an_escape(text: str) -> None:
    report = a_report(replace(CLEAN, target=text))
    encoded = encode(report).decode()
    assert text not in encoded
    assert json.loads(encoded)["targets"][0]["target"] == text


def test_half_a_surrogate_pair_is_replaced_one_for_one() -> None:
    """Spans count characters, so the text must not become longer or shorter."""
    report = a_report(replace(CLEAN, policies=(a_policy("img-src \ud800 'self'"),)))
    policy = json.loads(encode(report))["targets"][0]["policies"][0]
    assert policy["value"] == "img-src \ufffd 'self'"
    assert list(policy) == ["index", "delivery", "disposition", "value", "directives"]
