"""One line a finding: what a filter or an editor can rely on."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from csplint.report.concise import write_concise
from csplint.report.phrases import count_line
from tests.report.ci_samples import PACKS, REPORTS, about
from tests.report.expected import check_golden
from tests.report.samples import CLEAN, ERROR, INFO, WARNING, a_report


def test_whole_output() -> None:
    check_golden("several.concise.txt", write_concise(REPORTS["several"], PACKS))


LINES = [
    (
        "error",
        "https://shop.example/: error[VEL011] missing-connect-source: connect-src does not allow wss://*.velaro.com, so "
        "the chat's real-time connection is blocked [connect-src https://*.velaro.com]",
    ),
    (
        "warning",
        "https://shop.example/: warning[SEC002] unsafe-inline-script: script-src allows every inline script "
        "[script-src 'unsafe-inline']",
    ),
    (
        "info",
        "https://shop.example/: info[DEL004] widget-in-body: The widget's script comes before the page's own content",
    ),
    (
        "failed",
        "https://gone.example/: failed[dns] could not be checked: the name gone.example does not exist "
        "(check the spelling, or the network)",
    ),
    ("part-read", "https://clean.example/: note: the script https://a.example/a.js was not read"),
]


@pytest.mark.parametrize(("name", "line"), LINES)
def test_lines(name: str, line: str) -> None:
    first, _counts = write_concise(REPORTS[name], PACKS).splitlines()
    assert first == line


@pytest.mark.parametrize("name", ["clean", "known", "no-target"])
def test_without_new_findings_there_are_only_counts(name: str) -> None:
    assert write_concise(REPORTS[name], PACKS) == f"{count_line(REPORTS[name])}\n"


def test_every_line_but_the_last_is_about_one_thing() -> None:
    *lines, last = write_concise(REPORTS["several"], PACKS).splitlines()
    form = re.compile(r"\S+: (?:(?:error|warning|info)\[[A-Z]{3}\d{3}\] [a-z-]+: |failed\[dns\] ).+")
    assert [line for line in lines if not form.fullmatch(line)] == []
    assert len(lines) == 4
    assert last == "3 targets: 1 error, 1 warning, 1 info; 1 target could not be checked"


def test_a_saved_page_is_followed_by_line_and_column_as_far_as_they_are_known() -> None:
    """`file:line:column:` is what editors and problem matchers look for."""
    *lines, _ = write_concise(REPORTS["saved"], PACKS).splitlines()
    places = [line.removeprefix("./saved\\shop page.html").split(" ")[0] for line in lines]
    assert places == [":12:5:", ":", ":3:9:", ":7:"]


ABOUT = [
    ("img-src", "data:", " [img-src data:]"),
    ("img-src", "img-src data:", " [img-src data:]"),  # not the name twice
    ("img-src", None, " [img-src]"),
    ("img-src", "img-srcx", " [img-src img-srcx]"),
    (None, "data:", " [data:]"),
    (None, None, "blocked"),
]


@pytest.mark.parametrize(("directive", "value", "end"), ABOUT)
def test_what_a_finding_is_about(directive: str | None, value: str | None, end: str) -> None:
    finding = replace(ERROR, directive=directive, value=value)
    assert write_concise(a_report(about(finding)), PACKS).split("\n")[0].endswith(end)


COUNTS = [
    ("clean", "1 target: 0 errors, 0 warnings, 0 info"),
    ("known", "1 target: 0 errors, 0 warnings, 0 info; 1 baselined; 1 suppressed"),
    ("failed", "1 target: 0 errors, 0 warnings, 0 info; 1 target could not be checked"),
    ("no-target", "nothing was checked: there are no targets"),
]


def test_the_last_line_says_on_how_many_targets_the_widget_works() -> None:
    *lines, last = write_concise(REPORTS["answers"], PACKS).splitlines()
    assert last == f"{count_line(REPORTS['answers'])}; the widget loads in part on 3 targets, works on 1 target"
    plain = a_report(about(WARNING, ERROR, INFO))
    assert lines[:3] == write_concise(plain, PACKS).splitlines()[:3]


@pytest.mark.parametrize(("name", "line"), COUNTS)
def test_counts(name: str, line: str) -> None:
    assert count_line(REPORTS[name]) == line


def test_a_failure_without_a_reason_is_told_all_the_same() -> None:
    report = a_report(replace(CLEAN, outcome="failed", error=None))
    assert "failed[unknown] could not be checked: no reason was recorded\n" in write_concise(report, PACKS)
