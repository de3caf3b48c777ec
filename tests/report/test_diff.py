"""Revisions: the directives an edit touches read as they will, and what goes is named."""

from __future__ import annotations

import pytest

from csplint.csp.edit import Replacement, apply
from csplint.model import Edit
from csplint.report.diff import RevisedDirective, Revision, revise

POLICY = "default-src 'self'; img-src 'self' data:; frame-src 'none'"


def edit(old: str, new: str, *, after: bool = False) -> Edit:
    """Replace `old` by `new`, or put `new` after it."""
    start = POLICY.index(old)
    end = start + len(old)
    return Edit(kind="policy", policy=0, start=end if after else start, end=end, text=new)


def directive(text: str, *added: str) -> RevisedDirective:
    return RevisedDirective(text, tuple((text.index(each), text.index(each) + len(each)) for each in added))


CASES = [
    (
        "a source comes",
        [edit("data:", " https://a.example", after=True)],
        Revision((directive("img-src 'self' data: https://a.example", "https://a.example"),), ()),
    ),
    ("a source goes", [edit(" data:", "")], Revision((directive("img-src 'self'"),), ("data:",))),
    (
        "a source is exchanged",
        [edit("'none'", "blob:")],
        Revision((directive("frame-src blob:", "blob:"),), ("'none'",)),
    ),
    (
        "a directive comes",
        [edit("'none'", "; font-src *", after=True)],
        Revision((directive("font-src *", "font-src *"),), ()),
    ),
    ("a directive goes", [edit("; img-src 'self' data:", "")], Revision((), ("img-src 'self' data:",))),
    ("the only directives go", [edit(POLICY, "")], Revision((), (POLICY,))),
    (
        "two edits, given front to back, at positions of the original",
        [edit("'self'", " https://a.example", after=True), edit("data:", " https://b.example", after=True)],
        Revision(
            (
                directive("default-src 'self' https://a.example", "https://a.example"),
                directive("img-src 'self' data: https://b.example", "https://b.example"),
            ),
            (),
        ),
    ),
    ("no edit", [], Revision((), ())),
]


@pytest.mark.parametrize(("edits", "revision"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_revise(edits: list[Edit], revision: Revision) -> None:
    assert revise(POLICY, edits) == revision


@pytest.mark.parametrize("edits", [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_the_directives_are_those_of_the_edited_policy(edits: list[Edit]) -> None:
    """csp.edit makes the fixes' edits, so both must mean the same by a position."""
    made = apply(POLICY, [Replacement(each.start or 0, each.end or 0, each.text) for each in edits])
    whole = [part.strip() for part in made.split(";")]
    assert all(each.text in whole for each in revise(POLICY, edits).directives)


def test_positions_outside_the_policy_do_not_raise() -> None:
    far = Edit(kind="policy", policy=0, start=900, end=10, text=" x")
    assert [each.text for each in revise(POLICY, [far]).directives] == ["frame-src 'none' x"]
