"""GitLab's code quality report: the keys it reads, unique fingerprints, and never a false `[]`."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from msgspec.structs import replace

from csplint.model import Report
from csplint.report.ci.gitlab import write_gitlab
from tests.report.arbitrary import hostile_reports
from tests.report.ci_samples import ANCHORS, FEW_EXAMPLES, PACKS, REPORTS, about, many
from tests.report.expected import check_golden
from tests.report.samples import ERROR, INFO, WARNING, a_report
from tests.report.sarif_schema import FROM_ONE, TEXT, a_list, an_object

SCHEMA = a_list(
    an_object(
        {
            "description": TEXT,
            "check_name": {"type": "string"},
            "fingerprint": {"type": "string"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": an_object({"path": TEXT, "lines": an_object({"begin": FROM_ONE})}),
        }
    )
)
"""GitLab docs, "Code Quality report format": every key it lists, and the words it takes for a severity."""


def entries(report: Report, **options: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(write_gitlab(report, PACKS, **options))
    jsonschema.validate(found, SCHEMA)
    return found


def test_whole_output() -> None:
    check_golden("several.gitlab.json", write_gitlab(REPORTS["several"], PACKS))


@pytest.mark.parametrize("name", list(REPORTS))
def test_every_new_finding_and_failed_target_is_an_entry(name: str) -> None:
    summary = REPORTS[name].summary
    assert len(entries(REPORTS[name])) == summary.error + summary.warning + summary.info + summary.targets_failed


@pytest.mark.parametrize("name", ["clean", "known", "part-read"])
def test_nothing_new_is_an_empty_array(name: str) -> None:
    assert write_gitlab(REPORTS[name], PACKS) == "[]\n"


def test_severities() -> None:
    found = entries(a_report(about(INFO, WARNING, ERROR)))
    assert [(each["check_name"], each["severity"]) for each in found] == [
        ("VEL011", "major"),
        ("SEC002", "minor"),
        ("DEL004", "info"),
    ]


def test_a_page_that_was_not_checked_is_not_clean() -> None:
    (entry,) = entries(REPORTS["failed"])
    assert entry["severity"] == "critical"
    assert "could not be checked: the name gone.example does not exist" in entry["description"]


def test_the_same_target_twice_keeps_every_finding() -> None:
    """GitLab shows one entry for each fingerprint."""
    report = a_report(about(ERROR), about(ERROR), about(ERROR))
    marks = [each["fingerprint"] for each in entries(report)]
    assert marks[0] == ERROR.fingerprint
    assert len(set(marks)) == 3
    assert all(re.fullmatch("[0-9a-f]{64}", mark) for mark in marks)


@FEW_EXAMPLES
@given(hostile_reports())
def test_fingerprints_are_always_unique(report: Report) -> None:
    marks = [each["fingerprint"] for each in json.loads(write_gitlab(report, PACKS))]
    assert len(marks) == len(set(marks))


def test_paths_are_plain_and_relative() -> None:
    assert entries(REPORTS["error"], anchors=ANCHORS)[0]["location"] == {
        "path": "deploy/nginx/csp, 100%.conf",
        "lines": {"begin": 12},
    }
    assert [each["location"]["path"] for each in entries(REPORTS["saved"])] == ["saved/shop page.html"] * 4
    assert [each["location"]["path"] for each in entries(REPORTS["policy"])] == ["policy/index"]


def test_lines_of_a_file() -> None:
    assert [each["location"]["lines"]["begin"] for each in entries(REPORTS["saved"])] == [1, 3, 7, 12]


def test_every_finding_is_there() -> None:
    assert len(entries(many(30))) == 30


def test_the_first_entry_names_the_verdict_and_every_entry_what_to_send() -> None:
    """GitLab shows no field but the description (CodequalityDegradationEntity)."""
    descriptions = [each["description"] for each in entries(REPORTS["answered"])]
    assert descriptions[0] == (
        f"The Velaro live chat loads, but parts of it fail. VEL011 missing-connect-source: {ERROR.message} "
        "[connect-src https://*.velaro.com] Send: connect-src 'self' https://*.velaro.com wss://*.velaro.com"
    )
    assert descriptions[2].endswith("own content. Send: X-Frame-Options: SAMEORIGIN")
    assert [text for text in descriptions[1:] if text.startswith("The Velaro")] == []
    assert descriptions[1].endswith(
        "] Check first: script-src 'self' 'nonce-{NONCE}' 'strict-dynamic' https://app-cdn.velaro.com"
    )


def test_a_description_is_bounded() -> None:
    (entry,) = entries(a_report(about(replace(ERROR, message="word " * 2000))))
    assert len(entry["description"]) == 4000


def test_no_log_obeys_it_and_no_nonce_is_there_to_be_copied() -> None:
    for name in ("hostile", "hostile-answer"):
        written = write_gitlab(REPORTS[name], PACKS)
        assert not re.search(r"##[A-Za-z]*\[|^\s*::", written, re.MULTILINE)
        assert "c2VjcmV0" not in written
