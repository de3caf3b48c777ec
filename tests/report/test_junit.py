"""JUnit XML: valid, never empty, a failure only where the run fails, and no case that hides another."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from csplint.model import FailOn, Report, Skipped, Suppression
from csplint.report.ci.junit import write_junit
from tests.report.arbitrary import hostile_reports
from tests.report.ci_samples import ANSWERED, FEW_EXAMPLES, HOSTILE_ANSWERS, PACKS, REPORTS, WORKS, about
from tests.report.expected import check_golden
from tests.report.samples import CLEAN, ERROR, FAILED, INFO, PAGE, WARNING, a_report

SCHEMA = xmlschema.XMLSchema(str(Path(__file__).parent / "junit.xsd"))


def suites(report: Report) -> ET.Element:
    """The report, read back and held against the schema and its own counts."""
    written = write_junit(report, PACKS)
    SCHEMA.validate(written)
    root = ET.fromstring(written)
    for part in (root, *root):
        cases = part.findall(".//testcase")
        assert int(part.attrib["tests"]) == len(cases) > 0
        for key, name in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(part.attrib.get(key, len(part.findall(f".//{name}")))) == len(part.findall(f".//{name}"))
    return root


def outcomes(report: Report) -> dict[str, Any]:
    """What became of each case, by name."""
    return {case.attrib["name"]: [child.tag for child in case] for case in suites(report).iter("testcase")}


def test_whole_output() -> None:
    check_golden("several.junit.xml", write_junit(REPORTS["several"], PACKS))


@pytest.mark.parametrize("name", list(REPORTS))
def test_every_sample_is_valid(name: str) -> None:
    suites(REPORTS[name])


@FEW_EXAMPLES
@given(st.one_of(hostile_reports(), hostile_reports(HOSTILE_ANSWERS)))
def test_whatever_a_report_holds_is_valid(report: Report) -> None:
    cases = list(suites(report).iter("testcase"))
    assert len({case.attrib["name"] for case in cases}) == len(cases)
    assert not re.search(r"##[A-Za-z]*\[", write_junit(report, PACKS))


FAILING: list[tuple[FailOn, list[str]]] = [
    ("error", ["VEL011 missing-connect-source"]),
    ("warning", ["SEC002 unsafe-inline-script", "VEL011 missing-connect-source"]),
    ("info", ["DEL004 widget-in-body", "SEC002 unsafe-inline-script", "VEL011 missing-connect-source"]),
    ("never", []),
]


@pytest.mark.parametrize(("fail_on", "failing"), FAILING)
def test_a_case_fails_only_where_the_run_does(fail_on: FailOn, failing: list[str]) -> None:
    found = outcomes(a_report(about(ERROR, WARNING, INFO), fail_on=fail_on))
    assert [name for name, tags in found.items() if tags == ["failure"]] == failing
    assert len([name for name, tags in found.items() if tags == ["system-out"]]) == 3 - len(failing)


def test_passing_and_skipped_rules_are_cases() -> None:
    assert outcomes(a_report(PAGE)) == {
        "fetch": [],
        "DEL004 widget-in-body": ["system-out"],
        "SEC001": [],  # a rule of no pack has no name
        "SEC002 unsafe-inline-script": ["system-out"],
        "SEC009 frame-open": ["skipped"],
        "VEL001 script-host-missing": [],
        "VEL002 inline-embed-refused": [],
        "VEL011 missing-connect-source": ["failure"],
    }


def test_classes_are_packs() -> None:
    classes = {case.attrib["name"]: case.attrib["classname"] for case in suites(a_report(PAGE)).iter("testcase")}
    assert classes["fetch"] == classes["SEC001"] == "csplint"
    assert classes["VEL001 script-host-missing"] == classes["VEL011 missing-connect-source"] == "csplint.velaro"


def test_findings_of_one_rule_are_one_failure() -> None:
    """GitLab reads no second one."""
    lesser = replace(ERROR, severity="warning", message="only a warning")
    root = suites(a_report(about(ERROR, replace(ERROR, message="again"), lesser)))
    (failure,) = root.iter("failure")
    assert failure.attrib["type"] == "error"
    assert failure.attrib["message"] == f"{ERROR.message} (and 1 more)"
    assert [line for line in (failure.text or "").split("\n") if line.startswith("error: ")][1].startswith(
        "error: again"
    )
    (out,) = root.iter("system-out")
    assert (out.text or "").startswith("warning: only a warning")


def test_known_findings_are_skipped_and_a_new_one_of_the_rule_is_not() -> None:
    old = replace(ERROR, state="baselined")
    hidden = replace(ERROR, state="suppressed")
    (skipped,) = suites(a_report(about(old, hidden))).iter("skipped")
    assert skipped.attrib["message"] == "baselined and suppressed"
    assert outcomes(a_report(about(old, ERROR)))["VEL011 missing-connect-source"] == ["failure"]


REASONS = [
    # suppressions (None: baselined) of the rule's findings, what the case says
    ([Suppression("TICKET-1", None)], "suppressed: TICKET-1"),
    ([Suppression("TICKET-1", "2026-12-31")], "suppressed: TICKET-1 (until 2026-12-31)"),
    ([Suppression("TICKET-1", None), Suppression("TICKET-1", None)], "suppressed: TICKET-1"),
    ([Suppression("TICKET-1", None), Suppression("as agreed", None)], "suppressed: TICKET-1 and suppressed: as agreed"),
    ([None, Suppression('<&" ]]>', None)], 'baselined and suppressed: <&" ]]>'),
]


@pytest.mark.parametrize(("suppressions", "message"), REASONS)
def test_a_suppressed_finding_says_why(suppressions: list[Suppression | None], message: str) -> None:
    known = [
        replace(ERROR, state="suppressed" if each else "baselined", suppression=each, fingerprint=str(number))
        for number, each in enumerate(suppressions)
    ]
    (skipped,) = suites(a_report(about(*known))).iter("skipped")
    assert skipped.attrib["message"] == message


def test_the_reason_for_skipping_is_told() -> None:
    (skipped,) = suites(a_report(PAGE)).iter("skipped")
    assert skipped.attrib["message"] == "the page has no frames"


def test_what_could_not_be_checked_is_an_error() -> None:
    (suite,) = suites(a_report(FAILED))
    (case,) = suite
    (error,) = case
    assert (suite.attrib["name"], case.attrib["name"]) == ("https://gone.example/", "fetch")
    assert error.attrib["type"] == "dns"
    assert "the name gone.example does not exist" in error.attrib["message"]


def test_nothing_checked_is_not_an_empty_report() -> None:
    assert outcomes(a_report()) == {"fetch": ["skipped"]}
    assert outcomes(a_report(replace(CLEAN, passed=()))) == {"fetch": []}


def test_no_two_cases_of_several_targets_have_one_name() -> None:
    """GitLab keeps the first case of a class and name, so a second target's failure would vanish."""
    cases = list(suites(a_report(PAGE, CLEAN, FAILED)).iter("testcase"))
    assert len({(case.attrib["classname"], case.attrib["name"]) for case in cases}) == len(cases)


def test_what_could_not_be_read_is_told() -> None:
    (out,) = suites(REPORTS["part-read"]).iter("system-out")
    assert out.text == "note: the script https://a.example/a.js was not read"


def test_text_comes_back_as_it_was() -> None:
    odd = "a & b <c> \"d\" 'e' ]]> ##[x] ::y"
    (failure,) = suites(a_report(about(replace(ERROR, message=odd)))).iter("failure")
    assert failure.attrib["message"] == odd
    assert (failure.text or "").startswith(f"error: {odd} [")


def test_a_failure_begins_with_the_verdict_and_carries_what_to_send() -> None:
    failures = suites(a_report(ANSWERED, fail_on="warning")).iter("failure")
    by_severity = {each.attrib["type"]: (each.text or "").split("\n") for each in failures}
    assert by_severity["error"] == [
        "The Velaro live chat loads, but parts of it fail.",
        f"error: {ERROR.message} [connect-src https://*.velaro.com]",
        f"  cause: {ERROR.cause}",
        "  fix (ready): Add wss://*.velaro.com to connect-src",
        "  send: connect-src 'self' https://*.velaro.com wss://*.velaro.com",
        "  docs: https://docs.example/rules/VEL011",
    ]
    assert by_severity["warning"][0].startswith("warning: ")  # it is no cause


NAMES = [
    ((ANSWERED,), ["checkout (https://shop.example/)"]),
    ((ANSWERED, WORKS), ["checkout (https://shop.example/)", "https://clean.example/"]),
    ((WORKS, WORKS, WORKS), [f"https://clean.example/{end}" for end in ("", " (2)", " (3)")]),
    ((replace(WORKS, target="a\n"), replace(WORKS, target="a\\x0a")), ["a\\x0a", "a\\x0a (2)"]),
]


@pytest.mark.parametrize(("targets", "names"), NAMES)
def test_targets_have_their_configured_names_and_no_two_the_same(targets: Any, names: list[str]) -> None:
    root = suites(a_report(*targets))
    assert [suite.attrib["name"] for suite in root] == names
    fetches = [case.attrib["name"] for case in root.iter("testcase") if case.attrib["name"].startswith("fetch")]
    assert fetches == [f"fetch ({name})" for name in names] if len(names) > 1 else ["fetch"]
    cases = [case.attrib["name"] for case in root.iter("testcase")]
    assert len(set(cases)) == len(cases)


def test_a_rule_that_was_found_and_skipped_has_two_names() -> None:
    both = replace(about(ERROR), skipped=(Skipped("VEL011", "not asked"),), passed=())
    assert outcomes(a_report(both)) == {
        "fetch": [],
        "VEL011 missing-connect-source": ["failure"],
        "VEL011 missing-connect-source (2)": ["skipped"],
    }


def test_no_nonce_is_there_to_be_copied() -> None:
    assert "c2VjcmV0" not in write_junit(REPORTS["hostile-answer"], PACKS)
