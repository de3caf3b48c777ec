"""The HTML builder: text cannot become markup, and what the report never needs is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import turbohtml
from hypothesis import given

from csplint.report.escape import visible
from csplint.report.html import tree as html_tree
from csplint.report.html.tree import Html, code, join, link, raw_text, tag, text_of
from tests.report.test_escape import ANY_TEXT

TEXTS = [
    # text                              as written
    ("script-src 'self'", "script-src &#39;self&#39;"),
    ('<b>"&amp;"</b>', "&lt;b&gt;&quot;&amp;amp;&quot;&lt;/b&gt;"),
    ("</script><!--]]>", "&lt;/script&gt;&lt;!--]]&gt;"),
    ("a\x1b[31m\u202eb\ud800", r"a\x1b&#91;31m\u202eb\ud800"),
    ("a\r\nb", r"a\x0d\x0ab"),
    ("::error::x", "&#58;&#58;error&#58;&#58;x"),
    ("##[group]", "#&#35;&#91;group]"),
    ("##vso", "#&#35;vso"),
]


@pytest.mark.parametrize(("text", "written"), TEXTS)
def test_text(text: str, written: str) -> None:
    assert tag("span", text) == Html(f"<span>{written}</span>")
    assert tag("span", title=text) == Html(f'<span title="{written}"></span>')


@given(ANY_TEXT)
def test_a_parser_reads_back_what_is_visible(text: str) -> None:
    document = turbohtml.parse(f"<!doctype html><title>x</title>{tag('code', text, title=text).markup}")
    found = document.find("code")
    assert found is not None
    assert found.text == visible(text)
    assert found.attr("title") == visible(text, html_tree.LONGEST_COPY)
    assert [each.tag for each in document.iter_elements()] == ["html", "head", "title", "body", "code"]


CHILDREN = [
    (tag("p", "a", None, "", tag("b", "c")), "<p>a<b>c</b></p>\n"),
    (tag("meta", name="x", content="y"), '<meta name="x" content="y">\n'),
    (tag("button", "Go", hidden=True, disabled=False, aria_label=None, data_n=3), '<button hidden data-n="3">Go</button>\n'),
    (code("a<b", class_="x"), '<code dir="ltr" class="x">a&lt;b</code>'),
    (join(["<", tag("i"), None]), "&lt;<i></i>"),
    (text_of("abcdefgh", 5), "ab…gh"),
]  # fmt: skip


@pytest.mark.parametrize(("made", "markup"), CHILDREN)
def test_elements(made: Html, markup: str) -> None:
    assert made.markup == markup


REFUSED = [
    {"style": "color:red"},
    {"onclick": "x()"},
    {"ONCLICK".lower(): "x()"},
    {"href": "javascript:alert(1)"},
    {"href": "http://a.example/"},
    {"href": "//a.example/"},
    {"href": "#a b"},
    {"href": 'https://a.example/"'},
]


@pytest.mark.parametrize("attributes", REFUSED)
def test_what_is_never_wanted_is_refused(attributes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="is not allowed in the report"):
        tag("a", "x", **attributes)


LINKS = [
    ("https://docs.example/a?b=c#d", '<a href="https://docs.example/a?b=c#d" rel="noreferrer">'),
    ("http://docs.example/", "http:"),
    ("#main", "#main"),  # an address is never a link into the report
    ("javascript:alert(1)", "javascript:"),
    ("https://docs.example/\x1b]8;;", "https:"),
    ("https://docs.example/ x", "https:"),
    ("https://docs.example/\n", "https:"),
    ("https://" + "x" * 2000, "https:"),
    ("", ""),
]


@pytest.mark.parametrize(("address", "start"), LINKS)
def test_only_an_https_address_becomes_a_link(address: str, start: str) -> None:
    made = link(address).markup
    assert made.startswith(start)
    assert ("<a" in made) is start.startswith("<a")


@pytest.mark.parametrize(("name", "text"), [("style", "a</STYLE>b"), ("script", "<!--"), ("div", "x")])
def test_raw_text_cannot_end_early(name: str, text: str) -> None:
    with pytest.raises(ValueError, match="could end its"):
        raw_text(name, text)


def test_markup_is_made_in_one_module() -> None:
    """Nobody else may claim that a text is markup."""
    folder = Path(html_tree.__file__).parent
    makers = {path.name for path in folder.glob("*.py") if re.search(r"\bHtml\(", path.read_text(encoding="utf-8"))}
    assert makers == {"tree.py"}
