"""What style sheets ask for."""

from __future__ import annotations

import sys

import pytest

from csplint.page.css import MAX_SHEET, style_requests

CASES = [
    ("p{background:url(a)}", ["img a"]),
    ("p{background:url( 'a b' )}", ["img a b"]),
    ('p{background:URL("a")}', ["img a"]),
    (r"p{background:u\72 l(a)}", ["img a"]),
    ("p{background:url(a), url(b); cursor:url(c), auto}", ["img a", "img b", "img c"]),
    ("p{background:url()} q{mask:url('')} r{filter:url(#f)}", []),
    ("p{mask:url(m.svg#f)}", ["img m.svg#f"]),
    ("p{background:image-set('a' 1x, url(b) 2x type('image/png'))}", ["img a", "img b"]),
    ("p{background:-webkit-image-set(url(a) 1x)}", ["img a"]),
    ("p{background:cross-fade(url(a), linear-gradient(red, blue))}", ["img a"]),
    ("p{content:'url(a)'} /* url(b) */", []),
    ("p{--x:url(a)} q{--y:{b:url(c)}}", ["img a", "img c"]),
    ("p{behavior:url(a);-moz-binding:url(b);-ms-filter:url(c);_background:url(d);*background:url(e);src:url(f)}", []),
    # nesting
    ("@media print{p{a:url(b)}}", ["img b"]),
    ("@supports (a:url(no)) {@layer x{@container (width>1px){p{a:url(b)}}}}", ["img b"]),
    ("p{a:url(b); &:hover{a:url(c)} a:hover{d:url(e)} @media print{f:url(g)}}", ["img b", "img c", "img e", "img g"]),
    ("p{a:b} q:hover{a:url(c)", ["img c"]),
    ("p;q{a:url(b)}", ["img b"]),
    # fonts
    ("@font-face{font-family:x;src:local(y),url(a) format('woff2'),url('b')}", ["font a", "font b"]),
    ("@FONT-FACE{SRC:url(a)}", ["font a"]),
    ("@media print{@font-face{src:url(a)}}", ["font a"]),
    ("@font-face{background:url(a)}", []),
    # imports
    ("@import 'a'", ["style a"]),
    ("@import url(a) layer(x) supports(display:grid) print;", ["style a"]),
    ("@IMPORT url('a');@import \"b\" screen;", ["style a", "style b"]),
    ("@charset 'x';@layer a, b;@unknown;@import 'c';", ["style c"]),
    ("<!-- @import 'a'; -->", ["style a"]),
    ("p{}@import 'a'", []),
    ("@layer a{}@import 'b'", []),
    ("@namespace url(x);@import 'a'", []),
    ("@media print{@import 'a'}", []),
    ("@import;@import url();@import #a", []),
    ("@document url(x){p{a:url(b)}}", []),
    ("", []),
    ("}} ) ] ; {a:url(b)}", ["img b"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_sheets(text: str, expected: list[str]) -> None:
    found = style_requests(text)
    assert [f"{request.kind} {request.url}" for request in found.requests] == expected
    assert found.problem == ""


DECLARATIONS = [
    ("background:url(a)", ["img a"]),
    ("a:b;c:url(d);;e:url(f)", ["img d", "img f"]),
    ("@import 'a'", []),
    ("@font-face{src:url(a)}", ["font a"]),
    ("&:hover{a:url(b)}", ["img b"]),
]


@pytest.mark.parametrize(("text", "expected"), DECLARATIONS, ids=[text for text, _ in DECLARATIONS])
def test_style_attributes(text: str, expected: list[str]) -> None:
    assert [f"{request.kind} {request.url}" for request in style_requests(text, declarations=True).requests] == expected


def test_lines_and_columns() -> None:
    found = style_requests("@import 'a';\n\n  p { background: url(b) }")
    assert [(request.line, request.column) for request in found.requests] == [(1, 9), (3, 19)]


def test_a_long_sheet_is_read_up_to_the_limit() -> None:
    found = style_requests("p{a:url(b)}" + " " * MAX_SHEET + "p{a:url(c)}")
    assert [request.url for request in found.requests] == ["b"]
    assert "longer than 500,000 characters" in found.problem


def test_numbers_without_end_do_not_hide_the_rest() -> None:
    found = style_requests("p{a:" + "1" * 5000 + ";b:url(c)} q{z:1." + "2" * 5000 + "e" + "9" * 5000 + "}")
    assert [request.url for request in found.requests] == ["c"]


@pytest.mark.parametrize("opening", ["(", "{", "[", "url((", "@media{", "a{", "image-set(", "@font-face{src:("])
def test_deep_nesting_is_said_and_survived(opening: str) -> None:
    found = style_requests("p{a:url(b)}" + opening * 20_000)
    assert found.problem == "" or "could not be parsed" in found.problem


@pytest.mark.parametrize(
    "junk", ["url(", "'", '"', "\\", "/*", "@import ", "a:url(x);", ";", "<!--", "-", "#", "u+", "\n"]
)
def test_the_work_for_a_flood_grows_with_its_length(junk: str) -> None:
    short, long = (calls("url" + junk * (length // len(junk))) for length in (4_000, 8_000))
    assert long < 3 * short


def calls(text: str) -> int:
    """The number of function calls that it takes to parse a sheet."""
    events: list[str] = []
    sys.setprofile(lambda _frame, event, _argument: events.append(event))
    try:
        style_requests(text)
    finally:
        sys.setprofile(None)
    return len(events)
