"""
Source expressions: one token of a source list, as browsers read it (CSP3 #grammardef-source-expression).

A token that is no source expression is kept, with the reason it is ignored:
browsers drop it and go on, and its author needs to be told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial

from csplint.csp.browsers import BROWSERS, CHROMIUM, Browser, BrowserName
from csplint.csp.digest import DIGEST_BYTES, hash_source, switching_hash
from csplint.csp.expression import ALL_KINDS, ANY_PORT, NO_PORT, AnySourceKind, Source, SourceKind, invalid
from csplint.csp.location import location
from csplint.csp.memo import BoundedCache

__all__ = [
    "ALL_KINDS",
    "ANY_PORT",
    "DIGEST_BYTES",
    "KEYWORDS",
    "NO_PORT",
    "AnySourceKind",
    "Source",
    "SourceKind",
    "parse_source",
    "parse_sources",
]

KEYWORDS = frozenset(
    {
        "'self'",
        "'unsafe-inline'",
        "'unsafe-eval'",
        "'unsafe-hashes'",
        "'strict-dynamic'",
        "'report-sample'",
        "'wasm-unsafe-eval'",
        "'trusted-types-eval'",
        "'inline-speculation-rules'",
        "'report-sha256'",
        "'report-sha384'",
        "'report-sha512'",
        "'unsafe-webtransport-hashes'",
        "'strict-dynamic-url'",
    }
)
"""The quoted words of the CSP3 grammar, lower case. Those that change no decision here are known all the same."""

_NONCE = re.compile(r"'(?i:nonce)-([A-Za-z0-9+/_-]+={0,2})'")


def parse_source(text: str, browser: Browser = CHROMIUM) -> Source:
    """Read one token; never raises, an unreadable one has kind INVALID."""
    return _READ[browser.name][text]


def parse_sources(texts: Iterable[str], browser: Browser = CHROMIUM) -> tuple[Source, ...]:
    """Read many tokens; policies repeat theirs, so what was read is kept."""
    return tuple(map(_READ[browser.name].__getitem__, texts))


def _parse_source(text: str, browser: Browser) -> Source:
    if text == "*":
        return Source(text, SourceKind.STAR, is_location=True)
    if text.startswith("'"):
        return _quoted(text, browser)
    return location(text, browser)


def _quoted(text: str, browser: Browser) -> Source:
    lowered = text.lower()
    if lowered == "'none'":
        return Source(text, SourceKind.NONE, name=lowered)
    if lowered in KEYWORDS:
        return Source(text, SourceKind.KEYWORD, name=lowered, is_location=lowered == "'self'")
    if found := _NONCE.fullmatch(text):
        return Source(text, SourceKind.NONCE, name=found[1])
    return hash_source(text, browser) or switching_hash(text, browser) or invalid(text, _why_not_quoted(lowered))


def _why_not_quoted(lowered: str) -> str:
    if lowered == "'nonce-'":
        return "the nonce is empty"
    if lowered.startswith("'nonce-"):
        return "the nonce is not base64"
    if re.match(r"'sha(256|384|512)-", lowered):
        return "the hash is not base64"
    if lowered.startswith(("'url-sha", "'eval-sha")):
        return "only Chromium knows such hashes, as an experiment"
    if lowered.startswith("'sha"):
        return "only sha256, sha384 and sha512 hashes count"
    if len(lowered) == 1 or not lowered.endswith("'"):
        return "the closing quote is missing"
    return "no such keyword"


_READ: dict[BrowserName, BoundedCache[Source]] = {
    browser.name: BoundedCache(partial(_parse_source, browser=browser), most=8192, longest=256, altogether=500_000)
    for browser in BROWSERS
}
