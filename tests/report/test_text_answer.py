"""The answer stands first: the verdict, what to send instead, and what is left to do."""

from __future__ import annotations

from io import StringIO

import pytest

from csplint import check_policy
from csplint.model import Corrected, HeaderChange, MetaChange, Place, Proof, TagChange, TargetReport, Verdict
from csplint.report.terminal import Lines, Look
from csplint.report.text.answer import write_answer
from csplint.report.to_send import directives, to_send


def written(**fields: object) -> list[str]:
    out = StringIO()
    write_answer(Lines(out, Look(colour=False, width=100)), TargetReport(target="t", **fields))  # type: ignore[arg-type]
    return out.getvalue().splitlines()


STATES = [("works", "✓"), ("partly", "!"), ("broken", "✗"), ("unknown", "?")]


@pytest.mark.parametrize(("state", "mark"), STATES)
def test_the_verdict_is_the_first_line(state: str, mark: str) -> None:
    verdict = Verdict(state=state, text="The chat.", browsers={"safari": "broken"})  # type: ignore[arg-type]
    assert written(verdict=verdict) == [f"{mark} The chat.", "  In Safari it does not load."]


def test_an_absent_widget_has_the_mark_of_what_it_would_be() -> None:
    first, second = written(verdict=Verdict(state="absent", text="None.", if_added="broken"))
    assert first == "✗ None."
    assert second.startswith("  If the page does not use it, add --vendor auto")


def test_no_widget_is_said_first() -> None:
    assert written(no_widget="No chat.") == ["No chat."]


def test_a_header_that_is_no_policy_is_printed_as_it_is_sent() -> None:
    header = HeaderChange(
        "replace", "Permissions-Policy", "camera=(self https://a)", 'camera=(self "https://a"), usb=()'
    )
    lines = written(corrected=Corrected(headers=(header,), proof=Proof("works", 0, 0)))
    assert '    Permissions-Policy: camera=(self "https://a"), usb=()' in lines


def test_a_policy_that_blocks_more_says_so() -> None:
    header = HeaderChange("replace", "Content-Security-Policy", "img-src a style-src b", "img-src a; style-src b", 0)
    proof = Proof("works", 0, 0, still_allowed=False)
    policies = check_policy("img-src a style-src b").targets[0].policies
    lines = written(corrected=Corrected(headers=(header,), proof=proof), policies=policies)
    text = " ".join(" ".join(lines).split())
    assert "It blocks some of what is allowed now: read what changes." in text
    assert "nothing that is allowed now is blocked" not in text


def test_the_nonce_s_step_is_there_only_where_its_place_is_printed() -> None:
    nonced = "script-src 'nonce-8IBTHwOdqNKAWeKl7plt8g=='"
    kept = HeaderChange("keep", "Content-Security-Policy", nonced, nonced, 0)
    changed = HeaderChange("replace", "Content-Security-Policy", nonced, f"{nonced}; img-src 'self'", 0)
    step = Corrected(headers=(kept,), steps=("Do this.",), proof=Proof("works", 0, 0))
    assert "{NONCE}" not in " ".join(written(corrected=step))
    assert "Replace {NONCE}" in " ".join(written(corrected=Corrected(headers=(changed,), proof=Proof("works", 0, 0))))


def test_what_is_left_is_not_said_to_load() -> None:
    header = HeaderChange("replace", "Content-Security-Policy", "sandbox", "sandbox allow-forms", 0)
    text = " ".join(written(corrected=Corrected(headers=(header,), proof=Proof("works", 1, 0))))
    assert "1 error about the page is left for you to fix" in text
    assert "allows what the page loads" not in text


def test_only_what_changes_is_marked_and_printed() -> None:
    header = HeaderChange("replace", "Content-Security-Policy", "img-src a; font-src b", "img-src a; font-src b c", 0)
    kept = HeaderChange("keep", "Content-Security-Policy-Report-Only", "img-src z", "img-src z", 1)
    lines = written(corrected=Corrected(headers=(header, kept), proof=Proof("works", 0, 0)))
    assert "  Try this policy. It was checked: it allows what the page loads." in lines
    policy = lines.index("    Content-Security-Policy:")
    assert lines[policy + 1 :] == [
        "      img-src a;",
        "      font-src b",
        "    +   c",
        "",
        "  copy   csplint fix t --as header",
    ]


def test_a_policy_to_drop_a_meta_element_a_tag_and_a_step() -> None:
    corrected = Corrected(
        headers=(HeaderChange("remove", "Content-Security-Policy", "img-src a", None, 0),),
        metas=(MetaChange("replace", "img-src a", "img-src b", 1, Place(3, 1)),),
        tags=(TagChange(Place(7, 1), "nonce", "the nonce", "why"),),
        steps=("Do this.",),
        proof=Proof("partly", 0, 1),
    )
    lines = written(corrected=corrected)
    assert "    Stop sending Content-Security-Policy: img-src a" in lines
    assert "    the meta element on line 3:" in lines
    assert "  to do  Give the tag on line 7 a nonce: the nonce." in lines
    assert lines[-2] == "  to do  Do this."


def test_hostile_text_is_escaped() -> None:
    header = HeaderChange("replace", "Content-Security-Policy", None, "img-src \x1b[31m\u202e", 0)
    lines = written(
        verdict=Verdict(state="broken", text="\x1b]0;x"),
        corrected=Corrected(headers=(header,), proof=Proof("works", 0, 0)),
    )
    assert not {"\x1b", "\u202e"} & set("".join(lines))


SPLIT = [
    ("", []),
    ("img-src a", ["img-src a"]),
    ("img-src a; font-src b;", ["img-src a;", "font-src b"]),
    ("img-src a, font-src b; style-src c", ["img-src a,", "font-src b;", "style-src c"]),
]


@pytest.mark.parametrize(("text", "expected"), SPLIT)
def test_each_directive_is_a_line(text: str, expected: list[str]) -> None:
    assert directives(text) == expected


def test_every_nonce_gives_way_to_its_place() -> None:
    assert to_send("script-src 'nonce-abc' 'NONCE-d+e=='") == "script-src 'nonce-{NONCE}' 'nonce-{NONCE}'"
