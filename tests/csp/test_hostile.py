"""Whatever a server sends is read and decided without an exception, and in work that grows with its length alone."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint.csp.browsers import BROWSERS, Browser
from csplint.csp.decide import PolicySet
from csplint.csp.explain import explain
from csplint.csp.parse import _PARSED, parse_source
from csplint.csp.policy import Delivered, decode_header, parse_policies
from csplint.csp.request import KINDS, Request

SHOP = "https://shop.example/"
PIECES = [
    "default-src",
    "script-src",
    "frame-src",
    ";",
    ",",
    " ",
    "\t",
    "'nonce-",
    "'sha256-",
    "'",
    "https:",
    "://",
    "*",
]
PIECES += [
    ".",
    ":",
    "/",
    "%",
    "%2F",
    "%E9",
    "%3B",
    "?",
    "#",
    "@",
    "é",
    "\x00",
    "\x7f",
    "a.example",
    "443",
    "'self'",
    "==",
]

texts = st.text(max_size=80) | st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
requests = st.builds(
    Request,
    kind=st.sampled_from(sorted(KINDS)),
    url=texts | st.sampled_from(["https://a.example/%E9/x", "about:blank", "data:,", "ws://a.example:80/"]),
    nonce=texts,
    content=texts,
    integrity=texts,
    redirect_to=st.just("") | texts,
)


@given(st.sampled_from(BROWSERS), texts, st.lists(st.builds(Delivered, text=texts), max_size=3), requests)
@settings(max_examples=150, deadline=None)
def test_any_text_is_decided_and_explained(
    browser: Browser, page: str, delivered: list[Delivered], request: Request
) -> None:
    policies = PolicySet.read(page, delivered, browser)
    decision = policies.decide(request)
    assert len(decision.verdicts) == len(policies.policies)
    assert [each.allowed for each in explain(policies, request)] == [each.allowed for each in decision.verdicts]
    for policy in policies.policies:
        for directive in policy.directives:
            for token in directive.tokens:
                assert policy.text[token.span.start : token.span.end] == token.source.text


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_any_bytes_are_a_header(value: bytes) -> None:
    parse_policies([Delivered(decode_header(value))])


@given(st.sampled_from(BROWSERS), texts)
@settings(max_examples=150, deadline=None)
def test_a_token_is_kept_as_written(browser: Browser, text: str) -> None:
    assert parse_source(text, browser).text == text


SHAPES: dict[str, Callable[[int], str]] = {
    "sources": lambda size: "img-src " + " ".join(f"h{n}.example" for n in range(size)),
    "the same source": lambda size: "img-src " + "a.example " * size,
    "directives": lambda size: "; ".join(f"x{n}-src a.example" for n in range(size)),
    "the same directive": lambda size: "img-src 'self';" * size,
    "policies": lambda size: "img-src 'self'," * size,
    "separators": lambda size: ";, \t" * size,
    "a long host": lambda size: "img-src " + "a." * size + "example",
    "a long path": lambda size: "img-src a.example/" + "%41/" * size,
    "a long hash": lambda size: "img-src 'sha256-" + "abcd" * size + "'",
    "a long port": lambda size: "img-src a.example:" + "1" * size,
    "wildcards": lambda size: "img-src " + "*." * size + "example",
    "quotes": lambda size: "img-src " + "'" * size,
    "strict-dynamic": lambda size: "default-src 'strict-dynamic' " + " ".join(f"h{n}.example" for n in range(size)),
    "nonces": lambda size: "script-src " + " ".join(f"'nonce-{n}'" for n in range(size)),
}


def calls(text: str, browser: Browser) -> int:
    """How many functions are called to read a policy and decide two requests, Python's own included."""
    for known in _PARSED.values():
        known.clear()
    count = 0

    def tell(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(tell)
    try:
        policies = PolicySet.read(SHOP, [Delivered(text)], browser)
        policies.decide(Request("img", "https://a.example/x"))
        policies.decide(Request("frame", "https://a.example/x"))
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("browser", BROWSERS, ids=lambda browser: browser.name)
@pytest.mark.parametrize("shape", SHAPES)
def test_work_grows_with_the_length_alone(shape: str, browser: Browser) -> None:
    text = SHAPES[shape]
    calls(text(8), browser)  # what is imported or cached on first use
    assert calls(text(4000), browser) <= 2.2 * calls(text(2000), browser) + 100


@pytest.mark.parametrize("shape", SHAPES)
def test_a_megabyte_is_read(shape: str) -> None:
    text = SHAPES[shape](1)
    size = 1_000_000 // max(1, len(SHAPES[shape](2)) - len(text))
    for browser in BROWSERS:
        policies = PolicySet.read(SHOP, [Delivered(SHAPES[shape](size))], browser)
        policies.decide(Request("img", "https://a.example/x"))
