"""Host sources of the usual form are read by one pattern; what it gives is what the browsers' own way gives."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from csplint.csp.browsers import BROWSERS, Browser
from csplint.csp.location import _split, location, ordinary_host, plain_host
from csplint.csp.source import Source

PIECES = [
    "https://", "http://", "wss://", "ws://", "ftp://", "//", "/", "*.", "*", ".", "a.example", "a", "-b", "b-", "xn--a", "1", "com",
    ":", ":443", ":*", "?q", "#f", "%2f", "~", "_", "path", "PATH", "A.Example", "'", ",",
]  # fmt: skip
ODD = ["", "", ".", "..", "-", "A", "%", "%2f", "%zz", ":", ":8", ":*", "*", "?", "#", "é", "'", "[", "/"]
PARTS = (
    st.sampled_from(["", "https://", "http:", "wss://", "ftp://", "HTTP://", "://"]),
    st.sampled_from(["", "*.", "*", ".", "*.*."]),
    st.sampled_from(["a.example", "a", "a.b", "1.2.3.4", ""]),
    st.sampled_from(ODD),
    st.sampled_from(["", "/", "/p", "/p/", "//p", "/p//q", "/.", "/~a_b-c.js"]),
    st.sampled_from(ODD),
)
TEXTS = (
    st.tuples(*PARTS).map("".join)
    | st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join)
    | st.text(max_size=12)
)


def read(text: str, browser: Browser) -> Source:
    """What a token that no quote starts is, without the mark of ordinary hosts."""
    return replace(ordinary_host(text) or location(text, browser), is_ordinary=False)


@settings(max_examples=2000, deadline=None)
@given(TEXTS)
def test_both_ways_agree_in_every_browser(text: str) -> None:
    for browser in BROWSERS:
        assert read(text, browser) == _split(text, browser)


@pytest.mark.parametrize("odd", [each for each in ODD if each] + ["%2", "%41", "//", "/./", "=", "@", "\x7f"])
@pytest.mark.parametrize(
    "form", ["https://a.example/p{}", "*.a.example{}", "a.example/{}/p", "https://{}.example", "{}a.example/p"]
)
def test_both_ways_agree_on_what_is_odd(form: str, odd: str) -> None:
    for browser in BROWSERS:
        assert read(form.format(odd), browser) == _split(form.format(odd), browser)


@pytest.mark.parametrize("text", ["a.example", "https://*.a.example/x/y.js", "wss://a-.b/", "*.a.b.c/~x"])
def test_usual_ones_are_plain(text: str) -> None:
    assert plain_host(text)
    assert len({location(text, browser) for browser in BROWSERS}) == 1


@pytest.mark.parametrize("text", ["a.example", "https://*.a.example", "wss://a-.b", "*.a.b.c", "http://1.2.c"])
def test_ordinary_hosts(text: str) -> None:
    found = ordinary_host(text)
    assert found is not None
    assert found.is_ordinary


@pytest.mark.parametrize("text", ["a", "*.a", "localhost", "a.localhost", "1.2.3.4", "a.example/", "a.example:443", "A.example", "a.example.", "ftp://a.example", "a.example\n"])  # fmt: skip
def test_other_hosts_are_not_ordinary(text: str) -> None:
    assert ordinary_host(text) is None


@pytest.mark.parametrize("length", [250, 256, 257, 700, 5000])
def test_a_long_path_is_left_to_the_browsers_own_way(length: int) -> None:
    text = "a.example/" + "p" * (length - len("a.example/"))
    assert (plain_host(text) is not None) == (length <= 256)
    for browser in BROWSERS:
        assert read(text, browser) == _split(text, browser)
