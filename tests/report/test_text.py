"""The text report as people see it: whole outputs in golden/, and the promises a reader of a log relies on."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from msgspec.structs import replace

from csplint.model import (
    BrowserVerdict,
    Console,
    Edit,
    Finding,
    Fix,
    Place,
    Report,
    Skipped,
    Span,
    TargetFault,
    TargetReport,
)
from csplint.report.options import NEWS, Show
from csplint.report.terminal import Look
from csplint.report.text.report import write_text
from csplint.report.words import disagreement
from tests.report.expected import check_golden
from tests.report.samples import (
    CLEAN,
    ERROR,
    FAILED,
    INFO,
    PAGE,
    POLICY,
    REQUIREMENTS,
    WARNING,
    a_policy,
    a_report,
    insertion,
    span_of,
)


def text_of(
    report: Report,
    show: Show = NEWS,
    *,
    colour: bool = False,
    width: int = 100,
    runner: bool = False,
    links: bool = False,
) -> str:
    out = io.StringIO()
    write_text(report, out, Look(colour=colour, width=width, runner=runner, links=links), show)
    return out.getvalue()


def about(*findings: Finding) -> TargetReport:
    return replace(PAGE, findings=findings, requirements=(), skipped=())


LONG = "script-src 'self' " + " ".join(f"https://host-{n}.example" for n in range(60)) + "; img-src *"
HOSTILE_POLICY = (
    "connect-src 'self'\n::error::no \x1b[2J ##[error]no \u202eofni \ud800 [link=https://evil]ok[/link] ]]> <script> "
    + "x" * 10_000
)
HOSTILE = replace(
    PAGE,
    target="::error::https://shop.example/\r\n##[error]no",
    final_url="https://shop.example/\x1b]0;title\x07",
    platforms=("<script>alert(1)</script>", "[link=https://evil]ok[/link]"),
    policies=(a_policy(HOSTILE_POLICY),),
    limits=("could not read https://a.example/" + "y" * 10_000 + ".js",),
    requirements=(replace(REQUIREMENTS[1], needs="https://\x1b[31m日本.example", why="##[group]no"),),
    skipped=(Skipped("SEC009", "]]>\n::warning::no"),),
    findings=(
        replace(
            ERROR,
            message="the source \x9b31m\u2028 is\ud800 no ##[error]source\n::error::no",
            cause="\u202eesrever",
            span=span_of("[link=https://evil]ok[/link]", HOSTILE_POLICY),
            fix=Fix(
                "::add-mask::no",
                "safe",
                (
                    insertion("'self'", " wss://a.example\n::error::no", HOSTILE_POLICY),
                    Edit(kind="server", text="::error::no\n##[error]no\n\tadd_header"),
                ),
            ),
            docs="https://docs.example/\x1b]8;;",
        ),
        replace(
            ERROR,
            message="a token of 10 kB",
            fix=None,
            browsers={"::error::": BrowserVerdict(blocked=True)},
            span=span_of("x" * 10_000, HOSTILE_POLICY),
        ),
    ),
)
OTHER_EDITS = replace(
    INFO,
    place=None,
    fix=Fix(
        "Send one policy",
        "unsafe",
        (
            Edit(kind="remove-policy", policy=1),
            insertion("frame-src 'self' blob:", "; worker-src 'self' blob:"),
            Edit(kind="policy", policy=0, start=0, end=len("default-src 'self'; "), text=""),
            insertion("script-src 'self'", " 'wasm-unsafe-eval'"),
            Edit(kind="tag", name="nonce", text="{nonce}"),
        ),
    ),
)
PLACES = [
    replace(ERROR, message="a span in no one directive", span=Span(0, len(POLICY)), fix=None, browsers=None),
    replace(ERROR, message="no span", span=None, fix=None, browsers=None),
    replace(ERROR, message="no such directive", span=None, directive="worker-src", fix=None, browsers=None),
    replace(ERROR, message="a policy as a whole", span=None, directive=None, fix=None, browsers=None),
    replace(ERROR, message="in a meta element", policy=1, place=Place(3, 9), span=Span(16, 16), fix=None),
]
META = a_policy("img-src 'self'\n        data:", 1, delivery="meta")
LONG_FINDING = replace(
    WARNING,
    span=span_of("https://host-30.example", LONG),
    fix=Fix("Add the CDN", "safe", (insertion("https://host-59.example", " https://cdn.example", LONG),)),
)

GOLDEN: dict[str, Report] = {
    "clean": a_report(CLEAN),
    "clean-as-far-as-read": a_report(replace(CLEAN, limits=("the script https://a.example/a.js was not read",))),
    "error": a_report(about(ERROR)),
    "warning": a_report(about(WARNING)),
    "info": a_report(about(INFO)),
    "failed": a_report(FAILED),
    "several": a_report(PAGE, CLEAN, FAILED),
    "no-policy": a_report(TargetReport(target="page.html", final_url="https://shop.example/")),
    "no-target": a_report(),
    "baselined": a_report(
        replace(CLEAN, findings=(replace(ERROR, state="baselined"), replace(INFO, state="suppressed"))),
        replace(CLEAN, target="https://b.example/"),
    ),
    "places": a_report(replace(about(*PLACES), policies=(a_policy(), META))),
    "other-edits": a_report(about(OTHER_EDITS)),
    "long-directive": a_report(replace(about(LONG_FINDING), policies=(a_policy(LONG),))),
    "hostile": a_report(HOSTILE),
}


@pytest.mark.parametrize("name", list(GOLDEN))
def test_whole_output(name: str) -> None:
    check_golden(f"{name}.txt", text_of(GOLDEN[name]))


def test_whole_output_for_a_runner() -> None:
    check_golden("hostile-runner.txt", text_of(GOLDEN["hostile"], runner=True))


def test_whole_output_in_colour_with_links() -> None:
    check_golden("colour.txt", text_of(GOLDEN["several"], colour=True, links=True))


def test_whole_output_when_quiet() -> None:
    check_golden("quiet.txt", text_of(GOLDEN["several"], Show(quiet=True)))


def test_quiet_about_a_clean_page_is_silence() -> None:
    assert text_of(a_report(CLEAN), Show(quiet=True)) == ""


def test_whole_output_on_a_narrow_terminal() -> None:
    check_golden("narrow.txt", text_of(a_report(PAGE), width=20))


def test_a_wide_terminal_is_not_filled() -> None:
    assert text_of(GOLDEN["several"], width=500) == text_of(GOLDEN["several"], width=100)


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
    assert "2 of 4 requirements met" in text_of(a_report(PAGE))
    assert "clean: nothing found by 3 rules; 2 requirements met\n" in text_of(a_report(CLEAN))


def test_every_state_is_told_in_words() -> None:
    """Colour and symbols are extra: a reader without either knows as much."""
    plain = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    write_text(a_report(PAGE), plain, Look(colour=False, width=100, runner=False))
    plain.seek(0)
    shown = plain.read()
    assert [word for word in ("met +", "unmet x", "partly ~", "not applicable -") if word not in shown] == []


def test_policy_text_and_edits_are_never_wrapped() -> None:
    shown = text_of(GOLDEN["long-directive"], width=60).split("\n")
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
    gone = Edit(kind="remove-policy", policy=7)
    shown = text_of(a_report(about(replace(ERROR, fix=Fix("Do it", "safe", (edit, gone))))))
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
    code = f"import sys, csplint.report.text; print([name for name in {heavy!r} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        ((), "(advice) Think"),
        ((Edit(kind="server", text="Think"),), "(advice) Think"),
        ((insertion("self", " x"),), "(safe) Think"),
    ],
    ids=["words", "for the server", "an edit"],
)
def test_what_nobody_could_try_is_called_advice(edits: tuple[Edit, ...], told: str) -> None:
    finding = replace(ERROR, fix=Fix("Think", "safe", edits))
    assert f"  fix      {told}" in text_of(a_report(about(finding)))
