"""Workflow commands: escaped exactly, never forged, the worst first because only ten are kept."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from csplint.model import Fix, Region, Report
from csplint.report.ci.github import step_summary, write_github
from csplint.report.location import Anchors
from csplint.report.phrases import count_line
from tests.report.arbitrary import hostile_reports
from tests.report.ci_samples import (
    ANCHORS,
    ANSWERED,
    FEW_EXAMPLES,
    FIXED,
    HOSTILE_ANSWERS,
    PACKS,
    REPORTS,
    SAVED,
    WORKS,
    about,
    many,
)
from tests.report.expected import check_golden
from tests.report.runner import commands
from tests.report.samples import ERROR, FAILED, INFO, WARNING, a_report, insertion


class Command(NamedTuple):
    """A command as the runner reads it."""

    level: str
    properties: dict[str, str]
    message: str


def read(line: str) -> Command:
    """What actions/runner makes of a line that begins with `::` (ActionCommand.TryParseV2)."""
    info, _, data = line[2:].partition("::")
    level, _, rest = info.partition(" ")
    pairs = (pair.split("=", 1) for pair in rest.strip().split(",") if "=" in pair)
    unescaped = {key: _undone(value, ("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C")) for key, value in pairs}
    return Command(level, unescaped, _undone(data, ("\r", "%0D"), ("\n", "%0A")))


def _undone(text: str, *escapes: tuple[str, str]) -> str:
    for plain, escaped in (*escapes, ("%", "%25")):
        text = text.replace(escaped, plain)
    return text


def found(report: Report, anchors: Anchors = ANCHORS) -> list[Command]:
    return [read(line) for line in write_github(report, PACKS, anchors=anchors).split("\n") if line.startswith("::")]


def test_whole_output() -> None:
    check_golden("several.github.txt", write_github(REPORTS["several"], PACKS, anchors=ANCHORS))


@pytest.mark.parametrize("name", ["clean", "known", "no-target"])
def test_without_new_findings_there_are_only_counts(name: str) -> None:
    assert write_github(REPORTS[name], PACKS) == f"csplint: {count_line(REPORTS[name])}\n"


def test_levels_and_titles() -> None:
    commands_seen = [
        (command.level, command.properties["title"]) for command in found(a_report(about(INFO, WARNING, ERROR)))
    ]
    assert commands_seen == [("error", "csplint VEL011"), ("warning", "csplint SEC002"), ("notice", "csplint DEL004")]


def test_a_message_comes_back_as_it_was_meant() -> None:
    finding = replace(ERROR, message="100% of a,b:c %0A", directive=None, value=None, fix=None, docs="")
    (command,) = found(a_report(about(finding)))
    assert command.message == "https://shop.example/: missing-connect-source: 100% of a,b:c %0A"


def test_fix_and_documentation_stand_on_lines_of_their_own() -> None:
    (command,) = found(REPORTS["error"])
    assert command.message.split("\n")[1:] == [
        "fix (ready): Add wss://*.velaro.com to connect-src",
        "send: connect-src 'self' https://*.velaro.com wss://*.velaro.com",
        "docs: https://docs.example/rules/VEL011",
    ]


PLACES = [
    (REPORTS["error"], ANCHORS, {"file": "deploy/nginx/csp, 100%.conf", "line": "12"}),
    (REPORTS["info"], ANCHORS, {"file": "deploy/nginx/csp, 100%.conf", "line": "12"}),  # its place is the page's
    (REPORTS["error"], Anchors(), {}),
    (REPORTS["failed"], Anchors({FAILED.target: "csp.toml:3"}), {"file": "csp.toml", "line": "3"}),
    (
        a_report(replace(SAVED, target="/w/a.html", findings=(replace(INFO, region=Region(12, 5, 12, 9)),))),
        ANCHORS,
        {"file": "/w/a.html", "line": "12", "col": "5", "endColumn": "9"},
    ),  # the runner makes an absolute path relative to the checkout
    (
        a_report(replace(SAVED, findings=(replace(INFO, region=Region(12, 5, 14, 9)),))),
        ANCHORS,
        {"file": "saved/shop page.html", "line": "12", "endLine": "14"},
    ),  # columns of several lines would be refused
    (
        a_report(replace(SAVED, findings=(replace(INFO, region=Region(12, None, 12, None)),))),
        ANCHORS,
        {"file": "saved/shop page.html", "line": "12"},
    ),
]


@pytest.mark.parametrize(("report", "anchors", "place"), PLACES)
def test_file_and_line_only_where_there_is_a_file(report: Report, anchors: Anchors, place: dict[str, str]) -> None:
    (command,) = found(report, anchors)
    assert {key: value for key, value in command.properties.items() if key != "title"} == place


def test_ten_of_a_level_are_commands_and_the_rest_are_lines() -> None:
    errors = [replace(ERROR, message=f"error {n}") for n in range(11)]
    infos = [replace(INFO, message=f"info {n}") for n in range(12)]
    written = write_github(a_report(about(*infos, *errors)), PACKS).split("\n")
    assert [line[:7] for line in written[:20]] == ["::error"] * 10 + ["::notic"] * 10
    assert [line.split(": ")[-1].split(" [")[0] for line in written[20:23]] == ["error 10", "info 10", "info 11"]
    assert written[23:] == ["csplint: 1 target: 11 errors, 0 warnings, 12 info", ""]


def test_what_could_not_be_checked_comes_first_and_counts_among_the_ten() -> None:
    commands_found = found(a_report(about(*[ERROR] * 12), FAILED))
    assert commands_found[0].properties == {"title": "csplint: not checked"}
    assert commands_found[0].message.startswith("https://gone.example/: could not be checked: the name gone.example")
    assert len(commands_found) == 10


def test_a_message_is_not_longer_than_the_runner_keeps() -> None:
    (command,) = found(a_report(about(replace(ERROR, message="word " * 2000))))
    assert len(command.message) == 4000
    assert command.message.endswith("…")


def test_known_findings_are_no_annotations() -> None:
    assert found(REPORTS["known"]) == []


def test_the_first_annotation_of_a_target_names_verdict_cause_and_directive() -> None:
    first, second, third = found(REPORTS["answered"])
    assert first.level == "error"
    assert first.message.split("\n") == [
        "checkout (https://shop.example/): The Velaro live chat loads, but parts of it fail.",
        f"cause: missing-connect-source: {ERROR.message} [connect-src https://*.velaro.com]",
        "fix (ready): Add wss://*.velaro.com to connect-src",
        "send: connect-src 'self' https://*.velaro.com wss://*.velaro.com",
        "docs: https://docs.example/rules/VEL011",
    ]
    assert "connect-src 'self' https://*.velaro.com wss://*.velaro.com" in FIXED
    for other in (second, third):
        assert other.message.startswith("checkout (https://shop.example/): ")
        assert "parts of it fail" not in other.message


def test_an_annotation_that_is_no_cause_is_not_called_one() -> None:
    (command,) = found(a_report(replace(ANSWERED, findings=(WARNING,))))
    assert command.message.split("\n")[1].startswith("unsafe-inline-script: ")


def test_causes_come_first_and_every_targets_first_cause_before_anothers_second() -> None:
    others = [replace(ERROR, fingerprint=f"x{n}", message=f"other {n}") for n in range(12)]
    causes = [replace(ERROR, fingerprint=f"c{n}", message=f"cause {n}") for n in range(9)]
    verdict = replace(ANSWERED.verdict, causes=tuple(each.fingerprint for each in causes))  # type: ignore[type-var]
    big = replace(ANSWERED, verdict=verdict, findings=(*others, *causes))
    last = replace(big, target="https://b.example/", name="b", findings=(*others, *causes[:1]))
    shown = [command.message for command in found(a_report(big, last))]
    assert [message.split("\n")[0].split(" (")[0] for message in shown] == ["checkout", "b", *["checkout"] * 8]
    assert [re.findall(r"cause \d|other \d", message)[0] for message in shown] == [
        "cause 0",
        "cause 0",
        *[f"cause {n}" for n in range(1, 9)],
    ]


def test_the_log_ends_with_each_verdict_and_the_counts() -> None:
    report = a_report(ANSWERED, WORKS)
    assert write_github(report, PACKS).splitlines()[-3:] == [
        "! checkout (https://shop.example/): The Velaro live chat loads, but parts of it fail.",
        "✓ https://clean.example/: The Velaro live chat works: every need that was checked is met.",
        f"csplint: {count_line(report)}",
    ]


def test_hashes_that_the_message_only_counts_are_in_the_annotation() -> None:
    hashes = " ".join(f"'sha256-{letter * 43}='" for letter in "abcdefgh")
    fix = Fix("Add the hashes", "safe", (insertion("'unsafe-inline'", f" {hashes}"),))
    (command,) = found(a_report(about(replace(ERROR, message="script-src blocks 8 inline scripts", fix=fix))))
    assert f"send: script-src 'self' 'unsafe-inline' {hashes} https://app-cdn.velaro.com" in command.message


def test_no_nonce_is_there_to_be_copied() -> None:
    assert "c2VjcmV0" not in write_github(REPORTS["hostile-answer"], PACKS)


@FEW_EXAMPLES
@given(st.one_of(hostile_reports(), hostile_reports(HOSTILE_ANSWERS)))
def test_a_page_can_forge_no_command_and_no_property(report: Report) -> None:
    """A line is either one of our commands, with our keys in it and nothing before the message, or a line that the runner ignores."""
    for line in write_github(report, PACKS, anchors=ANCHORS).split("\n"):
        seen = set(commands(line))
        if not line.startswith("::"):
            assert not seen
            continue
        assert seen == {line}
        assert not re.search(r"##[A-Za-z]*\[", line)
        command = read(line)
        assert command.level in {"error", "warning", "notice"}
        assert set(command.properties) <= {"file", "line", "endLine", "col", "endColumn", "title"}
        assert command.properties["title"].startswith("csplint")


def test_the_summary_has_every_finding() -> None:
    summary = step_summary(many(400))
    assert [number for number in range(400) if f" finding {number} (" not in summary] == []


def test_the_summary_stays_below_what_the_runner_takes() -> None:
    summary = step_summary(many(9000))
    assert 990_000 < len(summary.encode()) < 1024 * 1024
    assert summary.endswith("more lines do not fit. The JSON report has everything.\n")
