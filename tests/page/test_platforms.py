"""Platform marks, and where each platform's owner finds the header."""

from __future__ import annotations

import pytest

import csplint
from csplint.page.capture import Capture
from csplint.page.html.parser import read_document
from csplint.page.platforms import HEADER_PLACES, SIGNS, header_place, platforms

Headers = list[tuple[str, str]]

CASES: list[tuple[Headers, str, tuple[str, ...]]] = [
    ([("Server", "nginx/1.26.0")], "", ("nginx",)),
    ([("Server", "cloudflare"), ("CF-RAY", "8a"), ("X-Powered-By", "Express")], "", ("Cloudflare", "Express")),
    (
        [("Server", "Apache/2.4"), ("X-Powered-By", "PHP/8.3")],
        "<link href=/wp-content/x.css>",
        ("Apache", "PHP", "WordPress"),
    ),
    ([("X-Powered-By", "Next.js"), ("x-vercel-id", "fra1")], "", ("Vercel", "Next.js")),
    ([("Server", "Microsoft-IIS/10.0"), ("X-AspNet-Version", "4.0")], "", ("IIS", "ASP.NET")),
    ([], "<meta name=generator content='Wix.com Website Builder'>", ("Wix",)),
    ([("Set-Cookie", "PHPSESSID=1"), ("set-cookie", "JSESSIONID=2")], "", ("PHP", "Spring")),
    ([("X-Note", "nginx")], "nginx apache cloudflare", ()),
]


@pytest.mark.parametrize(("headers", "body", "found"), CASES)
def test_marks(headers: Headers, body: str, found: tuple[str, ...]) -> None:
    raw = tuple((name.encode(), value.encode()) for name, value in headers)
    capture = Capture(target="t", url="https://shop.example/", status=200, headers=raw, body=body.encode())
    document = read_document(body.encode(), capture.url, charset="utf-8", target="t")
    assert platforms(capture, document) == found


def test_the_innermost_platform_that_sets_headers_is_named() -> None:
    assert header_place(("Cloudflare", "nginx", "PHP")) == HEADER_PLACES["PHP"]
    assert header_place(("nginx", "Wix")) == HEADER_PLACES["nginx"]
    assert header_place(("Wix",)) == ""


def test_every_place_is_of_a_platform_with_marks() -> None:
    assert set(HEADER_PLACES) <= {sign.platform for sign in SIGNS}


def test_a_fix_names_the_users_server() -> None:
    headers = [("Server", "nginx"), ("Content-Type", "text/html"), ("Content-Security-Policy", "script-src 'self'")]
    report = csplint.check_page(b"<p>a page", headers, url="https://shop.example/", packs=["velaro"])
    fix = next(each.fix for each in report.targets[0].findings if each.name == "script-host-missing")
    assert fix is not None
    assert [edit.kind for edit in fix.edits] == ["policy", "server"]
    assert fix.edits[1].text == HEADER_PLACES["nginx"]
