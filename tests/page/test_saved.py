"""Saved responses: the three forms, what curl and browsers really write, and files that are none of it."""

from __future__ import annotations

import base64
import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest

from csplint.errors import TargetError, UsageError
from csplint.page.capture import Capture, Hop
from csplint.page.saved.formats import MAX_SAVED_BYTES, load, read_saved

PAGE = "https://shop.example/"
UNKNOWN = "https://page.invalid/"


def read(data: bytes | str, page: str | None = PAGE, accept: frozenset[int] = frozenset()) -> Capture:
    return read_saved("saved", data if isinstance(data, bytes) else data.encode(), page, accept)


def refusal(data: bytes | str, page: str | None = PAGE) -> TargetError:
    with pytest.raises(TargetError) as caught:
        read(data, page)
    error = caught.value
    assert error.message.isascii()
    assert error.message.isprintable()
    assert error.hint
    assert error.target == "saved"
    return error


# ---- curl -i

HEAD = b"HTTP/2 200 \r\ncontent-type: text/html\r\n"


def test_curl_keeps_headers_as_printed() -> None:
    capture = read(
        HEAD + b"Content-Security-Policy:  a \x1b[31m \xff \r\ncontent-security-policy: b\r\n\r\n<p>\r\n\r\nx"
    )
    assert capture.headers == (
        (b"content-type", b"text/html"),
        (b"Content-Security-Policy", b"a \x1b[31m \xff"),
        (b"content-security-policy", b"b"),
    )
    assert capture.body == b"<p>\r\n\r\nx"
    assert (capture.status, capture.url, capture.target) == (200, PAGE, "saved")


def test_curl_with_lf_after_an_editor() -> None:
    capture = read(b"HTTP/1.1 200 OK\nContent-Type: text/html\nX:\n\n<p>\n\n")
    assert capture.header("x") == (b"",)
    assert capture.body == b"<p>\n\n"


def test_curl_folded_header() -> None:
    assert read(HEAD + b"X: a\r\n\t b\r\n\r\n<p>").header("x") == (b"a b",)


@pytest.mark.parametrize("codec", ["utf-16", "utf-8-sig"])
def test_curl_saved_by_powershell(codec: str) -> None:
    capture = read((HEAD + "\r\n<p>ü".encode()).decode().encode(codec))
    assert capture.header("content-type") == (b"text/html",)
    assert capture.body == "<p>ü".encode()


SKIPPED = [
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
    b"HTTP/1.1 200 Connection established\r\n\r\n",
    b"HTTP/1.0 200 Connection established\nVia: p\n\n",
    b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest\r\n\r\n",
]


@pytest.mark.parametrize("before", SKIPPED)
def test_curl_skips_what_is_not_the_answer(before: bytes) -> None:
    capture = read(before + HEAD + b"\r\n<p>")
    assert capture.status == 200
    assert capture.redirects == ()
    assert capture.headers == ((b"content-type", b"text/html"),)


def test_curl_with_redirects_from_a_known_page() -> None:
    text = b"HTTP/1.1 301 Moved\r\nLocation: /a\r\n\r\nHTTP/1.1 302 Found\r\nlocation: https://x:y@b.example/#f\r\n\r\n"
    capture = read(text + HEAD + b"\r\n<p>")
    assert capture.redirects == (
        Hop(PAGE, 301, "https://shop.example/a"),
        Hop("https://shop.example/a", 302, "https://b.example/"),
    )
    assert capture.url == PAGE


URLS = [
    (b"", UNKNOWN),
    (b"HTTP/1.1 301 Moved\r\nLocation: https://shop.example/a\r\n\r\n", "https://shop.example/a"),
    (b"HTTP/1.1 301 Moved\r\nLocation: /a\r\n\r\n", "https://page.invalid/a"),
]


@pytest.mark.parametrize(("before", "url"), URLS)
def test_curl_without_a_known_page(before: bytes, url: str) -> None:
    assert read(before + HEAD + b"\r\n<p>", None).url == url


def test_curl_body_already_unpacked_by_curl() -> None:
    assert read(HEAD + b"content-encoding: gzip\r\n\r\nHello <p>").body == b"Hello <p>"


def test_curl_body_still_packed() -> None:
    assert read(HEAD + b"content-encoding: gzip\r\n\r\n" + gzip.compress(b"<p>")).body == b"<p>"


def test_a_packed_body_stands_in_no_line_of_the_file() -> None:
    heads = HEAD + b"content-encoding: gzip\r\n\r\n"
    told = [read(heads + body).saved for body in (b"<p>", gzip.compress(b"<p>"))]
    assert [each.body if each else None for each in told] == [len(heads), None]


BAD_CURL = [
    (b"HTTP/1.1\r\n\r\n<p>", "file", "line 1"),
    (b"HTTP/1.1 abc OK\r\n\r\n<p>", "file", "line 1"),
    (HEAD + b"<p>no empty line</p>\r\n", "file", "line 3"),
    (b"HTTP/1.1 103 Early\r\n\r\n" + HEAD + b"bad \x1b header\r\n\r\n", "file", "line 5"),
    (HEAD, "empty", "no body"),
    (HEAD + b"\r\n", "empty", "no body"),
    (HEAD + b"\r\n \n", "empty", "no body"),
    (b"HTTP/1.1 301 Moved\r\nLocation: /x\r\nContent-Type: text/html\r\n\r\n<p>", "file", "redirect"),
    (b"HTTP/1.1 301 Moved\r\nLocation: javascript:x\r\n\r\n" + HEAD + b"\r\n<p>", "file", "javascript:"),
    (b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\n\r\n<p>", "status", "403 Forbidden"),
    (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}", "not-html", "application/json"),
    (HEAD + b"content-encoding: br\r\n\r\n\x0b\x01\x80<p>\x03", "encoding", "br"),
    (HEAD + b"content-encoding: gzip\r\n\r\n" + gzip.compress(b"<p>")[:-3], "encoding", "ends too early"),
    (HEAD + b"content-encoding: gzip\r\n\r\n" + gzip.compress(b"<p>" + bytes(11 << 20)), "too-large", "10 MB"),
    (HEAD + b"X: a\r\n" + b" b\r\n" * 1_000_000 + b"\r\n<p>", "too-large", "128 KiB"),
    (b"HTTP/1.1 100 Continue\r\n\r\n" * 1000 + HEAD + b"\r\n<p>", "file", "100 responses"),
    (HEAD + b"\r\n<p>" + bytes(11 << 20), "too-large", "10 MB"),
]


@pytest.mark.parametrize(("text", "kind", "named"), BAD_CURL, ids=range(len(BAD_CURL)))
def test_curl_that_is_no_page(text: bytes, kind: str, named: str) -> None:
    error = refusal(text)
    assert error.kind == kind
    assert named in error.message


def test_curl_error_page_that_the_user_accepts() -> None:
    text = b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\n\r\n<p>"
    assert read(text, accept=frozenset({403})).status == 403


# ---- HAR


def entry(url: str, text: str | None = "<p>", status: int = 200, **more: Any) -> dict[str, Any]:
    """One entry; more: headers (a list of pairs), mime, encoding."""
    headers = [{"name": name, "value": value} for name, value in more.get("headers", [("Content-Type", "text/html")])]
    content = {"mimeType": more.get("mime", "text/html"), "encoding": more.get("encoding"), "text": text}
    content = {name: value for name, value in content.items() if value is not None}
    return {"request": {"url": url}, "response": {"status": status, "headers": headers, "content": content}}


def har(*entries: Any) -> str:
    return json.dumps({"log": {"version": "1.2", "entries": entries}})


def moved(url: str, location: str) -> dict[str, Any]:
    return entry(url, "", 301, headers=[("Location", location), ("Content-Type", "text/html")])


def test_har_first_page_with_the_redirects_before_it() -> None:
    capture = read(
        har(
            entry("https://other.example/a.png", mime="image/png", headers=[]),
            moved("http://shop.example", "https://shop.example/"),
            entry("https://other.example/b.js", mime="text/javascript", headers=[("content-type", "text/javascript")]),
            moved("https://shop.example/", "/de/"),
            entry("https://u:p@shop.example/de/#x", "<p>one"),
            entry("https://frame.example/", "<p>two"),
        ),
        None,
    )
    assert capture.url == "https://shop.example/de/"
    assert capture.body == b"<p>one"
    assert capture.redirects == (
        Hop("http://shop.example/", 301, "https://shop.example/"),
        Hop("https://shop.example/", 301, "https://shop.example/de/"),
    )


def test_har_page_the_user_names() -> None:
    text = har(entry("https://a.example/", "<p>a"), entry("https://shop.example/", "<p>shop"))
    assert read(text).body == b"<p>shop"
    assert read(text, None).body == b"<p>a"


def test_har_page_the_user_names_by_its_redirect() -> None:
    text = har(
        entry("https://a.example/", "<p>a"),
        moved("http://shop.example/", "https://shop.example/de/"),
        entry("https://shop.example/de/#top", "<p>shop"),
    )
    for page in ("http://shop.example", "https://shop.example/de/", "https://shop.example/de/#x"):
        capture = read(text, page)
        assert (capture.url, capture.body) == ("https://shop.example/de/", b"<p>shop")
        assert capture.notes == ()  # the user knows which


def test_har_url_of_its_only_page() -> None:
    """A recording of a staging server can be judged as the live site."""
    capture = read(
        har(entry("https://staging.example/", "<p>a"), entry("https://x.example/", mime="text/css", headers=[]))
    )
    assert (capture.url, capture.body) == (PAGE, b"<p>a")


def test_har_without_the_page_the_user_names() -> None:
    documents = [entry(f"https://shop.example/{number}/{'x' * 100}") for number in range(50)]
    error = refusal(har(*documents, documents[0]), "https://shop.example/nosuch")
    assert error.kind == "file"
    assert error.message.startswith(
        "--page: the HAR has no HTML page 'https://shop.example/nosuch'; it has 'https://shop"
    )
    assert error.message.endswith(" and 40 more")
    assert len(error.message) < 3000
    assert "https://shop.example/9/" in error.message
    assert "https://shop.example/10/" not in error.message


def of_load(load: str, *entries: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"pageref": load, **each} for each in entries]


def test_har_with_several_pages_says_which_is_checked() -> None:
    first = of_load("page_1", entry("https://a.example/"), entry("https://frame.example/"))
    second = of_load("page_2", entry("https://b.example/"), entry("https://frame.example/"))
    capture = read(har(*first, *second, entry("https://c.example/")), None)
    assert capture.url == "https://a.example/"
    assert capture.notes == (
        "The HAR has several pages; csplint checked the first, 'https://a.example/'. "
        "To check another, pass its URL with --page: 'https://b.example/', 'https://c.example/'.",
    )


def test_har_with_frames_or_reloads_has_one_page() -> None:
    load = of_load("page_1", entry("https://a.example/"), entry("https://frame.example/"))
    assert read(har(*load), None).notes == ()
    assert read(har(*load, *of_load("page_2", entry("https://a.example/"))), None).notes == ()
    assert read(har(*load), "https://frame.example/").url == "https://frame.example/"


def test_har_headers_in_order_and_apart() -> None:
    headers = [(":status", "200"), ("content-type", "text/html"), ("CSP", "a\nb"), ("csp", "ÿ"), ("X", "→")]
    assert read(har(entry(PAGE, headers=headers))).headers == (
        (b"content-type", b"text/html"),
        (b"CSP", b"a"),
        (b"CSP", b"b"),
        (b"csp", b"\xff"),
        (b"X", "→".encode()),
    )


def test_har_base64_is_taken_as_it_was() -> None:
    text = base64.b64encode("<p>ü".encode("latin-1")).decode()
    assert read(har(entry(PAGE, text, encoding="base64"))).body == b"<p>\xfc"


def test_har_text_is_marked_as_utf_8_because_the_browser_has_decoded_it() -> None:
    headers = [("Content-Type", "text/html; charset=windows-1251")]
    assert read(har(entry(PAGE, "<p>ü", headers=headers))).body == b"\xef\xbb\xbf" + "<p>ü".encode()


NO_HAR = [
    ('{"log": ', "file", "line 1"),
    ('{"log":\n{"entries": [}', "file", "line 2"),
    ("{}", "file", "log.entries"),
    ('{"log": []}', "file", "log.entries"),
    ('{"log": {"entries": {}}}', "file", "not a list"),
    ('{"log": {"entries": [1]}}', "file", "entries[0]"),
    ('{"log": {"entries": [{"response": {"headers": [1]}, "request": {"url": "x"}}]}}', "file", "entries[0]"),
    ('{"log": {"entries": [{"response": {"content": 7}, "request": {"url": 7}}]}}', "file", "entries[0]"),
    ('{"log": ' + "[" * 200_000, "file", "nested"),
    ('{"log": ' + '{"a":' * 200_000, "file", "nested"),
    ('{"log": ' + "9" * 5000 + "}", "file", ""),
    (b'{"log": "\xff"}', "file", ""),
    (har(), "file", "is an HTML page"),
    (har(entry(PAGE, mime="text/css", headers=[])), "file", "is an HTML page"),
    (har(entry(PAGE, None)), "file", "entries[0]"),
    (har(entry(PAGE, "%%%", encoding="base64")), "file", "base64"),
    (har(entry(PAGE, "é", encoding="base64")), "file", "base64"),
    (har(entry(PAGE, status=500)), "status", "500"),
    (har(entry(PAGE, status=0)), "file", "is an HTML page"),
    (har(entry(PAGE, "")), "empty", "no body"),
    (har(entry("\ud800", mime="\ud800", headers=[])), "file", "is an HTML page"),
]


@pytest.mark.parametrize(("text", "kind", "named"), NO_HAR, ids=range(len(NO_HAR)))
def test_har_that_holds_no_page(text: str | bytes, kind: str, named: str) -> None:
    error = refusal(text)
    assert error.kind == kind
    assert named in error.message


# ---- HTML


def test_html_is_taken_as_it_is() -> None:
    capture = read(b"\xef\xbb\xbfHello <p>\xff")
    assert (capture.status, capture.headers, capture.url) == (None, (), PAGE)
    assert capture.body == b"\xef\xbb\xbfHello <p>\xff"


@pytest.mark.parametrize("template", ["{% extends 'x' %}<p>", "{{ title }}<p>", "{ <p>"])
def test_a_template_is_no_har(template: str) -> None:
    assert read(template).body == template.encode()


def test_html_of_an_unknown_page() -> None:
    assert read("<p>", None).url == UNKNOWN


NO_HTML = [
    (b"", "empty"),
    (b" \n", "empty"),
    (b"a shop", "not-html"),
    (b"<" + b"a" * (11 << 20), "too-large"),
    (bytes(MAX_SAVED_BYTES + 1), "file"),
]


@pytest.mark.parametrize(("data", "kind"), NO_HTML, ids=range(len(NO_HTML)))
def test_what_is_no_html(data: bytes, kind: str) -> None:
    assert refusal(data).kind == kind


def test_a_page_address_that_is_none() -> None:
    with pytest.raises(UsageError, match="--page"):
        read("<p>", "shop.example")


def test_the_page_address_loses_its_credentials() -> None:
    assert read("<p>", "https://u:p@shop.example/#x").url == PAGE


# ---- files


def test_load(tmp_path: Path) -> None:
    path = tmp_path / "saved.html"
    path.write_bytes(b"<p>\xff\r\n")
    assert load(str(path)) == b"<p>\xff\r\n"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(MAX_SAVED_BYTES + 1)
    for path, named in [
        (str(tmp_path / "none"), "does not exist"),
        (str(tmp_path), "folder"),
        (str(large), "larger"),
        (str(large / "x"), "cannot be read"),
        ("a\0b", "cannot be read"),
    ]:
        with pytest.raises(TargetError, match=named) as caught:
            load(path)
        assert caught.value.kind == "file"
        assert caught.value.hint


# ---- anything at all


def test_whatever_is_in_the_file_ends_in_a_capture_or_a_target_error() -> None:
    chance = random.Random(11)
    seeds = [
        HEAD + b"X: y\r\n\r\n<p>",
        b"HTTP/1.1 301 Moved\r\nLocation: /x\r\n\r\n" + HEAD + b"\r\n<p>",
        har(moved(PAGE, "/x"), entry(PAGE + "x", "<p>ü")).encode(),
    ]
    pieces = [b"", b"\xff", b"\0", b"\r\n", b":", b'"', b"{", b"[", b"null", b"1", b"\\ud800", b"HTTP/1.1 200 "]
    read_well = 0
    for _ in range(3000):
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(data))
            data[at : at + chance.randint(0, 6)] = chance.choice(pieces)
        try:
            read_saved("saved", bytes(data), chance.choice([PAGE, None]))
        except TargetError:
            continue
        read_well += 1
    assert read_well > 100
