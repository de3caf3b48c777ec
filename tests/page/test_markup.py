"""What a page asks for. Most lines were held against Chromium 156."""

from __future__ import annotations

import pytest

from csplint.page.document import Document, Meta, PageRequest, Place
from csplint.page.html.parser import http_charset, read_document

URL = "https://shop.example/a/page.html"


def read(html: str | bytes, *, url: str = URL, charset: str | None = "utf-8") -> Document:
    return read_document(html.encode() if isinstance(html, str) else html, url, charset=charset, target="test")


def short(found: PageRequest) -> str:
    """Write a request as "kind url", the page's own folder left out, or "kind 'code'"."""
    request = found.request
    url = request.url.removeprefix("https://shop.example/a/").replace("https://shop.example/", "/")
    return f"{request.kind} {url}" if request.url else f"{request.kind} {request.content!r}"


CASES = [
    # scripts
    ("<script>1</script>", ["inline-script '1'"]),
    ("<script></script>", []),
    ("<script> </script>", ["inline-script ' '"]),
    ("<script src=a.js>ignored</script>", ["script a.js"]),
    ("<script src=''>1</script>", []),
    ("<script src='http://['>1</script>", []),
    ("<script type=module>1</script>", ["inline-script '1'"]),
    ("<script type=' Text/JavaScript '>1</script>", ["inline-script '1'"]),
    ("<script type='text/javascript; charset=utf-8'>1</script>", []),
    ("<script type=''>1</script>", ["inline-script '1'"]),
    ("<script type=' '>1</script>", []),
    ("<script type=application/json>1</script><script type=text/template src=x></script>", []),
    ("<script type=application/ld+json>1</script>", []),
    ("<script type=importmap>{}</script><script type=importmap src=x></script>", ["inline-script '{}'"]),
    ("<script type=speculationrules>{}</script>", ["inline-script '{}'"]),
    ("<script language=JavaScript1.2>1</script><script language=vbscript>2</script>", ["inline-script '1'"]),
    ("<script type='' language=vbscript>1</script>", ["inline-script '1'"]),
    ("<script nomodule>1</script><script nomodule src=a></script>", []),
    ("<script nomodule type=module>1</script>", ["inline-script '1'"]),
    ("<script for=WINDOW event=' onload() '>1</script>", ["inline-script '1'"]),
    ("<script for=document event=onload>1</script>", []),
    ("<script event=onclick>1</script>", ["inline-script '1'"]),
    ("<svg><script>1</script></svg>", ["inline-script '1'"]),
    ("<svg><script xlink:href=a.js /><script href=b.js xlink:href=c.js /></svg>", ["script a.js", "script b.js"]),
    ("<svg><script nomodule>1</script></svg>", ["inline-script '1'"]),
    ("<math><script>1</script></math>", []),
    ("<script src=a.js onload=x() onerror='y()'></script>", ["script a.js", "event-handler 'x()'", "event-handler 'y()'"]),
    # links
    ("<link rel=stylesheet href=a.css>", ["style a.css"]),
    ("<link rel='ALTERNATE StyleSheet' href=a.css media=print>", ["style a.css"]),
    ("<link rel=stylesheet href=a.css disabled><link rel=stylesheet href=b.css type=text/less>", []),
    ("<link rel=stylesheet href=''><link rel=stylesheet>", []),
    ("<link rel='shortcut icon' href=a.ico><link rel=apple-touch-icon href=b.png>", ["img a.ico", "img b.png"]),
    ("<link rel=mask-icon href=a.svg><link rel=manifest href=b.json>", ["img a.svg", "manifest b.json"]),
    ("<link rel=preload as=Script href=a.js><link rel=preload as=style href=b.css>", ["script a.js", "style b.css"]),
    ("<link rel=preload as=font href=a><link rel=preload as=fetch href=b>", ["font a", "connect b"]),
    ("<link rel=preload as=track href=a><link rel=preload as=video href=b><link rel=preload href=c>", ["media a"]),
    ("<link rel=preload as=document href=a><link rel=preload as=worker href=b>", []),
    ("<link rel=preload as=image href=a imagesrcset='b 1x, c 2x'>", ["img b", "img c", "img a"]),
    ("<link rel=modulepreload href=a><link rel=modulepreload as=json href=b>", ["script a", "connect b"]),
    ("<link rel=modulepreload as=style href=a><link rel=modulepreload as=worker href=b>", ["style a"]),
    ("<link rel=prefetch href=a><link rel=dns-prefetch href=b><link rel=preconnect href=c>", ["prefetch a"]),
    ("<link rel='stylesheet preload' as=style href=a>", ["style a", "style a"]),
    ("<link rel=canonical href=a><link rel=alternate href=b>", []),
    # styles
    ("<style>p{}</style>", ["inline-style 'p{}'"]),
    ("<style></style>", ["inline-style ''"]),
    ("<style type=TEXT/CSS>a</style><style type=text/less>b</style>", ["inline-style 'a'"]),
    ("<style>p{background:url(a.png)}</style>", ["inline-style 'p{background:url(a.png)}'", "img a.png"]),
    ("<style>@import 'a.css'</style>", ["inline-style \"@import 'a.css'\"", "style a.css"]),
    ("<style>@font-face{src:url(a)}</style>", ["inline-style '@font-face{src:url(a)}'", "font a"]),
    ("<p style='color:red'>", ["style-attr 'color:red'"]),
    ("<p style=''>", ["style-attr ''"]),
    ("<p style='background:url(&quot;a.png&quot;)'>", ["style-attr 'background:url(\"a.png\")'", "img a.png"]),
    ("<svg><rect fill='url(#a)' mask='url(b.svg#m)'/></svg>", ["img b.svg#m"]),
    ("<p fill='url(a.svg)'>", []),
    # handlers
    ("<p onclick=a() ONMOUSEOVER=b()>", ["event-handler 'a()'", "event-handler 'b()'"]),
    ("<p onclick=''>", ["event-handler ''"]),
    ("<p onlogin=a on=b onunload=c onhashchange=d>", []),
    ("<body onload=a onhashchange=b onlogin=c>", ["event-handler 'a'", "event-handler 'b'"]),
    ("<frameset onunload=a><frame src=b></frameset>", ["event-handler 'a'", "frame b"]),
    ("<svg onload=a><animate onbegin=b /></svg><p onbegin=c>", ["event-handler 'a'", "event-handler 'b'"]),
    ("text<body onload=late>", ["event-handler 'late'"]),
    # javascript: URLs
    ("<a href='javascript:a%28%29'>", ["javascript-url 'a()'"]),
    ("<a href=' \x01jAva\tscr\nipt:x#y'>", ["javascript-url 'x#y'"]),
    ("<a href='javascript:%C3%A9%'>", ["javascript-url '\u00e9%'"]),
    ("<area href=javascript:1><svg><a xlink:href=javascript:2 /></svg>", ["javascript-url '1'", "javascript-url '2'"]),
    ("<iframe src=javascript:1></iframe>", ["javascript-url '1'"]),
    ("<a href=/javascript:1><a href='xjavascript:1'><a href=https://x.example/>", []),
    ("<object data=javascript:1></object><embed src=javascript:1>", []),
    ("<form action=javascript:1></form>", ["form javascript:1", "javascript-url '1'"]),
    ("<button formaction=javascript:1></button>", ["form javascript:1", "javascript-url '1'"]),
    # frames, objects, pictures, media
    ("<iframe src=a></iframe><iframe></iframe><iframe src=''></iframe>", ["frame a"]),
    ("<iframe src=a srcdoc='<script>1</script>'></iframe><iframe src=about:blank></iframe>", []),
    ("<object data=a></object><embed src=b>", ["object a", "object b"]),
    ("<img src=a srcset='b 1x, c 2x'><img src=''><img>", ["img a", "img b", "img c"]),
    ("<image src=a>", ["img a"]),
    ("<picture><source srcset='a 100w,b 200w' src=x><img src=c></picture>", ["img a", "img b", "img c"]),
    ("<video poster=a><source src=b><track src=c></video>", ["img a", "media b", "media c"]),
    ("<video src=a><source src=b></video><audio src=c></audio>", ["media a", "media c"]),
    ("<source src=a><source srcset=b><track src=c>", []),
    ("<input type=IMAGE src=a><input src=b>", ["img a"]),
    ("<body background=a><table background=b><td background=c></table>", ["img a", "img b", "img c"]),
    ("<svg><image href=a /><feImage xlink:href=b /></svg>", ["img a", "img b"]),
    ("<svg><use href=#a /><use href='page.html#a'/><use href='b.svg#c'/></svg>", ["img b.svg#c"]),
    ("<a href=b ping='/c d'>", ["beacon /c", "beacon d"]),
    ("<a ping=c><a href=b ping=mailto:x>", []),
    # forms
    ("<form></form><form action=''></form><form action=go></form>", ["form page.html", "form page.html", "form go"]),
    ("<form method=Dialog action=a></form>", []),
    ("<button formaction=a></button><input type=submit formaction=b>", ["form a", "form b"]),
    ("<button type=button formaction=a></button><input formaction=b>", []),
    ("<form action=mailto:x@y.example></form>", ["form mailto:x@y.example"]),
    # what nobody asks for
    ("<template><img src=a><script>1</script><p onclick=2 style=x></template>", []),
    ("<noscript><img src=a><style>b</style></noscript>", []),
    ("<!-- <img src=a> --><textarea><img src=b></textarea><xmp><img src=c></xmp>", []),
    # declarative shadow roots
    ("<p><template shadowrootmode=open><img src=a></template></p>", ["img a"]),
    ("<p><template shadowrootmode=closed><b><i onclick=1></i></b></template></p><img src=b>", ["event-handler '1'", "img b"]),
    ("<p><template ShadowRootMode='closed'>\n<slot></slot><script>1</script></template><img src=a></p>", ["inline-script '1'", "img a"]),
    ("<p><template shadowrootmode=open><template><img src=a></template></template></p>", []),
    # base
    ("<base href=/b/><img src=a>", ["base /b/", "img /b/a"]),
    ("<img src=a><base href=/b/><base href=/c/><img src=a>", ["img a", "base /b/", "img /b/a"]),
    ("<base target=x><base href=/b/><img src=a>", ["base /b/", "img /b/a"]),
    ("<base href=data:x><img src=a>", ["base data:x", "img a"]),
    ("<base href='http://['><img src=a>", ["img a"]),
    ("<template><base href=/b/></template><img src=a>", ["img a"]),
    ("<p><template shadowrootmode=open><base href=/b/></template></p><img src=a>", ["img a"]),
    ("<form action=go></form><base href=/b/><form></form>", ["form /b/go", "base /b/", "form page.html"]),
    # formatting the parser reopens is one tag still; so is what it moves out of a table
    ("<p><b onclick=1>x<p>y<p>z", ["event-handler '1'"]),
    ("<table><img src=a><tr><td><img src=b></table>", ["img a", "img b"]),
]  # fmt: skip


@pytest.mark.parametrize(("html", "expected"), CASES, ids=[html for html, _ in CASES])
def test_requests(html: str, expected: list[str]) -> None:
    document = read(html)
    assert [short(found) for found in document.requests] == expected
    assert document.limits == ()


PLACES = [
    # html                                                   line, column, element, attribute
    ("<p>\n  <script>1</script>", (2, 3, "script", "")),
    ("<p>\r\n\r<img src=x>", (3, 1, "img", "src")),
    ("\ufeff<img src=x>", (1, 1, "img", "src")),
    ("\u00e9\U0001f600<img src=x>", (1, 3, "img", "src")),
    ("<p\n title=x\n onclick=1>", (3, 2, "p", "onclick")),
    ("<svg><a\n xlink:href='javascript:1'>", (2, 2, "svg:a", "xlink:href")),
    ("<svg><script>1</script>", (1, 6, "svg:script", "")),
    ("x\n<body\n onload=1>", (2, 1, "body", "onload")),
]


@pytest.mark.parametrize(("html", "place"), PLACES, ids=[html for html, _ in PLACES])
def test_places(html: str, place: tuple[int, int, str, str]) -> None:
    (found,) = read(html).requests
    assert (found.place.line, found.place.column, found.element, found.attribute) == place


def test_places_inside_a_sheet_are_the_pages() -> None:
    sheet, first, second = read("<p>\n<style>p{a:url(1)}\n  q{a:url(2)}</style>").requests
    assert (sheet.place, first.place, second.place) == (Place(2, 1), Place(2, 12), Place(3, 7))
    assert (first.element, first.attribute, first.written) == ("css", "", "1")


def test_what_a_style_attribute_names_is_placed_at_the_attribute() -> None:
    style, image = read("<p title=x style='a:url(1)'>").requests
    assert (style.place, style.element) == (Place(1, 12), "p")
    assert (image.place, image.element, image.attribute) == (Place(1, 12), "css", "style")


def test_metas_requests_and_scripts_share_one_count() -> None:
    document = read(
        "<head><script>1</script><meta http-equiv=Content-Security-Policy content=x>"
        "<script type=text/x>2</script><script src=a></script><body><table><img src=b><td><img src=c></table>"
    )
    assert [script.order for script in document.scripts] == [0, 2, 3]
    assert [meta.order for meta in document.metas] == [1]
    assert [(found.order, short(found)) for found in document.requests] == [
        (0, "inline-script '1'"),
        (3, "script a"),
        (4, "img b"),
        (5, "img c"),
    ]


METAS = [
    ("<meta http-equiv=Content-Security-Policy content=\"img-src 'self'\">", "content-security-policy", "img-src 'self'", True),
    ("<meta HTTP-EQUIV=CONTENT-SECURITY-POLICY-report-only content=a>", "content-security-policy-report-only", "a", True),
    ("<meta http-equiv=content-security-policy>", "content-security-policy", None, True),
    ("<meta http-equiv=content-security-policy content=''>", "content-security-policy", "", True),
    ("<body><meta http-equiv=content-security-policy content=a>", "content-security-policy", "a", False),
    ("<template><meta http-equiv=content-security-policy content=a></template>", "content-security-policy", "a", False),
    ("<body><svg><desc><meta http-equiv=content-security-policy content=a>", "content-security-policy", "a", False),
    ("<p><template shadowrootmode=open><meta http-equiv=content-security-policy content=a>", "content-security-policy", "a", False),
]  # fmt: skip


@pytest.mark.parametrize(("html", "name", "content", "counts"), METAS, ids=[row[0] for row in METAS])
def test_metas(html: str, name: str, content: str | None, counts: bool) -> None:
    (meta,) = read(html).metas
    assert meta == Meta(name, content, counts, meta.place, 0, meta.span)


@pytest.mark.parametrize(
    "html",
    [
        "<noscript><meta http-equiv=content-security-policy content=a></noscript>",
        "<meta http-equiv=' content-security-policy' content=a>",
        "<meta name=content-security-policy content=a>",
        "<!-- <meta http-equiv=content-security-policy content=a> -->",
    ],
)
def test_no_metas(html: str) -> None:
    assert read(html).metas == ()


NONCES = [
    ("<script nonce=n>1</script>", True),
    ("<script nonce=n src=a src=b></script>", False),
    ("<script nonce=n NONCE=m>1</script>", False),
    ("<script nonce=n title='a <SCRIPT b'>1</script>", False),
    ("<script nonce=n title='&lt;style'>1</script>", False),
    ("<script src=x <script nonce=n></script>", False),
    ("<script nonce=n title='< script'>1</script>", True),
    ("<svg><script nonce=n nonce=n>1</script></svg>", False),
    ("<style nonce=n>p{}</style>", True),
    ("<style nonce=n id=a id=b>p{}</style>", False),
    ("<link nonce=n rel=stylesheet href=a href=b>", False),
    ("<link nonce=n rel=stylesheet href=a>", True),
]


@pytest.mark.parametrize(("html", "nonceable"), NONCES, ids=[html for html, _ in NONCES])
def test_nonces(html: str, nonceable: bool) -> None:
    document = read(html)
    assert [(found.request.nonce, found.request.nonceable) for found in document.requests] == [("n", nonceable)]
    assert all(script.nonceable == nonceable and script.nonce == "n" for script in document.scripts)


def test_a_script_element_in_full() -> None:
    (script,) = read("\n<script SRC=/x.js integrity=sha256-q= Async class='a  b' nonce=''></script>").scripts
    assert (script.kind, script.src, script.url, script.text) == ("classic", "/x.js", "https://shop.example/x.js", "")
    assert (script.integrity, script.nonce, script.place) == ("sha256-q=", "", Place(2, 1))
    assert script.attributes == {"src": "/x.js", "integrity": "sha256-q=", "async": "", "class": "a  b", "nonce": ""}


def test_integrity_travels_with_the_request() -> None:
    script, style = read(
        "<script src=a integrity=sha256-x></script><link rel=stylesheet href=b integrity=sha384-y>"
    ).requests
    assert (script.request.integrity, style.request.integrity) == ("sha256-x", "sha384-y")


def test_the_page_itself() -> None:
    document = read("<html lang=en class='a b'><meta name=Generator content='Press 6'><base href=/b/>\r\n\0<p>")
    assert document.root_attributes == {"lang": "en", "class": "a b"}
    assert document.generators == ("Press 6",)
    assert (document.url, document.base_url) == (URL, "https://shop.example/b/")
    assert document.text.endswith("<base href=/b/>\n\0<p>")


def test_attributes_of_a_second_html_tag_are_merged() -> None:
    assert read("<html a=1><p><html a=2 b=3>").root_attributes == {"a": "1", "b": "3"}


def test_long_data_urls_are_cut_where_they_are_quoted_only() -> None:
    url = "data:image/png;base64," + "A" * 500
    (found,) = read(f"<img src='{url}'>").requests
    assert (found.request.url, found.written) == (url, url[:200])


ENCODINGS = [
    # bytes                                             charset         script text
    (b"<script>\xe9</script>", None, "\u00e9"),
    ("<script>\u00e9</script>".encode(), None, "\u00e9"),
    (b"<script>\xe9</script>", "ISO-8859-1", "\u00e9"),
    (b"<meta charset=koi8-r><script>\xc1</script>", "windows-1251", "\u0411"),
    ("<script>\u00e9</script>".encode("utf-16-le"), "utf-16", "\u00e9"),
    ("\ufeff<script>\u00e9</script>".encode("utf-16-be"), "utf-8", "\u00e9"),
    (b"<script>\xe9</script>", "no-such-charset", "\u00e9"),
    (b"<script>\xe9</script>", "utf\udc80-8", "\u00e9"),
    (b"\x1b$B\x1b(B<script>1</script>", "iso-2022-jp", "1"),
]


@pytest.mark.parametrize(("body", "charset", "text"), ENCODINGS)
def test_encodings(body: bytes, charset: str | None, text: str) -> None:
    (script,) = read(body, charset=charset).scripts
    assert script.text == text


CHARSETS = [
    (b"text/html; charset=utf-8", "utf-8"),
    (b"Text/HTML;CHARSET=Latin1 ; x=y", "Latin1"),
    (b'text/html; charset="utf\\-8"', "utf-8"),
    (b'text/html; charset="utf-8', "utf-8"),
    (b'text/html; x="a;charset=b"; charset=c', "c"),
    (b"text/html; charset=; charset=b", "b"),
    (b"text/html; charset=a; charset=b", "a"),
    (b"text/html; charset =a", None),
    (b"text/html", None),
    (b"charset=utf-8", None),
    (b"text/html, text/plain; charset=a", None),
    (b"", None),
    (b"\xff" * 100_000, None),
    (b"a/b" + b";" * 100_000, None),
]


@pytest.mark.parametrize(("header", "charset"), CHARSETS, ids=[repr(row[0][:40]) for row in CHARSETS])
def test_http_charset(header: bytes, charset: str | None) -> None:
    assert http_charset(header) == charset


@pytest.mark.parametrize("url", ["", "about:blank", "file:///tmp/page.html", "not a url", "https://\udc80/"])
def test_any_document_url_will_do(url: str) -> None:
    document = read("<base href=x><img src=https://cdn.example/a><form></form><svg><use href=b />", url=url)
    assert "img https://cdn.example/a" in [short(found) for found in document.requests]
