"""A policy in a meta element is written in place: only what differs, in the attribute's own quotes and references."""

from __future__ import annotations

import html

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from csplint.engine.meta_attribute import PageText, UnwritableError, attribute_edits, read_attribute, removal
from csplint.page.document import Document
from csplint.page.html.parser import read_document
from csplint.servers.source import apply_edits

PAGE = "<!doctype html>{eol}<meta charset=utf-8><title>ü</title>{eol}<meta http-equiv=Content-Security-Policy content={value}>{eol}<p>€"


def document(data: bytes) -> Document:
    return read_document(data, "https://shop.example/", charset=None, target="page")


def content(data: bytes) -> str | None:
    [meta] = document(data).metas
    return meta.content


def changed(data: bytes, text: str) -> bytes | None:
    found = document(data)
    attribute = read_attribute(PageText(data, found), found.metas[0])
    edits = attribute_edits(attribute, text) if attribute else None
    return None if edits is None else apply_edits(data, edits)


def page(value: str, eol: str = "\n", bom: str = "") -> bytes:
    return (bom + PAGE.format(value=value, eol=eol)).encode()


WRITTEN = [
    ('"default-src x"', "default-src y", '"default-src y"'),
    (
        '"default-src &#39;self&#39;; img-scr x"',
        "default-src 'self'; img-src x",
        '"default-src &#39;self&#39;; img-src x"',
    ),
    ("'default-src &apos;self&apos;'", "default-src 'self' 'none'", "'default-src &apos;self&apos; &#39;none&#39;'"),
    ('"a &amp; b"', "a & b & c", '"a &amp; b &amp; c"'),
    ('"a&amp;b c"', "a&b", '"a&amp;b"'),
    ('"a b"', 'a "b', '"a &quot;b"'),
    ("'a b'", 'a "b', "'a \"b'"),
    ("upgrade", "upgrade-insecure-requests", "upgrade-insecure-requests"),
    ("upgrade", "upgrade; img-src 'self'", "\"upgrade; img-src 'self'\""),
    ("img-src&#32;x", "img-src x y", '"img-src&#32;x y"'),
    ("a&quot;b", 'a"b c', "'a&quot;b c'"),
    ('"img-src\r\n  x"', "img-src\n  y", '"img-src\r\n  y"'),
    ('"img-src\r\n  x"', "img-src\n  x\n  y", '"img-src\r\n  x\n  y"'),
    ('  "a"', "b", '  "b"'),
]


@pytest.mark.parametrize(("before", "text", "after"), WRITTEN)
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_only_what_differs_is_written(before: str, text: str, after: str, bom: str) -> None:
    assert changed(page(before, bom=bom), text) == page(after, bom=bom)


def test_line_ends_are_those_of_the_page() -> None:
    before = page('"img-src\r\n  x"', eol="\r\n")
    assert changed(before, "img-src\n  x\n  y") == page('"img-src\r\n  x\r\n  y"', eol="\r\n")


POLICY = st.text(st.sampled_from("ab'\"&;,<>= \n#/ü"), min_size=1, max_size=30)
QUOTES = st.sampled_from(['"', "'", ""])


def quoted(value: str, quote: str, *, references: bool) -> str:
    """The attribute as somebody writes it."""
    if not quote:
        return "".join(f"&#{ord(each)};" if each in " \n\"'<>=&`/" else each for each in value)
    escaped = html.escape(value) if references else value.replace("&", "&amp;").replace(quote, f"&#{ord(quote)};")
    return f"{quote}{escaped}{quote}"


@given(POLICY, POLICY, QUOTES, st.booleans(), st.sampled_from(["\n", "\r\n"]), st.booleans())
@example(" ", "a", "", False, "\n", True)
@example("&", "&amp;", '"', False, "\r\n", False)
def test_what_is_written_is_read_again(
    before: str, after: str, quote: str, references: bool, eol: str, bom: bool
) -> None:
    data = page(quoted(before, quote, references=references), eol, "\ufeff" if bom else "")
    if content(data) != before:  # an attribute without quotes that ends where nobody means it to
        return
    made = changed(data, after)
    if made is None:
        return
    assert content(made) == after
    found = document(data)
    span = found.metas[0].span
    assert span is not None
    offsets = PageText(data, found).offsets(*span)
    tail = len(data) - offsets[-1]
    assert made[: offsets[0]] == data[: offsets[0]]
    assert made[len(made) - tail :] == data[len(data) - tail :]


@given(POLICY, QUOTES)
def test_the_same_value_changes_nothing(value: str, quote: str) -> None:
    data = page(quoted(value, quote, references=False))
    if content(data) == value and (quote or not set(value) & set(" \n\"'<>=`")):
        assert changed(data, value) == data


@pytest.mark.parametrize("text", ["a\0b", "a\rb"])
def test_characters_that_no_attribute_keeps(text: str) -> None:
    assert changed(page('"a"'), text) is None


def test_an_attribute_with_a_null_is_not_changed() -> None:
    assert changed(page('"a\0b"'), "c") is None


def test_an_attribute_with_both_quotes_and_none_around_it() -> None:
    assert changed(page("a'b\"c"), "a 'b\"c") is None


@pytest.mark.parametrize(
    "data",
    [
        page('"a"').replace("ü".encode(), b"\xfc"),
        page('"a"').replace(b"utf-8", b"iso-8859-1"),
        PAGE.format(value='"a"', eol="\n").encode("utf-16"),
    ],
)
def test_other_encodings(data: bytes) -> None:
    with pytest.raises(UnwritableError, match="UTF-8"):
        PageText(data, document(data))


def removed(data: bytes) -> bytes | None:
    found = document(data)
    edits = removal(PageText(data, found), found.metas[0])
    return None if edits is None else apply_edits(data, edits)


@pytest.mark.parametrize("value", ['"a > b"', "'a'", "a"])
@pytest.mark.parametrize("eol", ["\n", "\r\n"])
def test_a_meta_element_is_removed(value: str, eol: str) -> None:
    data = page(value, eol)
    assert removed(data) == data.replace(f"<meta http-equiv=Content-Security-Policy content={value}>".encode(), b"")


@pytest.mark.parametrize("value", ["a'b", '"a"title="b"'])
def test_an_unusual_meta_element_is_not_removed(value: str) -> None:
    assert removed(page(value)) is None
