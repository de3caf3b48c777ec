"""SARIF: valid by the standard, accepted by GitHub, with stable alerts."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from csplint.model import Region, Report
from csplint.packs.merge import PackSet, load_packs
from csplint.report.location import NO_ANCHORS, Anchors
from csplint.report.sarif import report as sarif
from csplint.report.sarif.report import write_sarif
from tests.report.arbitrary import hostile_reports
from tests.report.ci_samples import (
    ANCHORS,
    FEW_EXAMPLES,
    FIXED,
    HOSTILE_ANSWERS,
    PACKS,
    REPORTS,
    SAVED,
    SNEAKY,
    a_pack,
    a_rule,
    about,
    many,
)
from tests.report.expected import check_golden
from tests.report.samples import CLEAN, ERROR, FAILED, INFO, PAGE, WARNING, a_policy, a_report
from tests.report.sarif_schema import SARIF
from tests.report.test_location import RELATIVE


@cache
def validator() -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(SARIF)
    return jsonschema.Draft202012Validator(SARIF)


def run_of(report: Report, packs: PackSet = PACKS, anchors: Anchors = NO_ANCHORS) -> dict[str, Any]:
    """The one run of the log, held against the schema and what a schema cannot say."""
    log = json.loads(write_sarif(report, packs, anchors=anchors))
    assert [(list(error.absolute_path), error.message) for error in validator().iter_errors(log)] == []
    run: dict[str, Any] = log["runs"][0]
    assert_github_takes(run)
    return run


def assert_github_takes(run: dict[str, Any]) -> None:
    """GitHub docs, "SARIF support for code scanning", where it is about more than one property."""
    rules = run["tool"]["driver"]["rules"]
    ids = [rule["id"] for rule in rules]
    assert ids == sorted(set(ids))
    for rule in rules:
        properties = rule["properties"]
        assert ("security-severity" in properties) == ("security" in properties["tags"])
        assert ("security-severity" in properties) != ("problem.severity" in properties)
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
    for place in places(run):
        assert RELATIVE.fullmatch(place["artifactLocation"]["uri"])
        region = place["region"]
        assert (region["startLine"], region["startColumn"]) < (region["endLine"], region["endColumn"])


def places(run: dict[str, Any]) -> list[dict[str, Any]]:
    notes = run["invocations"][0].get("toolExecutionNotifications", [])
    located = [location for each in (*run["results"], *notes) for location in each.get("locations", [])]
    return [location["physicalLocation"] for location in located]


def test_whole_output() -> None:
    check_golden("several.sarif.json", write_sarif(REPORTS["several"], PACKS, anchors=ANCHORS))


@pytest.mark.parametrize("anchors", [NO_ANCHORS, ANCHORS], ids=["", "anchored"])
@pytest.mark.parametrize("name", list(REPORTS))
def test_every_sample_is_valid(name: str, anchors: Anchors) -> None:
    run_of(REPORTS[name], anchors=anchors)


@FEW_EXAMPLES
@given(st.one_of(hostile_reports(), hostile_reports(HOSTILE_ANSWERS)))
def test_whatever_a_report_holds_is_a_log(report: Report) -> None:
    named = [replace(each, findings=tuple(map(_named, each.findings))) for each in report.targets]
    tool = replace(report.tool, version="1")
    run_of(replace(report, targets=tuple(named), tool=tool))


def _named(finding: Any) -> Any:
    """Ids, names and fingerprints are csplint's own: never empty, and here without a character that sorts elsewhere."""
    return replace(
        finding, rule=f"X{len(finding.rule)}", name=f"x{finding.name}", fingerprint=f"x{finding.fingerprint}"
    )


def test_the_schema_refuses_what_is_not_listed() -> None:
    log = json.loads(write_sarif(REPORTS["error"], PACKS))
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"] = "%SRCROOT%"
    assert not validator().is_valid(log)


def test_results_are_always_there() -> None:
    for name in ("clean", "known", "failed", "no-target"):
        assert run_of(REPORTS[name])["results"] == []


def test_a_result() -> None:
    (result,) = run_of(REPORTS["error"])["results"]
    length = len("connect-src 'self' https://*.velaro.com")
    assert result == {
        "ruleId": "VEL011",
        "ruleIndex": 5,
        "level": "error",
        "message": {
            "text": f"{ERROR.message}. Fix (ready): Add wss://*.velaro.com to connect-src. "
            "Send: connect-src 'self' https://*.velaro.com wss://*.velaro.com"
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "shop.example/index"},
                    "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": length + 1},
                },
                "logicalLocations": [
                    {
                        "kind": "resource",
                        "name": "https://shop.example/",
                        "fullyQualifiedName": "https://shop.example/#csp/0/connect-src",
                    }
                ],
            }
        ],
        "partialFingerprints": {"primaryLocationLineHash": "a" * 64, "csplintFinding/v1": "a" * 64},
        "webResponse": {"index": 0},
        "properties": {
            "pageUrl": "https://shop.example/",
            "policyEdits": [{"policy": 0, "start": 121, "end": 121, "text": " wss://*.velaro.com"}],
        },
    }


def test_the_fix_follows_the_sentence_whether_it_has_a_full_stop_or_not() -> None:
    finding = replace(ERROR, message="It is blocked.")
    texts = [
        run_of(a_report(about(each)))["results"][0]["message"]["text"] for each in (finding, replace(finding, fix=None))
    ]
    sent = "Send: connect-src 'self' https://*.velaro.com wss://*.velaro.com"
    assert texts == [f"It is blocked. Fix (ready): Add wss://*.velaro.com to connect-src. {sent}", "It is blocked."]


def test_a_fragment_of_the_url_does_not_hide_the_policys() -> None:
    finding = replace(ERROR, directive=None)
    page = replace(about(finding), final_url="https://shop.example/#top")
    (result,) = run_of(a_report(page))["results"]
    logical = result["locations"][0]["logicalLocations"][0]
    assert (logical["name"], logical["fullyQualifiedName"]) == (
        "https://shop.example/#top",
        "https://shop.example/#csp/0",
    )


def test_levels_from_the_worst_down_whatever_the_order() -> None:
    run = run_of(a_report(about(INFO, WARNING), replace(CLEAN, findings=(ERROR,))))
    assert [(result["ruleId"], result["level"]) for result in run["results"]] == [
        ("VEL011", "error"),
        ("SEC002", "warning"),
        ("DEL004", "note"),
    ]


def test_locations_of_files_anchors_and_pages() -> None:
    def uri_and_line(report: Report, anchors: Anchors = NO_ANCHORS) -> list[tuple[str, int, int]]:
        found = places(run_of(report, anchors=anchors))
        return [(p["artifactLocation"]["uri"], p["region"]["startLine"], p["region"]["startColumn"]) for p in found]

    lines = [(1, 1), (3, 9), (7, 1), (12, 5)]
    assert uri_and_line(REPORTS["saved"]) == [("saved/shop%20page.html", *each) for each in lines]
    assert uri_and_line(REPORTS["error"], ANCHORS) == [("deploy/nginx/csp%2C%20100%25.conf", 12, 1)]
    assert uri_and_line(REPORTS["policy"]) == [("policy/index", 1, 1)]
    assert uri_and_line(REPORTS["failed"]) == [("gone.example/index", 1, 1)]


def test_every_rule_is_described_and_those_of_no_pack_too() -> None:
    other = replace(ERROR, rule="RUN001", name="ignore-expired", pack="run", why="It\nran out.", docs="http://x")
    rules = {rule["id"]: rule for rule in run_of(a_report(about(other)))["tool"]["driver"]["rules"]}
    assert list(rules) == ["DEL004", "RUN001", "SEC002", "SEC009", "VEL001", "VEL002", "VEL011"]
    assert rules["RUN001"] == {
        "id": "RUN001",
        "name": "ignore-expired",
        "shortDescription": {"text": "ignore expired"},
        "fullDescription": {"text": "It ran out."},
        "help": {"text": "It ran out.", "markdown": "It ran out."},
        "defaultConfiguration": {"level": "error"},
        "properties": {
            "tags": ["content-security-policy", "run"],
            "precision": "high",
            "problem.severity": "error",
        },
    }


def test_a_rule_is_described_in_full() -> None:
    rule = run_of(REPORTS["clean"])["tool"]["driver"]["rules"][0]
    assert rule == {
        "id": "DEL004",
        "name": "widget-in-body",
        "shortDescription": {"text": "widget-in-body is about wss://*.example.com | <script>."},
        "fullDescription": {
            "text": "widget-in-body is about wss://*.example.com | <script>. Without it the widget stays silent."
        },
        "help": {
            "text": "widget-in-body is about wss://*.example.com | <script>. Without it the widget stays silent.\n\n"
            "Fix: Add wss://*.example.com to connect-src.\n\nSource: The [guide](x) (documented), https://docs.example/csp#a",
            "markdown": "widget-in-body is about `wss://*.example.com` `|` `<script>`. Without it the widget stays silent."
            "\n\n**Fix.** Add `wss://*.example.com` to connect-src.\n\n"
            "Source: [The `[guide](x)` (documented)](https://docs.example/csp#a)",
        },
        "helpUri": "https://docs.example/csp#a",
        "defaultConfiguration": {"level": "note"},
        "properties": {
            "tags": ["content-security-policy", "delivery"],
            "precision": "very-high",
            "problem.severity": "recommendation",
        },
    }


def test_precision_follows_the_source_and_scores_are_for_security_alone() -> None:
    rules = {rule["id"]: rule["properties"] for rule in run_of(REPORTS["clean"])["tool"]["driver"]["rules"]}
    assert [rules[each]["precision"] for each in ("VEL011", "VEL002", "VEL001")] == ["very-high", "high", "medium"]
    assert {rule: found["security-severity"] for rule, found in rules.items() if "security-severity" in found} == {
        "SEC002": "5.0",
        "SEC009": "7.5",
    }
    assert rules["SEC002"]["tags"] == ["content-security-policy", "security"]


def test_long_descriptions_are_cut_to_what_github_takes() -> None:
    rule = replace(a_rule("AAA001", "n" * 300), summary="s" * 200 + " s" * 900, why="w")
    (described,) = run_of(a_report(CLEAN), PackSet((a_pack("long", rule),)))["tool"]["driver"]["rules"]
    assert [len(described[key]["text"]) for key in ("shortDescription", "fullDescription")] == [1024, 1024]
    assert described["shortDescription"]["text"].endswith(" s …")
    assert len(described["name"]) == 255


def test_the_packs_that_csplint_ships_are_described() -> None:
    packs = load_packs(())
    rules = run_of(a_report(CLEAN), packs)["tool"]["driver"]["rules"]
    assert len(rules) == len(packs.rules)
    own = {
        "RUN001",
        "RUN002",
        "RUN003",
        "SYN035",
        "SYN036",
    }  # csplint's own README says it, which has no public address
    assert {rule["id"] for rule in rules if "helpUri" not in rule} == own


def test_what_could_not_be_checked_is_a_notification_and_closes_no_alert() -> None:
    (invocation,) = run_of(REPORTS["failed"])["invocations"]
    (note,) = invocation["toolExecutionNotifications"]
    assert invocation["executionSuccessful"] is False
    assert (note["level"], note["properties"]) == ("error", {"kind": "dns"})
    assert note["message"]["text"].startswith("https://gone.example/: could not be checked: the name gone.example")


SUCCESS = [((PAGE,), True), ((PAGE, FAILED), True), ((FAILED, FAILED), False), ((), False)]


@pytest.mark.parametrize(("targets", "successful"), SUCCESS)
def test_a_run_that_checked_nothing_was_not_successful(targets: Any, successful: bool) -> None:
    assert run_of(a_report(*targets))["invocations"][0]["executionSuccessful"] is successful


def test_what_could_not_be_read_is_a_notification() -> None:
    (note,) = run_of(REPORTS["part-read"])["invocations"][0]["toolExecutionNotifications"]
    assert note["level"] == "warning"
    assert note["message"]["text"].endswith("the script https://a.example/a.js was not read")


def test_the_name_of_the_settings_keeps_runs_apart() -> None:
    assert run_of(REPORTS["clean"], anchors=ANCHORS)["automationDetails"] == {"id": "csplint/shop/"}


def test_without_one_the_category_is_left_to_the_upload() -> None:
    """codeql-action's populateRunAutomationDetails sets `category` only where a run has no automationDetails."""
    assert "automationDetails" not in run_of(REPORTS["clean"])


REGIONS = [
    # in the file                 start        end
    (Region(12, 5, 12, 9),        (12, 5),     (12, 9)),
    (Region(12, 5, 14, 2),        (12, 5),     (14, 2)),
    (Region(12, None, 14, None),  (12, 1),     (12, 2)),  # all four numbers must be there
    (None,                        (1, 1),      (1, 2)),
]  # fmt: skip


@pytest.mark.parametrize(("region", "start", "end"), REGIONS)
def test_regions_of_a_file(region: Region | None, start: tuple[int, int], end: tuple[int, int]) -> None:
    (place,) = places(run_of(a_report(replace(SAVED, findings=(replace(INFO, region=region),)))))
    found = place["region"]
    assert (found["startLine"], found["startColumn"]) == start
    assert (found["endLine"], found["endColumn"]) == end


def test_messages_hold_no_placeholder_and_no_link() -> None:
    (result,) = run_of(a_report(about(replace(ERROR, message="{0} [ok](https://evil.example) a\nb.", fix=None))))[
        "results"
    ]
    assert result["message"]["text"] == "{{0}} [ok] (https://evil.example) a b."
    hostile = [result["message"]["text"] for result in run_of(REPORTS["hostile"])["results"]]
    assert "](" in SNEAKY
    assert not [text for text in hostile if "](" in text or "{0}" in text.replace("{{0}}", "")]


def test_answers_show_policy_headers_alone() -> None:
    policies = (
        a_policy("a 1"),
        a_policy("b 2", 1),
        a_policy("c 3", 2, disposition="report"),
        a_policy("d 4", 3, delivery="meta"),
    )
    run = run_of(a_report(replace(CLEAN, policies=policies), replace(FAILED), PAGE))
    first = {"Content-Security-Policy": "a 1, b 2", "Content-Security-Policy-Report-Only": "c 3"}
    assert run["webResponses"][0] == {"statusCode": 200, "headers": first}
    assert {result["webResponse"]["index"] for result in run["results"]} == {1}


def test_a_page_without_policy_headers_or_with_a_monstrous_one_has_no_answer() -> None:
    for policies in ((), (a_policy("a " + "x" * 20_000),)):
        run = run_of(a_report(replace(about(ERROR), policies=policies)))
        assert "webResponses" not in run
        assert "webResponse" not in run["results"][0]


def test_more_results_than_github_shows_are_cut_from_the_least_severe(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sarif.MOST_RESULTS == 5000
    monkeypatch.setattr(sarif, "MOST_RESULTS", 50)
    report = many(53, "warning")
    worst = replace(report.targets[0], target="https://b.example/", findings=(ERROR,))
    run = run_of(replace(report, targets=(*report.targets, worst)))
    assert len(run["results"]) == 50
    assert run["results"][0]["level"] == "error"
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("4 of 54 results are left out, the least severe")


def test_a_log_that_would_be_refused_for_its_size_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_BYTES", 4_000)
    run = run_of(many(200))
    assert 0 < len(run["results"]) < 200
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith(f"{200 - len(run['results'])} of 200 results are left out")


def test_the_run_has_each_targets_verdict_and_what_to_send() -> None:
    first, second, *_ = run_of(REPORTS["answers"])["properties"]["targets"]
    assert first == {
        "target": "checkout (https://shop.example/)",
        "verdict": "partly",
        "text": "The Velaro live chat loads, but parts of it fail.",
        "corrected": [
            {"action": "replace", "name": "Content-Security-Policy", "value": FIXED},
            {"action": "remove", "name": "X-Content-Security-Policy", "value": ""},
            {"action": "replace", "name": "meta", "value": "img-src 'self' data:"},
        ],
    }
    assert (second["verdict"], "corrected" in second) == ("works", False)
    assert "properties" not in run_of(REPORTS["several"])


def test_causes_are_marked_and_come_first() -> None:
    results = run_of(REPORTS["answered"])["results"]
    assert [(each["ruleId"], each["properties"].get("causeOfVerdict")) for each in results] == [
        ("VEL011", True),
        ("SEC002", None),
        ("DEL004", None),
    ]


def test_a_page_has_no_file_to_fix() -> None:
    assert [each for name in REPORTS for each in run_of(REPORTS[name])["results"] if "fixes" in each] == []


def test_no_nonce_is_there_to_be_copied() -> None:
    for name in ("hostile", "hostile-answer"):
        written = write_sarif(REPORTS[name], PACKS)
        assert "c2VjcmV0" not in written
        assert not re.search(r"##[A-Za-z]*\[", written)


def test_targets_with_the_same_answer_share_it() -> None:
    run = run_of(a_report(about(ERROR), replace(PAGE, policies=CLEAN.policies), about(ERROR)))
    assert len(run["webResponses"]) == 1
    assert {result["webResponse"]["index"] for result in run["results"]} == {0}
