"""
The parts of a URL that CSP matching compares, by the WHATWG URL standard.

Python's own parser and httpx's differ from browsers on host names, ports, backslashes and white space, so no decision
uses them.
"""

from __future__ import annotations

import contextlib
import re
from functools import lru_cache

from msgspec import Struct

DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}
"""The port of a URL that names none, by scheme (URL #special-scheme)."""

NETWORK_SCHEMES = frozenset({"http", "https", "ws", "wss"})

UNKNOWN_PAGE = "https://page.invalid/"
"""The page's URL where it is not known: an https page on a host that cannot exist, so that 'self' matches nothing."""

_ESCAPES = re.compile(rb"%([0-9A-Fa-f]{2})")


class Url(Struct, frozen=True):
    """
    A parsed URL.

    href: the serialized URL. scheme: without the colon. host: serialized ("" for none; IPv6 in brackets).
    port: the effective port, None if the scheme has none. path: serialized, percent-encoded.
    """

    href: str
    scheme: str
    host: str
    port: int | None
    path: str

    @property
    def tuple_origin(self) -> tuple[str, str, int | None]:
        """Scheme, host and port (HTML #concept-origin-tuple): all of a page's URL that 'self' and a source without a scheme mean."""
        return self.scheme, self.host, self.port

    @property
    def origin(self) -> str:
        """The serialized origin; "null" for schemes with an opaque one (HTML #ascii-serialisation-of-an-origin)."""
        if self.scheme not in DEFAULT_PORTS:
            return "null"
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"


def is_own_blob(url: Url, page: Url) -> bool:
    """Whether this is a blob: URL of the page's origin; a page with an opaque origin has none."""
    return url.scheme == "blob" and page.scheme in DEFAULT_PORTS and url.path.startswith(f"{page.origin}/")


def parse_url(text: str, base: str | None = None) -> Url | None:
    """Parse `text`, relative to `base` if there is one; None if it is not a valid URL."""
    if len(text) > _LONGEST_CACHED:
        return _parse(text, base)
    return _parse_cached(text, base)


_LONGEST_CACHED = 2048

_PLAIN = re.compile(
    r"(https?|wss?)://"
    r"((?:(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!xn--)[a-z]{2,63})"
    r"(?::([1-9][0-9]{0,3}|[1-5][0-9]{4}))?"
    r"(/(?:[A-Za-z0-9_~-][A-Za-z0-9_~.-]*/)*(?:[A-Za-z0-9_~-][A-Za-z0-9_~.-]*)?)"
)
"""
URLs that the standard's parser leaves unchanged: a host of plain labels whose last one is a word, and a path of plain
segments. Most URLs are; the parser is loaded only for the others. A property test compares the two.
"""


def _plain(text: str, found: re.Match[str]) -> Url:
    scheme, host, written, path = found.groups()
    default = DEFAULT_PORTS[scheme]
    port = int(written) if written else default
    href = f"{scheme}://{host}{path}" if port == default else text
    return Url(href=href, scheme=scheme, host=host, port=port, path=path)


def _parse(text: str, base: str | None) -> Url | None:
    from ada_url import URL  # noqa: PLC0415 - takes 20 ms with cffi, and few URLs need it

    try:
        parsed = URL(text, base=base)
    except (ValueError, UnicodeEncodeError):
        return None
    scheme = parsed.protocol[:-1]
    port = int(parsed.port) if parsed.port else DEFAULT_PORTS.get(scheme)
    return Url(href=parsed.href, scheme=scheme, host=parsed.hostname, port=port, path=parsed.pathname)


@lru_cache(maxsize=4096)
def _parse_cached(text: str, base: str | None) -> Url | None:
    found = _PLAIN.fullmatch(text)
    return _plain(text, found) if found else _parse(text, base)


def percent_decode(path: str, *, utf8: bool = True, replaced: bool = False) -> str:
    """
    Undo percent-encoding once (CSP3 #path-part-match compares decoded paths).

    A path that is not UTF-8 is decoded as Latin-1, so that different paths stay different (Chromium's
    DecodeURLMode::kUTF8OrIsomorphic); without `utf8` every path is decoded as Latin-1, as in Firefox. `replaced`: bytes
    that are not UTF-8 become U+FFFD, as in WebKit.
    """
    if "%" not in path:
        return path
    raw = _ESCAPES.sub(lambda found: bytes([int(found[1], 16)]), path.encode("utf-8", "replace"))
    if replaced:
        return raw.decode("utf-8", "replace")
    if utf8:
        with contextlib.suppress(UnicodeDecodeError):
            return raw.decode("utf-8")
    return raw.decode("latin-1")
