"""Pages that hide what they load. What each of them requests was seen in Chromium 156, by the violations it reports."""

from __future__ import annotations

import pytest

from csplint.engine.subject import Subject, read_visits
from csplint.page.capture import Capture, Visits
from csplint.page.html.charset import response_charset

URL = "https://shop.example/"
CDN = "https://cdn.example"
HTML = "text/html; charset=utf-8"
XHTML = "application/xhtml+xml"


def read(body: str | bytes, *headers: tuple[str, str], kind: str = HTML, policy: str = "img-src 'self'") -> Subject:
    sent = [("Content-Type", kind), ("Content-Security-Policy", policy), *headers]
    return read_visits(
        Visits(
            Capture(
                target="t",
                url=URL,
                status=200,
                headers=tuple((name.encode(), value.encode("latin-1")) for name, value in sent),
                body=body if isinstance(body, bytes) else body.encode(),
            )
        )
    )


def requests(subject: Subject) -> list[str]:
    assert subject.document is not None
    found = subject.document.every_request()
    return [f"{each.request.kind} {each.request.url or each.request.content}" for each in found]


def xhtml(body: str, head: str = "") -> str:
    return f'<html xmlns="http://www.w3.org/1999/xhtml"><head>{head}</head><body>{body}</body></html>'


def in_xml(body: str) -> str:
    return f"<?xml version='1.0'?>{body}"


SVG = "http://www.w3.org/2000/svg"
CASES = [
    # body, Content-Type, requests
    (xhtml("<script/><img src='/a'/>"), XHTML, ["img https://shop.example/a"]),
    (xhtml("<style/><title><b/></title><img src='/a'/>"), XHTML, ["inline-style ", "img https://shop.example/a"]),
    (xhtml("<noscript><img src='/a'/></noscript>"), XHTML, ["img https://shop.example/a"]),
    (xhtml("<template><img src='/a'/></template>"), XHTML, []),
    (xhtml("<script><![CDATA[a<b]]></script>"), XHTML, ["inline-script a<b"]),
    (xhtml("<textarea><img src='/a'/></textarea>"), XHTML, ["img https://shop.example/a"]),
    (xhtml("<P onclick='1' onClick='2'/><p onClick='2'/>"), XHTML, ["event-handler 1"]),
    (xhtml(f"<s:svg xmlns:s='{SVG}'><s:script>1</s:script></s:svg>"), XHTML, ["inline-script 1"]),
    ("<!DOCTYPE html [<!ENTITY u '/a'>]>" + xhtml("<img src='&u;'/>"), XHTML, ["img https://shop.example/a"]),
    (f"<?xml-stylesheet href='/a.css'?>{xhtml('<p/>')}", XHTML, ["style https://shop.example/a.css"]),
    (f"<svg xmlns='{SVG}'><script>1</script></svg>", "image/svg+xml", ["inline-script 1"]),
    (in_xml(xhtml("<p onclick='1'/>")).encode("utf-16-le"), XHTML, ["event-handler 1"]),
    (in_xml("<p onclick='1'>").encode("utf-16-le"), "text/html", ["event-handler 1"]),
    (in_xml("<p onclick='1'>").encode("utf-16-be"), "text/html", ["event-handler 1"]),
    (b"<p title='\x1b$B'><img src=/a>", "text/html; charset=iso-2022-jp", []),
    ("<iframe srcdoc='<script>1</script><img src=/a>'></iframe>", HTML, ["inline-script 1", "img https://shop.example/a"]),
    ("<base href=/x/><iframe srcdoc='<base href=/y/><img src=a>'></iframe>", HTML, ["base https://shop.example/x/", "base https://shop.example/y/", "img https://shop.example/y/a"]),
    ("<iframe sandbox=allow-scripts srcdoc='<p onclick=1>'></iframe>", HTML, ["event-handler 1"]),
    ("<iframe srcdoc='<iframe srcdoc=\"&lt;img src=/a>\">'></iframe>", HTML, ["img https://shop.example/a"]),
    ("<div><template shadowrootmode=closed><slot><img src=/a></slot></template><b>k</b></div>", HTML, ["img https://shop.example/a"]),
    ("<div><template shadowrootmode='&#99;losed'><script>1</script></template></div>", HTML, ["inline-script 1"]),
    ("<div><template shadowrootmode=shut><script>1</script></template></div>", HTML, []),
    ("<ul><template shadowrootmode=closed><script>1</script></template></ul>", HTML, []),
    ("<svg><image><set attributeName=href to=/a /></image></svg>", HTML, ["img https://shop.example/a"]),
    ("<svg><animate href=#i attributeName=href values='/a;/b'/></svg>", HTML, ["img https://shop.example/a", "img https://shop.example/b"]),
    ("<svg><a><set attributeName=href to=/a /></a></svg>", HTML, []),
    ("<link rel=compression-dictionary href=/a>", HTML, ["connect https://shop.example/a"]),
    ("<input type=search onsearch=1><div onsearch=2></div>", HTML, ["event-handler 1"]),
    ("<div>" * 2000 + "<img src=/a>", HTML, ["img https://shop.example/a"]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "kind", "expected"), CASES, ids=range(len(CASES)))
def test_what_a_page_hides(body: str | bytes, kind: str, expected: list[str]) -> None:
    assert requests(read(body, kind=kind)) == expected


LINKS = [
    # Link header, requests
    (f"<{CDN}/a.css>; rel=preload; as=style", [f"style {CDN}/a.css"]),
    (f'<{CDN}/a.js>; rel="modulepreload", <{CDN}/b>; rel=prefetch', [f"script {CDN}/a.js", f"prefetch {CDN}/b"]),
    (f"<{CDN}/a,b;c>; as=script; title=\"x, <y>; rel=z\"; rel=preload", [f"script {CDN}/a,b;c"]),
    (f"<{CDN}/a.css>; rel=stylesheet, <{CDN}>; rel=preconnect", []),
    (f"<{CDN}/a>; rel=compression-dictionary", [f"connect {CDN}/a"]),
    (f"{CDN}/a; rel=preload; as=style", []),
    ("", []),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), LINKS)
def test_links_in_headers(value: str, expected: list[str]) -> None:
    subject = read("<p>a", ("Link", value))
    assert requests(subject) == expected
    assert subject.document is not None
    assert {(each.place.line, each.place.column) for each in subject.document.requests} <= {(0, 0)}


BASES = [
    # policy, the URL of the page's <script src=app.js>
    ("base-uri 'none'", f"{URL}app.js"),
    ("base-uri 'self'", f"{URL}app.js"),
    (f"base-uri {CDN}", f"{CDN}/x/app.js"),
    ("script-src 'self'", f"{CDN}/x/app.js"),
]


@pytest.mark.parametrize(("policy", "url"), BASES)
def test_a_base_that_a_policy_blocks_is_ignored(policy: str, url: str) -> None:
    subject = read(f"<base href={CDN}/x/><script src=app.js></script>", policy=policy)
    assert requests(subject) == [f"base {CDN}/x/", f"script {url}"]


def test_a_meta_policy_after_the_base_does_not_block_it() -> None:
    meta = "<meta http-equiv=Content-Security-Policy content=\"base-uri 'none'\">"
    base = f"<base href={CDN}/>"
    assert requests(read(f"<head>{base}{meta}<img src=a>"))[1] == f"img {CDN}/a"
    assert requests(read(f"<head>{meta}{base}<img src=a>"))[1] == f"img {URL}a"


SAID = [
    # body, Content-Type, further headers, what the report says
    ("<p>", HTML, [("Refresh", "0; url=/b")], "sends visitors on to 'https://shop.example/b' at once"),
    ("<meta http-equiv=refresh content='5;URL=https://b.example/'>", HTML, [], "on to 'https://b.example/' after 5 s"),
    ("<script>document.write('<meta http-equiv=Content-Security-Policy content=x>')</script>", HTML, [], "runs no scripts"),
    ("<iframe srcdoc='<meta http-equiv=Content-Security-Policy content=x>'></iframe>", HTML, [], "a policy of its own"),
    (xhtml("<p>"), XHTML, [], "not well-formed XML: mismatched tag at line 1"),
    (f"<?xml-stylesheet type='text/xsl' href='/a'?>{xhtml('<p/>')}", XHTML, [], "XSL style sheet"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "kind", "headers", "says"), SAID, ids=range(len(SAID)))
def test_what_is_not_read_is_said(body: str, kind: str, headers: list[tuple[str, str]], says: str) -> None:
    subject = read(body, *headers, kind=kind)
    assert subject.document is not None
    assert says in " ".join((*subject.notes, *subject.document.limits))


QUIET = [
    ("<meta http-equiv=refresh content=300>", []),
    (f"<meta http-equiv=refresh content='300;url={URL}#top'>", []),
    ("<p>", [("Refresh", "10")]),
    ("<meta http-equiv=refresh content='0;url=javascript:1'>", []),
    ("<script type=application/json>Content-Security-Policy</script>", []),
]


@pytest.mark.parametrize(("body", "headers"), QUIET, ids=range(len(QUIET)))
def test_visitors_who_stay_need_no_note(body: str, headers: list[tuple[str, str]]) -> None:
    assert read(body, *headers).notes == ()


CHARSETS = [
    # Content-Type headers, the charset
    (["text/html; charset=utf-8"], "utf-8"),
    (["text/html; charset=utf-8, text/html; charset=windows-1252"], "windows-1252"),
    (["text/html; charset=utf-8", "text/html"], "utf-8"),
    (["text/plain; charset=utf-8", "text/html"], None),
    (["text/html; charset=utf-8, */*; charset=x"], "utf-8"),
    (['text/html; a="b, text/html; charset=x"; charset=utf-8'], "utf-8"),
    (["text/html; charset=utf-8, nonsense"], "utf-8"),
    ([], None),
]


@pytest.mark.parametrize(("values", "charset"), CHARSETS, ids=range(len(CHARSETS)))
def test_the_charset_of_several_types(values: list[str], charset: str | None) -> None:
    assert response_charset([value.encode() for value in values]) == charset
