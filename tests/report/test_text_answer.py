"""The answer stands first: the verdict, what to send instead, and what is left to do."""

from __future__ import annotations

from io import StringIO

import pytest

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


def test_permissions_policy_is_printed_whole_one_feature_a_line() -> None:
    header = HeaderChange(
        "replace", "Permissions-Policy", "camera=(self https://a)", 'camera=(self "https://a"), usb=()'
    )
    lines = written(corrected=Corrected(headers=(header,), proof=Proof("works", 0, 0)))
    policy = lines.index("    Permissions-Policy:")
    assert lines[policy + 1 : policy + 3] == ['    + camera=(self "https://a"),', "    + usb=()"]


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
