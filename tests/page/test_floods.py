"""
Files and pages that would take minutes if anything were read again and again; each takes a moment.

A regression shows as a test that does not end.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint.errors import TargetError
from csplint.page.document import Document
from csplint.page.html.link_header import MAX_LINKS, link_tags
from csplint.page.html.literals import literals
from csplint.page.html.parser import Reading, read_document
from csplint.page.html.refresh import refresh_note
from csplint.page.html.xml_parser import read_xml
from csplint.page.saved.formats import read_saved

FILES = [
    b"[a]\n" * 300_000,
    b"x\n" + b"\n" * 1_000_000,
    b"<!doctype " + b"[] " * 300_000,
    b"<!doctype " + b"[" * 300_000,
    b"a:\n" * 100_000,
    b"[" * 1_000_000,
    b'{"a":1}\n' * 200_000,
    b"<" * 300_000,
    b"img-src;" * 100_000,
    b"* x\n< HTTP/1.1 200 OK\n<\n" + b"{ [1" * 500_000,
    b"* x\n" + b"< HTTP/1.1 200\n" * 50_000,
    b"/a\n" * 300_000,
]


@pytest.mark.parametrize("data", FILES, ids=range(len(FILES)))
def test_files(data: bytes) -> None:
    with pytest.raises(TargetError):
        read_saved("saved", data, None)


SCRIPTS = [
    "`\\`" + "\\`" * 400_000,
    '"\\"' + '\\"' * 400_000,
    "/*" * 400_000,
    "fetch(" * 200_000,
    "fetch(" + " " * 900_000,
]


@pytest.mark.parametrize("script", SCRIPTS, ids=range(len(SCRIPTS)))
def test_scripts(script: str) -> None:
    assert list(literals(f"fetch {script}")) == []


def test_refresh_and_links() -> None:
    assert [refresh_note(text, "https://a.example/") for text in ("0" * 8192, " " * 8192, "0.0" * 2000)] == ["", "", ""]
    assert list(link_tags(["<a>;" * 10_000, '<a>; rel="' * 5000, ',"' * 10_000, "<" * 30_000])) == []
    assert len(list(link_tags(["<a>; rel=prefetch," * 3000]))) == MAX_LINKS


def xml(body: bytes) -> Document:
    return read_document(body, "https://a.example/", charset=None, target="t", reading=Reading(xml=True))


ENTITIES = "".join(f"<!ENTITY e{number} '{f'&e{number - 1};' * 10}'>" for number in range(1, 12))
XML = [
    # page, what is said
    (b"<a>" * 200_000, "nested more than 10,000 deep"),
    (b"<a>" + b"<b/>" * 300_000, "more than 200,000 elements"),
    (f"<!DOCTYPE a [<!ENTITY e0 'a'>{ENTITIES}]><a>&e11;</a>".encode(), "long or nested entities"),
    (b"<!DOCTYPE a [<!ENTITY e '%s'>]><a/>" % (b"x" * 1000), "long or nested entities"),
]


@pytest.mark.parametrize(("body", "says"), XML, ids=range(len(XML)))
def test_xml(body: bytes, says: str) -> None:
    assert says in " ".join(xml(body).limits)


def test_entities_that_a_script_repeats() -> None:
    page = b"<!DOCTYPE html [<!ENTITY e '%s'>]><html xmlns='http://www.w3.org/1999/xhtml'><script>" % (b"x" * 64)
    assert "20,000,000 characters" in " ".join(xml(page + b"&e;" * 400_000).limits)


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet="<>/?!&;='\"[]abhtml: \n-CDATAxmlns", max_size=200))
def test_no_text_stops_the_xml_parser(text: str) -> None:
    read_xml(text)


def test_many_frames() -> None:
    page = b"<iframe srcdoc='<p onclick=1>'></iframe>" * 1000
    many = read_document(page, "https://a.example/", charset=None, target="t")
    assert len(list(many.every_request())) == 20
    assert "was not read" in many.limits[0]
