"""Marks that overlap are cut into pieces that nest, and each piece knows all it lies under."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from csplint.model import SEVERITIES, DirectiveReport, Finding, Severity, Span
from csplint.report.html.highlights import Highlight, directive_highlights, split
from csplint.report.html.policies import highlighted_text
from csplint.report.html.tree import join
from tests.report.samples import ERROR, WARNING, span_of


def mark(start: int, end: int, severity: Severity = "error", number: int = 1) -> Highlight:
    return Highlight(start, end, severity, number)


CASES = [
    # marks                                                 markup, without references
    ([], "abcdef"),
    ([mark(1, 3)], 'a<mark class="error">bc</mark>def'),
    ([mark(0, 6)], '<mark class="error">abcdef</mark>'),
    # two that overlap: the part under both shows the worse of them
    ([mark(0, 4, "warning"), mark(2, 6, "error", 2)],
     '<mark class="warning">ab</mark><mark class="error">cd</mark><mark class="error">ef</mark>'),
    # one within the other
    ([mark(0, 6, "info"), mark(2, 4, "warning", 2)],
     '<mark class="info">ab</mark><mark class="warning">cd</mark><mark class="info">ef</mark>'),
    # the same twice
    ([mark(1, 2), mark(1, 2, "error", 2)], 'a<mark class="error">b</mark>cdef'),
    # nothing is marked by a gap, and what lies outside is cut off
    ([mark(3, 3)], "abcdef"),
    ([mark(-5, 2)], '<mark class="error">ab</mark>cdef'),
    ([mark(4, 99)], 'abcd<mark class="error">ef</mark>'),
    ([mark(9, 12)], "abcdef"),
    ([mark(5, 2)], "abcdef"),
]  # fmt: skip


@pytest.mark.parametrize(("marks", "markup"), CASES)
def test_marks_are_split(marks: list[Highlight], markup: str) -> None:
    assert join(highlighted_text("abcdef", marks)).markup.replace("<b>", "").replace("</b>", "") == markup


REFERENCES = [
    ([mark(1, 3)], ["abc", "1", "def"]),
    ([mark(0, 4, "warning", 2), mark(2, 6, "error", 1)], ["abcd", "2", "ef", "1"]),
    ([mark(0, 3, "info", 3), mark(1, 3, "error", 2)], ["abc", "2", "3", "def"]),  # the worse first
    ([mark(3, 3, "info", 7)], ["abc", "7", "def"]),
    ([mark(0, 0, "info", 7)], ["7", "abcdef"]),
    ([mark(6, 6, "info", 7)], ["abcdef", "7"]),
]


@pytest.mark.parametrize(("marks", "order"), REFERENCES)
def test_a_number_follows_each_mark(marks: list[Highlight], order: list[str]) -> None:
    shown = []
    for piece in split(6, marks):
        shown.append("abcdef"[piece.start : piece.end])
        shown += [str(each.number) for each in piece.ending]
    assert _merged([text for text in shown if text]) == order


def _merged(shown: list[str]) -> list[str]:
    """Neighbouring pieces of text as one: an unmarked piece may begin anywhere."""
    merged: list[str] = []
    for text in shown:
        if merged and text.isalpha() and merged[-1].isalpha():
            merged[-1] += text
        else:
            merged.append(text)
    return merged


MARKS = st.lists(
    st.builds(mark, st.integers(-3, 15), st.integers(-3, 15), st.sampled_from(SEVERITIES), st.integers(1, 9)),
    max_size=8,
)


@given(MARKS)
def test_nothing_is_lost_and_every_character_knows_its_marks(marks: list[Highlight]) -> None:
    pieces = list(split(12, marks))
    assert "".join("abcdefghijkl"[piece.start : piece.end] for piece in pieces) == "abcdefghijkl"
    for piece in pieces:
        for at in range(piece.start, piece.end):
            expected = sorted(each.number for each in marks if each.start <= at < each.end)
            assert sorted(each.number for each in piece.covering) == expected
    assert sorted(each.number for piece in pieces for each in piece.ending) == sorted(each.number for each in marks)


CONNECT = DirectiveReport(
    "connect-src", "'self' https://*.velaro.com", span_of("connect-src 'self' https://*.velaro.com")
)
FIRST = {"connect-src": CONNECT.span.start}
AT = CONNECT.span.start
PLACES = [
    (ERROR, [(19, 39)]),
    (replace(ERROR, span=None), [(0, 11)]),  # no span: the directive's name
    (replace(ERROR, span=None, directive="CONNECT-SRC"), [(0, 11)]),
    (replace(ERROR, span=None, directive="img-src"), []),
    (replace(ERROR, span=None, directive=None), []),
    (replace(ERROR, span=Span(0, AT)), []),  # ends where this begins
    (replace(ERROR, span=Span(0, AT + 3)), [(-AT, 3)]),
    (replace(ERROR, span=Span(AT + 39, AT + 39)), [(39, 39)]),  # something is missing at the end
    (WARNING, []),
]


@pytest.mark.parametrize(("finding", "marks"), PLACES)
def test_a_finding_marks_its_part_of_the_directive(finding: Finding, marks: list[tuple[int, int]]) -> None:
    found = directive_highlights(CONNECT, [(1, finding)], FIRST)
    assert [(each.start, each.end) for each in found] == marks


def test_a_duplicate_directive_is_not_the_one_in_force() -> None:
    later = DirectiveReport("connect-src", "*", Span(200, 213))
    assert directive_highlights(later, [(1, replace(ERROR, span=None))], FIRST) == []
