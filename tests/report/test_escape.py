"""Untrusted text: what is shown is visible, no terminal or runner acts on it, and columns stay right."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csplint.report.escape import LIMIT, cell_width, guard_parts, guard_runner, pieces, visible, visible_span
from tests.report.runner import commands

ANY_TEXT = st.text(st.one_of(st.characters(), st.characters(categories=("Cs", "Cf", "Cc", "Mn", "Zs", "Lo"))))

CASES = [
    # text                     what is shown
    ("script-src 'self'", "script-src 'self'"),
    ("a\x1b[31mb", r"a\x1b[31mb"),
    ("bell\x07", r"bell\x07"),
    ("a\r\nb", r"a\x0d\x0ab"),
    ("a\tb", "a b"),
    ("\x7f\x9b", r"\x7f\x9b"),
    ("a\u2028b\u2029c", r"a\u2028b\u2029c"),
    ("a\u202eb\u2066c\u200fd", r"a\u202eb\u2066c\u200fd"),
    ("a\u200bb\ufeffc\u00add", r"a\u200bb\ufeffc\xadd"),
    ("a\ud800b", r"a\ud800b"),
    ("a\U000e0041b", r"a\U000e0041b"),  # a tag character: invisible
    ("a\ue000b", r"a\ue000b"),  # private use
    ("a\u0378b", r"a\u0378b"),  # not assigned
    ("a\u00a0b\u3000c", r"a\xa0b\u3000c"),  # white space to the eye, and no white space in a policy
    ("a\ufe0fb\u3164c", r"a\ufe0fb\u3164c"),  # a variation selector and a filler: both show nothing
    ("cafe\u0301", "cafe\u0301"),
    ("\u0301x", r"\u0301x"),  # an accent without a letter before it would be drawn on our text
    (" \u0301x", r" \u0301x"),
    ("a\u0301\u0301\u0301\u0301\u0301b", "a\u0301\u0301\u0301" + r"\u0301\u0301b"),
    ("\x1b\u0301", r"\x1b\u0301"),
    ("bücher.example 日本", "bücher.example 日本"),
    ("[link=https://evil]ok[/link]", "[link=https://evil]ok[/link]"),  # no markup is read here
    (r"C:\site\page.html", r"C:\site\page.html"),
]


@pytest.mark.parametrize(("text", "shown"), CASES)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_long_token_keeps_both_ends() -> None:
    shown = visible("begin " + "a" * 5000 + "z" * 5000 + " end")
    assert shown == "begin " + "a" * 150 + "…" + "z" * 149 + " end"


def test_a_token_of_the_limit_is_whole_and_one_more_is_cut() -> None:
    assert visible("x" * LIMIT) == "x" * LIMIT
    assert len(visible("x" * (LIMIT + 1))) == LIMIT
    assert visible("abcdefgh", 5) == "ab…gh"


@given(ANY_TEXT)
def test_nothing_unshowable_is_left(text: str) -> None:
    bad = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not [char for char in visible(text) if unicodedata.category(char) in bad]


@given(ANY_TEXT, st.integers(5, 40))
def test_escaping_twice_is_escaping_once(text: str, limit: int) -> None:
    once = visible(text, limit)
    assert visible(once, limit) == once


RUNNER_CASES = [
    ("##[error]x", r"##\[error]x"),
    ("a ###[group]x", r"a ###\[group]x"),
    ("::error::x", r"\::error::x"),
    ("  \u3000::error::x", "  \u3000\\::error::x"),  # the runner trims every kind of white space
    ("a::b::c", "a::b::c"),
    ("a\n\n \t::error::x\nb", "a\n\n \t\\::error::x\nb"),
    ("##vso[task.x]y", r"##\vso[task.x]y"),
    ("##vso", r"##\vso"),  # Azure warns of it, with the whole line
    ("##team##teamcity[x]", r"##team##\teamcity[x]"),
    ("# # [x]", "# # [x]"),
]


@pytest.mark.parametrize(("text", "guarded"), RUNNER_CASES)
def test_guard_runner(text: str, guarded: str) -> None:
    assert guard_runner(text) == guarded
    assert guard_runner(guarded) == guarded
    assert not commands(guarded)


PART_CASES = [
    (["#", "#", "[error]x"], ["#", "#", "\\[error]x"]),
    (["  ", ":", ":error::x"], ["  ", "\\:", ":error::x"]),
    (["", "a", ""], ["", "a", ""]),
]


@pytest.mark.parametrize(("parts", "guarded"), PART_CASES)
def test_a_command_in_parts_is_found(parts: list[str], guarded: list[str]) -> None:
    assert guard_parts(parts) == guarded


@given(st.lists(st.text("#[]: \t:error\u3000", max_size=6)))
def test_the_runner_finds_nothing_in_guarded_parts(parts: list[str]) -> None:
    assert not commands("".join(guard_parts([visible(part) for part in parts])))


WIDTHS = [("abc", 3), ("日本", 4), ("e\u0301", 1), ("Ａ", 2), ("\u1112\u1161\u11ab", 2), ("…", 1), ("✓", 1)]


@pytest.mark.parametrize(("text", "width"), WIDTHS)
def test_cell_width(text: str, width: int) -> None:
    assert cell_width(text) == width


SPANS = [
    # text, the part of it, columns of that part
    ("img-src 'self'", "'self'", (8, 14)),
    ("日本 'self'", "'self'", (5, 11)),
    ("e\u0301e\u0301 'self'", "'self'", (3, 9)),
    ("\x1b\u202e 'self'", "'self'", (11, 17)),
    ("a \u202e b", "\u202e", (2, 8)),
    ("日本", "本", (2, 4)),
    ("##[x] 'self'", "'self'", (7, 13)),  # the guard's backslash moves it
]


@pytest.mark.parametrize(("text", "part", "columns"), SPANS)
def test_visible_span(text: str, part: str, columns: tuple[int, int]) -> None:
    start = text.index(part)
    shown, first, last = visible_span(text, start, start + len(part))
    assert (first, last) == columns
    assert shown == guard_runner(visible(text))


def test_a_span_beyond_the_text_ends_with_it() -> None:
    assert visible_span("abc", 7, 9) == ("abc", 3, 3)


def test_folded_white_space_is_one_space() -> None:
    assert "".join(pieces("a \n\t b\x0bc", fold=True)) == r"a b\x0bc"  # a policy knows no vertical tab
    assert len(pieces("a \n\t b", fold=True)) == len("a \n\t b")
