"""The text report as people see it: whole outputs in golden/, and the promises a reader of a log relies on."""

from __future__ import annotations

import io
import re
import subprocess
import sys

import pytest
from msgspec.structs import replace

from csplint.model import (
    BrowserVerdict,
    Console,
    Edit,
    Fix,
    Report,
    TargetFault,
    TargetReport,
)
from csplint.report.options import Show
from csplint.report.phrases import disagreement
from csplint.report.terminal import Look
from csplint.report.text.report import write_text
from tests.report.expected import check_golden
from tests.report.report_samples import LONG, SAMPLES, about
from tests.report.runner import commands
from tests.report.samples import (
    CLEAN,
    ERROR,
    FAILED,
    INFO,
    PAGE,
    REQUIREMENTS,
    WARNING,
    a_policy,
    a_report,
    insertion,
    span_of,
)

WHOLE = Show(verbose=True)


def text_of(
    report: Report,
    show: Show = WHOLE,
    *,
    colour: bool = False,
    width: int = 100,
    links: bool = False,
) -> str:
    out = io.StringIO()
    write_text(report, out, Look(colour=colour, width=width, links=links), show)
    return out.getvalue()


@pytest.mark.parametrize("name", ["several", "baselined", "places", "other-edits", "hostile"])
def test_whole_output(name: str) -> None:
    check_golden(f"{name}.txt", text_of(SAMPLES[name]))


LINES = [
    ("no-target", "nothing was checked: there are no targets\n"),
    (
        "no-policy",
        "  page URL  https://shop.example/\n  policy    none, so nothing is restricted\n\nclean: no findings\n",
    ),
    ("clean", "\n\nclean: no findings from 3 rules; 2 needs met\n"),
    ("clean-as-far-as-read", "\n  note      the script https://a.example/a.js was not read\n"),
    ("clean-as-far-as-read", "\nclean as far as it could be read: no findings from 3 rules; 2 needs met\n"),
    ("error", "\n1 error, 0 warnings, 0 advice\n"),
    ("warning", "\n0 errors, 1 warning, 0 advice\n"),
    ("info", "\nadvice[DEL004] widget-in-body: "),
    ("info", "\n0 errors, 0 warnings, 1 advice\n"),
    ("failed", "https://gone.example/\n  could not be checked: the name gone.example does not exist\n  hint: check "),
]


@pytest.mark.parametrize(("name", "lines"), LINES)
def test_lines(name: str, lines: str) -> None:
    assert lines in text_of(SAMPLES[name])


def test_no_line_is_a_command_to_a_runner() -> None:
    """As the sample's own text is; a backslash stands in each."""
    lines = text_of(SAMPLES["hostile"]).split("\n")
    assert not [line for line in lines if commands(line)]
    assert [line for line in lines if commands(line.replace("\\", ""))]


def test_whole_output_in_colour_with_links() -> None:
    check_golden("colour.txt", text_of(SAMPLES["several"], colour=True, links=True))


def test_quiet_shows_findings_and_failures_only() -> None:
    quiet = text_of(SAMPLES["several"], Show(quiet=True, verbose=True))
    whole = text_of(SAMPLES["several"], Show(verbose=True))
    assert set(quiet.split("\n")) < set(whole.split("\n"))
    assert re.findall(r"^\w+\[|could not be checked", quiet, re.MULTILINE) == [
        "error[", "warning[", "advice[", "could not be checked",
    ]  # fmt: skip
    for absent in ("clean.example", "platform", "not applicable", "skipped", "total"):
        assert absent in whole
        assert absent not in quiet


def test_quiet_about_a_clean_page_is_silence() -> None:
    assert text_of(a_report(CLEAN), Show(quiet=True)) == ""


def test_a_narrow_terminal_gets_sixty_columns() -> None:
    narrow = text_of(a_report(PAGE), width=20)
    assert narrow == text_of(a_report(PAGE), width=60)
    why = narrow[narrow.index("  why ") : narrow.index("  fix ")]
    assert max(map(len, why.split("\n"))) <= 60
    assert why.count("\n") > 2


def test_a_wide_terminal_is_not_filled() -> None:
    assert text_of(SAMPLES["several"], width=500) == text_of(SAMPLES["several"], width=100)


def test_the_same_report_gives_the_same_text() -> None:
    assert text_of(a_report(PAGE, FAILED)) == text_of(a_report(PAGE, FAILED))


NOT_CLEAN = {
    "failed": FAILED,
    "failed without a reason": TargetReport(target="https://a.example/", outcome="failed"),
    "failed late, with findings none": replace(CLEAN, outcome="failed", error=TargetFault("timeout", "too slow", "")),
    "an unmet requirement": replace(CLEAN, requirements=REQUIREMENTS),
    "baselined": replace(CLEAN, findings=(replace(ERROR, state="baselined"),)),
    "info": replace(CLEAN, findings=(INFO,)),
}


@pytest.mark.parametrize("target", list(NOT_CLEAN.values()), ids=list(NOT_CLEAN))
def test_only_a_clean_page_is_called_clean(target: TargetReport) -> None:
    assert "clean:" in text_of(a_report(CLEAN))
    assert "clean" not in text_of(a_report(target)).replace("clean.example", "")


def test_not_applicable_requirements_are_not_counted_as_failed() -> None:
    assert "2 of 4 needs met" in text_of(a_report(PAGE))
    assert "clean: no findings from 3 rules; 2 needs met\n" in text_of(a_report(CLEAN))


def test_every_state_is_words_in_words() -> None:
    """Colour and symbols are extra: a reader without either knows as much."""
    plain = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    write_text(a_report(PAGE), plain, Look(colour=False, width=100), WHOLE)
    plain.seek(0)
    shown = plain.read()
    assert [word for word in ("met +", "not met x", "partly met ~", "not applicable -") if word not in shown] == []


def test_policy_text_and_edits_are_never_wrapped() -> None:
    shown = text_of(SAMPLES["long-directive"], width=60).split("\n")
    after = LONG.split(";", maxsplit=1)[0] + " https://cdn.example"
    assert " " * 11 + after in shown
    assert " " * 11 + "+ https://cdn.example" in shown


def test_a_directive_too_long_to_read_is_not_repeated() -> None:
    policy = "img-src 'self' " + "x" * 10_000
    fix = Fix("Add data:", "safe", (insertion("'self'", " data:", policy),))
    finding = replace(WARNING, span=span_of("'self'", policy), fix=fix)
    shown = text_of(a_report(replace(about(finding), policies=(a_policy(policy),))))
    assert "xxxx" not in shown.split("fix  ")[1]
    assert " " * 11 + "+ data:\n" in shown


def test_what_is_to_be_copied_is_never_cut() -> None:
    token = "'sha512-" + "a" * 700 + "'"
    edits = (
        Edit(kind="header", name="Content-Security-Policy", text=f"script-src {token}"),
        insertion("frame-src 'self' blob:", f"; style-src {token}"),
    )
    shown = text_of(a_report(about(replace(ERROR, fix=Fix("Do it", "safe", edits))))).split("\n")
    assert " " * 11 + f"Content-Security-Policy: script-src {token}" in shown
    assert " " * 11 + f"style-src {token}" in shown


def test_an_edit_of_a_policy_that_is_not_there_is_left_out() -> None:
    edit = Edit(kind="policy", policy=7, start=0, end=0, text="x")
    removal = Edit(kind="remove-policy", policy=7)
    shown = text_of(a_report(about(replace(ERROR, fix=Fix("Do it", "safe", (edit, removal))))))
    assert "stop sending the policy" in shown


CONSOLES = [
    (Console("c", "f", "s"), "  Chrome says   c\n"),
    (Console("", "f", "s"), "  Firefox says  f\n"),
    (Console("", "", "s"), "  Safari says   s\n"),
]


@pytest.mark.parametrize(("console", "line"), CONSOLES)
def test_the_console_text_is_chromes_or_the_first_there_is(console: Console, line: str) -> None:
    shown = text_of(a_report(about(replace(ERROR, console=console))))
    assert line in shown
    assert shown.count(" says ") == 1


BLOCKS, PASSES = BrowserVerdict(blocked=True), BrowserVerdict(blocked=False)
DISAGREEMENTS = [
    ({"chromium": BLOCKS, "safari": PASSES}, "Chromium blocks this, Safari does not"),
    ({"chromium": BLOCKS, "firefox": BLOCKS, "safari": PASSES}, "Chromium and Firefox block this, Safari does not"),
    ({"chromium": PASSES, "firefox": PASSES, "safari": BLOCKS}, "Safari blocks this, Chromium and Firefox do not"),
    (
        {"chromium": BLOCKS, "safari": BrowserVerdict(blocked=False, why="wss: also matches https: addresses")},
        "Chromium blocks this, Safari does not; in Safari, wss: also matches https: addresses",
    ),
    ({"safari": PASSES}, "Safari does not block this"),
    ({"firefox": PASSES, "safari": PASSES}, "Firefox and Safari do not block this"),
    ({"chromium": BLOCKS, "firefox": BLOCKS, "ladybird": BLOCKS}, "Chromium, Firefox and ladybird block this"),
]


@pytest.mark.parametrize(("browsers", "sentence"), DISAGREEMENTS)
def test_disagreement(browsers: dict[str, BrowserVerdict], sentence: str) -> None:
    assert disagreement(browsers) == sentence


def test_a_link_never_carries_what_could_end_it() -> None:
    finding = replace(ERROR, docs="https://docs.example/\x1b\\##[error]")
    shown = text_of(a_report(about(finding)), colour=True, links=True)
    assert "\x1b]8;;" not in shown
    assert "\x1b]8;;https://docs.example/rules/VEL011\x1b\\" in text_of(a_report(about(ERROR)), links=True)


def test_start_up_stays_cheap() -> None:
    """`csplint check --policy` needs no terminal library, no HTTP and no HTML."""
    heavy = ("rich", "httpx", "pydantic", "turbohtml", "tinycss2", "typer")
    code = f"import sys, csplint.report.text.report; print([name for name in {heavy!r} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


@pytest.mark.parametrize(
    ("edits", "words"),
    [
        ((), "(to do) Think"),
        ((Edit(kind="server", text="Think"),), "(to do) Think"),
        ((insertion("self", " x"),), "(ready) Think"),
    ],
    ids=["words", "for the server", "an edit"],
)
def test_what_csplint_cannot_test_is_to_do(edits: tuple[Edit, ...], words: str) -> None:
    finding = replace(ERROR, fix=Fix("Think", "safe", edits))
    assert f"  fix      {words}" in text_of(a_report(about(finding)))
