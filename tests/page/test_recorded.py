"""The requests that a HAR recorded are asked of the policy too."""

from __future__ import annotations

import json
from typing import Any

import pytest

from csplint import check_file
from csplint.page.capture import Capture
from csplint.page.saved.formats import read_saved

SHOP = "https://shop.example/"
POLICY = {"name": "Content-Security-Policy", "value": "default-src 'self'"}


def entry(url: str, resource: str = "", status: int = 200, **more: Any) -> dict[str, Any]:
    """One exchange; `sent` are its request's headers, `received` its response's, `content` its content."""
    sent = [{"name": name, "value": value} for name, value in more.pop("sent", {}).items()]
    received = [{"name": name, "value": value} for name, value in more.pop("received", {}).items()]
    return {
        "request": {"method": more.pop("method", "GET"), "url": url, "headers": sent},
        "response": {"status": status, "headers": received, "content": more.pop("content", {})},
        **({"_resourceType": resource} if resource else {}),
        **more,
    }


def page(html: str = "<p>a") -> dict[str, Any]:
    found = entry(SHOP, "document", content={"mimeType": "text/html", "text": html})
    found["response"]["headers"] = [{"name": "content-type", "value": "text/html"}, POLICY]
    return found


def read(*entries: dict[str, Any]) -> Capture:
    return read_saved("saved", json.dumps({"log": {"entries": list(entries)}}).encode(), None)


KINDS = [
    # the entry, the kind of request; "" for none
    (entry("https://a.example/x", "script"), "dynamic-script"),
    (entry("https://a.example/x", "stylesheet"), "style"),
    (entry("https://a.example/x", "image"), "img"),
    (entry("https://a.example/x", "xhr"), "connect"),
    (entry("https://a.example/x", "fetch"), "connect"),
    (entry("https://a.example/x", "font"), "font"),
    (entry("https://a.example/x", "ping"), "beacon"),
    (entry("wss://a.example/x", "websocket"), "ws"),
    (entry("wss://a.example/x"), "ws"),
    (entry("https://a.example/x", sent={"Sec-Fetch-Dest": "empty"}), "connect"),
    (entry("https://a.example/x", sent={"Sec-Fetch-Dest": "audio"}), "media"),
    (entry("https://a.example/x", content={"mimeType": "image/png"}), "img"),
    (entry("https://a.example/x", received={"content-type": "font/woff2"}), "font"),
    (entry("https://a.example/x", "preflight"), ""),
    (entry("https://a.example/x", "fetch", method="OPTIONS"), ""),
    (entry("data:image/png,", "image"), ""),
    (entry("chrome-extension://abc/x.js", "script"), ""),
    (entry("https://a.example/x"), ""),
]


@pytest.mark.parametrize(("one", "kind"), KINDS, ids=range(len(KINDS)))
def test_kinds(one: dict[str, Any], kind: str) -> None:
    recorded = read(page(), one).recorded
    assert [(each.kind, each.url) for each in recorded] == ([(kind, one["request"]["url"])] if kind else [])


def test_a_redirect_is_one_request() -> None:
    first = entry("https://a.example/x", "image", 302, received={"location": "https://b.example/y"})
    [found] = read(page(), first, entry("https://b.example/y", "image")).recorded
    assert (found.url, found.redirect_to) == ("https://a.example/x", "https://b.example/y")


FRAME = entry(
    "https://frame.example/",
    "document",
    sent={"Sec-Fetch-Dest": "iframe", "Referer": SHOP},
    content={"mimeType": "text/html", "text": "<p>"},
)


def test_requests_of_frames_are_left_out() -> None:
    capture = read(
        page(),
        FRAME,
        entry("https://a.example/1", "image", sent={"Referer": "https://frame.example/"}),
        entry("https://a.example/2", "image", sent={"Referer": SHOP}),
        entry("https://a.example/3", "script", _initiator={"type": "parser", "url": SHOP}),
        entry("https://a.example/4", "script", _initiator={"type": "script", "stack": {"callFrames": [{"url": f"{SHOP}a.js"}]}}),
        entry("https://a.example/5", "fetch"),
    )  # fmt: skip
    assert [each.url for each in capture.recorded] == [
        "https://frame.example/",
        "https://a.example/2",
        "https://a.example/3",
        "https://a.example/4",
    ]
    assert "2 recorded requests" in capture.notes[-1]


def test_the_next_page_of_the_visit_is_another_page() -> None:
    other = entry(f"{SHOP}b", "document", sent={"Sec-Fetch-Dest": "document"}, content={"mimeType": "text/html"})
    capture = read(page(), other, entry("https://a.example/1", "image"))
    assert capture.recorded == ()


def test_findings_say_that_they_were_recorded(tmp_path: Any) -> None:
    path = tmp_path / "shop.har"
    entries = [
        page("<img src='https://a.example/known.png'>"),
        entry("https://a.example/known.png", "image"),
        entry("https://b.example/x.js", "script"),
        entry("https://cdn.velaro.com/x.js", "script"),
    ]
    path.write_text(json.dumps({"log": {"entries": entries}}))
    found = [each for each in check_file(path).targets[0].findings if each.name == "page-blocks-own-resource"]
    messages = {each.message: (each.severity, each.place is None) for each in found}
    assert messages == {
        "There is no img-src, so default-src applies: it blocks 1 image from https://a.example.": ("warning", False),
        "There is no script-src, so default-src applies: it blocks 1 script from https://b.example recorded in the HAR.": (
            "warning",
            True,
        ),
    }
