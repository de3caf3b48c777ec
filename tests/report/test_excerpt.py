"""Excerpts: the carets are under the right text, whatever was escaped, folded, wide or left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csplint.report.escape import cell_width, pieces
from csplint.report.excerpt import excerpt, fits

CASES = [
    # text, marked part, room, the two lines
    ("img-src 'self' data:", "data:", 80, ("img-src 'self' data:", "               ^^^^^")),
    ("img-src 日本 data:", "data:", 80, ("img-src 日本 data:", "             ^^^^^")),
    ("img-src 日本 data:", "日本", 80, ("img-src 日本 data:", "        ^^^^")),
    ("img-src e\u0301 data:", "data:", 80, ("img-src e\u0301 data:", "          ^^^^^")),
    ("img-src \x1b data:", "\x1b", 80, (r"img-src \x1b data:", "        ^^^^")),
    ("img-src 'self'\n        data:", "data:", 80, ("img-src 'self' data:", "               ^^^^^")),
    ("img-src ##[x] data:", "data:", 80, (r"img-src ##\[x] data:", "               ^^^^^")),
    ("img-src", "", 80, ("img-src", "^")),  # an empty span: where something is missing
    (
        "img-src https://a.example https://b.example https://c.example https://d.example",
        "https://c.example",
        40,
        ("img-src … https://c.example …", "          ^^^^^^^^^^^^^^^^^"),
    ),
    (
        "img-src https://a.example https://b.example https://c.example",
        "https://c.example",
        50,
        ("img-src … https://b.example https://c.example", "                            ^^^^^^^^^^^^^^^^^"),
    ),
    (
        "img-src https://a.example https://b.example https://c.example",
        "img-src",
        40,
        ("img-src https://a.example …", "^^^^^^^"),
    ),
    # within a token that is too long, as much of it as fits
    ("https://a.example/b/c", "/b", 12, ("…ample/b/c", "      ^^")),
    # a first word that would leave no room for the marked part is given up
    ("https://a.example b c", "b", 20, ("… b c", "  ^")),
    # a character too wide to be shown is marked by its ellipsis
    ("[[ [\x1b\u202e\U000e0041", "[\x1b\u202e\U000e0041", 20, (r"[[ [\x1b…", "   ^^^^^^")),
    (
        "img-src " + "x" * 10_000 + " data:",
        "x" * 10_000,
        41,
        ("img-src " + "x" * 15 + "…" + "x" * 15 + "…", " " * 8 + "^" * 31),
    ),
]


@pytest.mark.parametrize(("text", "part", "room", "lines"), CASES)
def test_excerpt(text: str, part: str, room: int, lines: tuple[str, str]) -> None:
    start = text.index(part)
    shown = excerpt(text, [(start, start + len(part))], room=room)
    assert (shown.text, shown.carets) == lines


def test_several_spans_and_another_mark() -> None:
    shown = excerpt("a bb ccc", [(0, 1), (5, 8)], room=60, caret="+")
    assert shown.carets == "+    +++"


def test_no_span_no_marks() -> None:
    assert excerpt("img-src *", [], room=60).carets == ""


def test_the_empty_span_at_the_end_stands_after_the_text() -> None:
    assert excerpt("img-src", [(7, 7)], room=60).carets == "       ^"


FITS = [("日本", 4, True), ("日本", 3, False), ("a  b", 3, True)]


@pytest.mark.parametrize(("text", "room", "fit"), FITS)
def test_fits(text: str, room: int, fit: bool) -> None:
    assert fits(text, room) is fit


def column_slice(text: str, start: int, end: int) -> str:
    """The text in these columns of a terminal row, character by character."""
    row = ""
    column = 0
    for char in text:
        if start <= column < end:
            row += char
        column += cell_width(char)
    return row


@given(st.text("ab日 \x1b\u202e#[\n", max_size=60), st.data(), st.integers(20, 70))
def test_the_marked_columns_show_the_marked_text(text: str, data: st.DataObject, room: int) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    shown = excerpt(text, [(start, end)], room=room)
    assert cell_width(shown.text) <= room
    assert shown.carets.lstrip(" ").strip("^") == ""
    first = shown.carets.index("^")
    marked = column_slice(shown.text, first, len(shown.carets))
    expected = "".join(pieces(text, fold=True)[start:end])
    unguarded = marked.replace("\\[", "[")
    if "…" in marked:
        head, tail = unguarded.split("…")
        assert expected.startswith(head)
        assert expected.endswith(tail)
    elif expected:
        assert unguarded == expected
    else:
        assert len(shown.carets) == first + 1
