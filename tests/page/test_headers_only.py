"""Files with headers and no page, with curl's own lines, or with a policy and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from csplint import check_file
from csplint.errors import TargetError
from csplint.page.capture import Capture, Hop
from csplint.page.saved.formats import read_saved
from csplint.page.saved.text import SavedText

POLICY = "script-src 'self'"
UNKNOWN = "https://page.invalid/"


def read(text: str, page: str | None = None) -> Capture:
    return read_saved("saved", text.encode(), page)


def policies(capture: Capture) -> list[str]:
    return [value.decode() for value in capture.header("content-security-policy")]


ONLY_HEADERS = [
    # the file, the status, the URL
    (f"HTTP/2 200 \ncontent-type: text/html\ncontent-security-policy: {POLICY}\n\n", 200, UNKNOWN),
    (f"HTTP/1.1 200 OK\r\nContent-Security-Policy: {POLICY}\r\n\r\n", 200, UNKNOWN),
    (f"content-type: text/html\ncontent-security-policy: {POLICY}\n", None, UNKNOWN),
    (f"Content-Security-Policy: {POLICY}", None, UNKNOWN),
    (f":status: 200\ncontent-security-policy: {POLICY}\nserver: nginx\n", 200, UNKNOWN),
    (f"Content-Security-Policy:\n{POLICY}\nDate:\nSat, 28 Nov 2026 07:50:50 GMT\n", None, UNKNOWN),
    (
        "General\nRequest URL: https://shop.example/a\nRequest Method: GET\nStatus Code: 200 OK\n"
        f"Response Headers\ncontent-security-policy: {POLICY}\nRequest Headers\naccept: text/html\n",
        200,
        "https://shop.example/a",
    ),
    (json.dumps({"Response Headers (1 kB)": {"headers": [{"name": "Content-Security-Policy", "value": POLICY}]}}), None, UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("text", "status", "url"), ONLY_HEADERS, ids=range(len(ONLY_HEADERS)))
def test_headers_without_a_page(text: str, status: int | None, url: str) -> None:
    capture = read(text)
    assert (capture.missing, policies(capture)) == ("page", [POLICY])
    assert (capture.status, capture.url) == (status, url)
    assert "no page" in capture.notes[0]


@pytest.mark.parametrize("text", [each for each, _, _ in ONLY_HEADERS][:7], ids=range(7))
def test_the_places_of_header_values(text: str) -> None:
    saved = read(text).saved
    assert isinstance(saved, SavedText)
    assert saved.headers is not None
    names = [name.lower() for name, _ in read(text).headers]
    starts = saved.headers[names.index(b"content-security-policy")]
    assert saved.data[starts[0] : starts[-1]].decode() == POLICY


NO_HEADERS_TO_JUDGE = [
    ("HTTP/2 200 \ncontent-type: text/html\n\n", "empty"),
    ("content-type: text/html\nserver: nginx\n", "empty"),
    (f"HTTP/2 200 \ncontent-type: application/pdf\ncontent-security-policy: {POLICY}\n\n", "not-html"),
    (f"HTTP/2 403 \ncontent-security-policy: {POLICY}\n\n", "status"),
    (f":status: 404\ncontent-security-policy: {POLICY}\n", "status"),
    (f"HTTP/2 301 \nlocation: /a\ncontent-security-policy: {POLICY}\n\n", "file"),
]


@pytest.mark.parametrize(("text", "kind"), NO_HEADERS_TO_JUDGE, ids=range(len(NO_HEADERS_TO_JUDGE)))
def test_headers_that_decide_nothing(text: str, kind: str) -> None:
    with pytest.raises(TargetError) as caught:
        read(text)
    assert caught.value.kind == kind


VERBOSE = f"""* Trying 203.0.113.5:443...
* Connected to shop.example (203.0.113.5) port 443
* SSL connection using TLSv1.3 / X
> GET /old HTTP/1.1
> Host: shop.example
> Accept: */*
>{" "}
< HTTP/1.1 301 Moved Permanently
< Location: /new
<{" "}
* Connection #0 to host shop.example left intact
* Issue another request
> GET /new HTTP/1.1
> Host: shop.example
>{" "}
< HTTP/1.1 200 OK
< Content-Type: text/html
< Content-Security-Policy: {POLICY}
<{" "}
"""
BODY = "{ [16 bytes data]\n<!doctype html>\n<p>a{ [3 bytes data]\nb\n* Connection #0 to host shop.example left intact\n"


def test_curl_verbose_with_its_body() -> None:
    capture = read(VERBOSE + BODY)
    assert (capture.status, capture.url) == (200, "https://shop.example/new")
    assert capture.redirects == (Hop("https://shop.example/old", 301, "https://shop.example/new"),)
    assert policies(capture) == [POLICY]
    assert capture.body == b"<!doctype html>\n<p>ab\n"
    assert capture.missing == ""


def test_curl_verbose_without_its_body() -> None:
    """`curl -v URL 2> FILE`: the body is not in the file."""
    capture = read(VERBOSE)
    assert (capture.missing, policies(capture)) == ("page", [POLICY])
    assert capture.saved is not None
    assert capture.saved.headers is not None
    starts = capture.saved.headers[1]
    assert capture.saved.data[starts[0] : starts[-1]].decode() == POLICY


def test_a_har_without_the_text_of_the_page() -> None:
    headers = [{"name": "content-type", "value": "text/html"}, {"name": "Content-Security-Policy", "value": POLICY}]
    entry = {
        "request": {"url": "https://shop.example/"},
        "response": {"status": 200, "headers": headers, "content": {}},
    }
    capture = read(json.dumps({"log": {"entries": [entry]}}))
    assert (capture.missing, policies(capture), capture.url) == ("page", [POLICY], "https://shop.example/")
    del headers[1]
    with pytest.raises(TargetError, match="does not contain the text"):
        read(json.dumps({"log": {"entries": [entry]}}))


POLICY_FILES = [
    "default-src 'self'",
    "script-src 'self' https://a.example;\nimg-src *;\n",
    "upgrade-insecure-requests",
    "default-src 'self'; x-frame 1",
]


@pytest.mark.parametrize("text", POLICY_FILES)
def test_a_policy_in_a_file_is_judged_as_one(text: str) -> None:
    capture = read(text)
    assert capture.missing == "response"
    assert "is a policy" in capture.notes[0]


@pytest.mark.parametrize("text", ["sandbox is a word", "img-src < b", "hello; default-src x", "a-b; c-d; default-src"])
def test_prose_is_no_policy(text: str) -> None:
    with pytest.raises(TargetError):
        read(text)


def test_the_report_on_a_policy_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "policy.txt"
    path.write_text("script-src 'none'\n")
    [target] = check_file(path).targets
    assert (target.kind, target.outcome, target.policies[0].delivery) == ("file", "checked", "text")
    assert "is a policy" in target.limits[0]
    assert target.verdict is not None
    assert target.verdict.state == "broken"
