"""Parse the tokens of a source list, one at a time (CSP3 #grammardef-source-expression)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial

from csplint.csp.browsers import BROWSERS, CHROMIUM, Browser, BrowserName
from csplint.csp.digest import hash_source, switching_hash
from csplint.csp.location import location, ordinary_host
from csplint.csp.memo import BoundedCache
from csplint.csp.source import KEYWORDS, Source, SourceKind, invalid

_NONCE = re.compile(r"'(?i:nonce)-([A-Za-z0-9+/_-]+={0,2})'")
_NONCE_WITH_EQUALS = re.compile(r"'(?i:nonce)-([A-Za-z0-9+/_=-]+)'")


def parse_source(text: str, browser: Browser = CHROMIUM) -> Source:
    """Parse one token. Never raises: a token that is not a source expression has kind INVALID."""
    return _PARSED[browser.name][text]


def parse_sources(texts: Iterable[str], browser: Browser = CHROMIUM) -> tuple[Source, ...]:
    """Parse several tokens, in order."""
    return tuple(map(_PARSED[browser.name].__getitem__, texts))


def _parse_source(text: str, browser: Browser) -> Source:
    if browser is not CHROMIUM and (known := _PARSED[CHROMIUM.name].get(text)) is not None and known.is_ordinary:
        return known  # one source for all browsers, with all that is remembered about it
    if ordinary := ordinary_host(text):
        return ordinary
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
    if found := (_NONCE_WITH_EQUALS if browser.equals_anywhere_in_nonce else _NONCE).fullmatch(text):
        return Source(text, SourceKind.NONCE, name=found[1])
    return hash_source(text, browser) or switching_hash(text, browser) or invalid(text, _why_invalid(lowered))


def _why_invalid(lowered: str) -> str:
    if lowered == "'nonce-'":
        return "the nonce is empty"
    if lowered.startswith("'nonce-"):
        return "the nonce is not base64"
    if re.match(r"'sha(256|384|512)-", lowered):
        return "the hash is not base64"
    if lowered.startswith(("'url-sha", "'eval-sha")):
        return "only Chromium supports such hashes, as an experiment"
    if lowered.startswith("'sha"):
        return "only sha256, sha384 and sha512 hashes are supported"
    if len(lowered) == 1 or not lowered.endswith("'"):
        return "the closing quote is missing"
    return "not a known keyword"


_PARSED: dict[BrowserName, BoundedCache[Source]] = {
    browser.name: BoundedCache(partial(_parse_source, browser=browser), most=8192, longest=256, altogether=500_000)
    for browser in BROWSERS
}
"""Policies repeat their tokens, and a policy is judged again after each fix."""
