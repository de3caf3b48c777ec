"""URLs are parsed by the WHATWG standard; the short way for plain ones gives the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csplint.csp.url import _PLAIN, Url, _parse, parse_url, percent_decode

CASES = [
    ("https://Shop.Example", "https://shop.example/", "shop.example", 443, "/"),
    ("HTTP://shop.example:80/a/../b", "http://shop.example/b", "shop.example", 80, "/b"),
    ("wss://shop.example:8443/x", "wss://shop.example:8443/x", "shop.example", 8443, "/x"),
    ("https://1.2/", "https://1.0.0.2/", "1.0.0.2", 443, "/"),
    ("https://[::1]:1/", "https://[::1]:1/", "[::1]", 1, "/"),
    ("https://bücher.example/", "https://xn--bcher-kva.example/", "xn--bcher-kva.example", 443, "/"),
    ("data:text/html,x", "data:text/html,x", "", None, "text/html,x"),
    (" https:\\\\shop.example\\a\tb ", "https://shop.example/ab", "shop.example", 443, "/ab"),
]


@pytest.mark.parametrize(("text", "href", "host", "port", "path"), CASES)
def test_parse(text: str, href: str, host: str, port: int | None, path: str) -> None:
    url = parse_url(text)
    assert url == Url(href, href.split(":", maxsplit=1)[0], host, port, path)


@pytest.mark.parametrize(
    "text", ["", "shop.example", "https://", "https://a b/", "https://a:99999/", "https://[::1", "\ud800"]
)
def test_no_url(text: str) -> None:
    assert parse_url(text) is None


def test_base() -> None:
    url = parse_url("../w.js?q#f", "https://shop.example/a/b/c")
    assert url is not None
    assert (url.href, url.path) == ("https://shop.example/a/w.js?q#f", "/a/w.js")


ORIGINS = [
    ("https://a.example:443/", "https://a.example"),
    ("ws://a.example:81/", "ws://a.example:81"),
    ("data:x", "null"),
]


@pytest.mark.parametrize(("text", "origin"), ORIGINS)
def test_origin(text: str, origin: str) -> None:
    url = parse_url(text)
    assert url is not None
    assert url.origin == origin


@given(st.from_regex(_PLAIN, fullmatch=True))
def test_short_way_agrees_with_the_parser(text: str) -> None:
    assert parse_url(text) == _parse(text, None)


PLAIN_OR_NOT = [
    "https://a.example/.",
    "https://a.example/..",
    "https://a.example/a/./b",
    "https://xn--a.example/",
    "https://a.example:0080/",
    "https://a.example:65536/",
    "https://a-.example/",
    "https://a.0x1/",
    "https://a.example/%2e%2e/b",
    "https://a.example//b",
]


@pytest.mark.parametrize("text", PLAIN_OR_NOT)
def test_what_is_not_plain_is_parsed(text: str) -> None:
    assert parse_url(text) == _parse(text, None)


DECODED = [("/a%20b", "/a b"), ("/%C3%BC", "/ü"), ("/%FF", "/ÿ"), ("/%zz%4", "/%zz%4"), ("/%2541", "/%41")]


@pytest.mark.parametrize(("path", "decoded"), DECODED)
def test_percent_decode(path: str, decoded: str) -> None:
    assert percent_decode(path) == decoded
