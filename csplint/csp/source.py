"""
Source expressions: one token of a source list, as browsers read it (CSP3 #grammardef-source-expression).

A token that is no source expression is kept, with the reason it is ignored:
browsers drop it and go on, and its author needs to be told.
"""

from __future__ import annotations

import binascii
import contextlib
import re
from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from csplint.csp.browsers import BROWSERS, CHROMIUM, Browser, BrowserName


class SourceKind(StrEnum):
    """What a token of a source list turned out to be."""

    KEYWORD = "keyword"
    NONE = "none"
    NONCE = "nonce"
    HASH = "hash"
    SCHEME = "scheme"
    STAR = "star"
    HOST = "host"
    INVALID = "invalid"


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
    }
)
"""The quoted words of the CSP3 grammar, lower case. Those that change no decision here are known all the same."""

DIGEST_BYTES = {"sha256": 32, "sha384": 48, "sha512": 64}


class Source(Struct, frozen=True):
    """
    One source expression.

    text: as written. kind: what it is. Then, by kind:
    keyword: `name`, lower case with its quotes. nonce: `name` is the value.
    hash: `algorithm`, and `digest` (the decoded bytes, of whatever length was written).
    scheme: `scheme`. host: `scheme` or "", `host` lower case ("" with `subdomains` for a lone *),
    `port` (None for none written, ANY_PORT for `:*`, NO_PORT for one that matches nothing), `path` as written without query ("" for none).
    is_location: whether a URL can match it. key: what a host is looked up by, "a.example" or "*.example"; "" for
    what is tried on every URL.
    invalid: `why`, a phrase that continues "it is ignored: …".
    """

    text: str
    kind: SourceKind
    name: str = ""
    scheme: str = ""
    host: str = ""
    subdomains: bool = False
    port: int | None = None
    path: str = ""
    algorithm: str = ""
    digest: bytes = b""
    why: str = ""
    key: str = ""
    is_location: bool = False


ANY_PORT = -1
NO_PORT = -2

_NONCE = re.compile(r"'nonce-([A-Za-z0-9+/_-]+={0,2})'", re.IGNORECASE)
_HASH = re.compile(r"'(sha256|sha384|sha512)-([A-Za-z0-9+/_-]+)(={0,2})'", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
_HOST = re.compile(r"(?:\*\.)?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?")


def parse_source(text: str, browser: Browser = CHROMIUM) -> Source:
    """Read one token; never raises, an unreadable one has kind INVALID."""
    return _READ[browser.name][text]


def parse_sources(texts: Iterable[str], browser: Browser = CHROMIUM) -> tuple[Source, ...]:
    """Read many tokens; policies repeat theirs, so what was read is kept."""
    return tuple(map(_READ[browser.name].__getitem__, texts))


class _Known(dict[str, Source]):
    """Tokens read before, for one browser; bounded, because a page chooses what is in it."""

    def __init__(self, browser: Browser) -> None:
        super().__init__()
        self.browser = browser

    def __missing__(self, text: str) -> Source:
        source = _parse_source(text, self.browser)
        if len(text) <= _LONGEST_KEPT:
            if len(self) >= _MOST_KEPT:
                self.clear()
            self[text] = source
        return source


_LONGEST_KEPT = 256
_MOST_KEPT = 8192
_READ: dict[BrowserName, _Known] = {browser.name: _Known(browser) for browser in BROWSERS}


def _parse_source(text: str, browser: Browser) -> Source:
    if text == "*":
        return Source(text, SourceKind.STAR, is_location=True)
    if text.startswith("'"):
        return _quoted(text, browser)
    return _scheme_or_host(text, browser)


def _invalid(text: str, why: str) -> Source:
    return Source(text, SourceKind.INVALID, why=why)


def _quoted(text: str, browser: Browser) -> Source:
    lowered = text.lower()
    if lowered == "'none'":
        return Source(text, SourceKind.NONE, name=lowered)
    if lowered in KEYWORDS:
        return Source(text, SourceKind.KEYWORD, name=lowered, is_location=lowered == "'self'")
    if found := _NONCE.fullmatch(text):
        return Source(text, SourceKind.NONCE, name=found[1])
    if found := _HASH.fullmatch(text):
        return _hash(text, found, browser)
    return _invalid(text, _why_not_quoted(lowered))


def _hash(text: str, found: re.Match[str], browser: Browser) -> Source:
    body, padding = found[2].replace("-", "+").replace("_", "/"), found[3]
    needed = -len(body) % 4
    digest = b""
    if len(padding) == needed or browser.unpadded_hashes_match:
        with contextlib.suppress(binascii.Error):
            digest = binascii.a2b_base64(body + "=" * needed)
    return Source(text, SourceKind.HASH, algorithm=found[1].lower(), digest=digest)


def _why_not_quoted(lowered: str) -> str:
    if lowered == "'nonce-'":
        return "the nonce is empty"
    if lowered.startswith("'nonce-"):
        return "the nonce is not base64"
    if re.match(r"'sha(256|384|512)-", lowered):
        return "the hash is not base64"
    if lowered.startswith("'sha"):
        return "only sha256, sha384 and sha512 hashes count"
    if len(lowered) == 1 or not lowered.endswith("'"):
        return "the closing quote is missing"
    return "no such keyword"


def _scheme_or_host(text: str, browser: Browser) -> Source:
    """Split as Chromium's ParseSource does: at the first colon or slash, to tell `scheme:`, `scheme://` and `host:port`."""
    scheme, rest = "", text
    cut = re.search(r"[:/]", text)
    if cut and text[cut.start()] == ":":
        after = text[cut.end() :]
        if not after:
            return _scheme(text)
        if after.startswith("/"):
            if not after.startswith("//"):
                return _invalid(text, "a scheme is followed by // and a host, or by nothing")
            scheme, rest = text[: cut.start()], after[2:]
            if not _SCHEME.fullmatch(scheme):
                return _invalid(text, f"{scheme or 'an empty text'} is no scheme")
    return _host(text, scheme.lower(), rest, browser)


def _scheme(text: str) -> Source:
    if not _SCHEME.fullmatch(text[:-1]):
        return _invalid(text, "what stands before the colon is no scheme")
    return Source(text, SourceKind.SCHEME, scheme=text[:-1].lower(), is_location=True)


def _host(text: str, scheme: str, rest: str, browser: Browser) -> Source:
    authority, slash, path = rest.partition("/")
    host, colon, port_text = authority.partition(":")
    if why := _host_fault(host):
        return _invalid(text, why)
    if host == "*" and slash and not colon and not browser.star_takes_path:
        return _invalid(text, "Firefox takes no path after a lone asterisk")
    port = _port(port_text, browser) if colon else None
    if colon and port is None:
        return _invalid(text, f"{port_text or 'an empty text'} is no port")
    lowered = host.lower()
    wildcard = lowered.startswith("*")
    return Source(
        text,
        SourceKind.HOST,
        scheme=scheme,
        host=lowered[2:] if wildcard else lowered,
        subdomains=wildcard,
        port=port,
        path=_path(slash + path),
        key="" if lowered == "*" else lowered,
        is_location=True,
    )


def _host_fault(host: str) -> str:
    if host == "*" or _HOST.fullmatch(host):
        return ""
    if not host:
        return "the host is missing"
    if host.startswith("."):
        return "a host cannot start with a dot"
    if "*" in host:
        return "an asterisk can only be the whole host or its first label, as in *.example.com"
    if host.startswith("["):
        return "IPv6 addresses are not in the grammar"
    if ".." in host:
        return "the host has an empty label"
    return "the host holds a character that hosts cannot have"


def _port(text: str, browser: Browser) -> int | None:
    if text == "*":
        return ANY_PORT
    if not (text.isascii() and text.isdigit()):
        return None
    if text.startswith("0") and not browser.padded_ports_match:
        return NO_PORT
    number = int(text) if len(text) <= _PORT_DIGITS else _LAST_PORT + 1
    return number if number <= _LAST_PORT else None


_PORT_DIGITS = 64
_LAST_PORT = 65535


def _path(path: str) -> str:
    """Cut query and fragment off, as browsers do while they keep the source."""
    return re.split(r"[?#]", path, maxsplit=1)[0]
