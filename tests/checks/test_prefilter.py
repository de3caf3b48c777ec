"""A predicate is asked of the kinds of tokens that it is registered for: it must hold for no other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint.checks.prefilter import _PREDICATES, holds, numbers_by_predicate
from csplint.checks.registry import all_checks
from csplint.csp.browsers import CHROMIUM
from csplint.csp.parse import parse_source
from csplint.csp.source import ALL_KINDS
from csplint.csp.source_list import read_list

all_checks()  # registers the predicates

TOKENS = [
    "https://www.googletagmanger.com",
    "https://cdn.segment.com/analytics-next/bundles/*",
    "'self'",
    "'SELF'",
    "'none'",
    "'unsafe-inline'",
    "'unsafe-eval'",
    "'unsafe-hashes'",
    "'strict-dynamic'",
    "'report-sample'",
    "'wasm-unsafe-eval'",
    "'wat'",
    "'nonce-abc'",
    "'nonce-'",
    "'nonce-a!b'",
    "'nonce'",
    "'nonce=abc'",
    "'sha256=abc'",
    "'strict-dynamic-url'",
    "'unsafe-webtransport-hashes'",
    "nonce-abc",
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "'sha256-abc'",
    "'sha-256-abc'",
    "'md5-abc'",
    "sha256-abc",
    "self",
    "none",
    "unsafe-inline",
    "*",
    "*:*",
    "*:443",
    "https:",
    "http:",
    "data:",
    "blob:",
    "ws:",
    "script-src:",
    "javascript:",
    "about:",
    "data",
    "undefined",
    "always",
    "htps://a.example",
    "data:*",
    "https",
    "https//",
    "http//a.b",
    "a.example",
    "*.a.example",
    "*.com",
    "*.github.io",
    "http://a.example",
    "ws://a.example",
    "a.example:80",
    "https://a.example:80",
    "127.0.0.1",
    "10.0.0.1",
    "localhost",
    "localhost:",
    "https://localhost:8080",
    "a.example/x?",
    "a.example/x*",
    "a.example/../x",
    "a.example/lib",
    "a.example/lib/",
    ".a.example",
    "https://.a.example",
    "script-src",
    "'url-sha256-abcd'",
    "'eval-sha-256-abcd'",
    "'strict-dynamic-url'",
    "'url-sha1-abcd'",
    "img-src",
    "img-src:",
    "https://[::1]",
    '"self"',
    "‘self’",
    "{{nonce}}",
    "%NONCE%",
    "a.example.",
    "a.example//",
    "a..b",
    "//",
    "/",
    ":",
    "'a.example'",
    "strict-dynamic",
    "share.example.com",
    "nonce-abc.example",
    "sha256-abc.example",
    "unsafe-inline.example",
    "data.example",
    "http://data.example",
    "a.localhost",
    "*.localhost",
    "1.2.3.4.example",
    "*.co.uk",
    "http://*.co.uk",
    "wss://*.github.io",
    "https://*.b.example",
    "script-src.example",
]


@pytest.mark.parametrize("text", TOKENS)
def test_what_holds_is_found(text: str) -> None:
    source = parse_source(text)
    every = {predicate for kind in ALL_KINDS for predicate in _PREDICATES[kind]}
    assert {predicate.__name__ for predicate in every if predicate(source)} == {
        predicate.__name__ for predicate in every if holds(source, predicate)
    }


LABELS = st.sampled_from(
    [
        "googletagmanger",
        "segmentt",
        "a",
        "-",
        "1",
        "sha1",
        "nonce-x",
        "none",
        "script-src",
        "localhost",
        "github",
        "co",
        "com",
        "0-7-7",
    ]
)
LAST = st.sampled_from(["com", "uk", "io", "example", "net", "localhosts"])
HOSTS = st.tuples(
    st.sampled_from(["", "http://", "https://", "ws://", "wss://"]), st.sampled_from(["", "*."]), st.lists(LABELS, max_size=3), LAST
).map(lambda parts: f"{parts[0]}{parts[1]}{'.'.join([*parts[2], parts[3]])}")  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(HOSTS)
def test_what_holds_is_found_of_ordinary_hosts(text: str) -> None:
    test_what_holds_is_found(text)


def test_every_predicate_holds_for_some_token() -> None:
    found = numbers_by_predicate(read_list(" ".join(TOKENS), CHROMIUM))
    every = {predicate for kind in ALL_KINDS for predicate in _PREDICATES[kind]}
    assert every == set(found)
    for predicate, numbers in found.items():
        assert numbers == [each for each, text in enumerate(TOKENS) if predicate(parse_source(text))]
