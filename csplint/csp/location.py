"""
Scheme and host sources: `https:`, `*.example.com:8443/path` (CSP3 #grammardef-scheme-source, #grammardef-host-source).

Browsers read them by hand-written parsers older than the grammar, and differ in
what they let pass: a final dot, a query after the host, an odd path.
"""

from __future__ import annotations

import re

from csplint.csp.browsers import Browser
from csplint.csp.expression import ANY_PORT, NO_PORT, Source, SourceKind, invalid

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
_HOST = re.compile(r"(?:\*\.)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.?")


def location(text: str, browser: Browser) -> Source:
    """Read a token that starts with no quote."""
    found = plain_host(text)
    return _plain(text, *found.groups("")) if found else _split(text, browser)


def plain_host(text: str) -> re.Match[str] | None:
    """Match a host source as nearly all of them are, which every browser reads alike; None for any other token."""
    return _PLAIN.fullmatch(text) if len(text) <= _LONGEST_PLAIN else None


_LONGEST_PLAIN = 256
_PLAIN = re.compile(r"(?:(https?|wss?)://)?(\*\.)?((?:[a-z0-9-]+\.)+[a-z0-9-]+)((?:/[A-Za-z0-9._~-]+)*/?)")
"""No port, no capitals, nothing in the path that would have to be encoded. A test holds the two ways together."""


def _plain(text: str, scheme: str, wildcard: str, host: str, path: str) -> Source:
    return Source(
        text,
        SourceKind.HOST,
        scheme=scheme,
        host=host,
        subdomains=bool(wildcard),
        path=path,
        key=wildcard + host,
        is_location=True,
    )


def _split(text: str, browser: Browser) -> Source:
    """Split as Chromium's ParseSource does: at the first colon or slash, to tell `scheme:`, `scheme://` and `host:port`."""
    scheme, rest = "", text
    cut = re.search(r"[:/]", text)
    if cut and text[cut.start()] == ":":
        after = text[cut.end() :]
        if not after:
            return _scheme(text)
        if after.startswith("/"):
            if not after.startswith("//"):
                return invalid(text, "a scheme is followed by // and a host, or by nothing")
            scheme, rest = text[: cut.start()], after[2:]
            if not _SCHEME.fullmatch(scheme):
                return invalid(text, f"{scheme or 'an empty text'} is no scheme")
    return _host(text, scheme.lower(), rest, browser)


def _scheme(text: str) -> Source:
    if not _SCHEME.fullmatch(text[:-1]):
        return invalid(text, "what stands before the colon is no scheme")
    return Source(text, SourceKind.SCHEME, scheme=text[:-1].lower(), is_location=True)


def _host(text: str, scheme: str, rest: str, browser: Browser) -> Source:
    authority, slash, path = rest.partition("/")
    if browser.query_may_follow_host:
        bare = cut_query(authority)
        authority, slash, path = (authority, slash, path) if bare == authority else (bare, "", "")
    host, colon, port_text = authority.partition(":")
    if why := _host_fault(host, browser) or _star_fault(rest, host, browser):
        return invalid(text, why)
    port = _port(port_text, browser) if colon else None
    if colon and port is None:
        return invalid(text, f"{port_text or 'an empty text'} is no port")
    path = cut_query(slash + path)
    if browser.keeps_to_path_grammar and path and not _PATH.fullmatch(path):
        return invalid(text, "Firefox takes no path that is too long, starts with // or has unencoded characters")
    lowered = host.lower()
    wildcard = lowered.startswith("*")
    return Source(
        text,
        SourceKind.HOST,
        scheme=scheme,
        host=lowered[2:] if wildcard else lowered,
        subdomains=wildcard,
        port=port,
        path=path,
        key="" if lowered == "*" else lowered,
        is_location=True,
    )


def _host_fault(host: str, browser: Browser) -> str:
    if host == "*" or _HOST.fullmatch(host):
        return "Firefox takes no dot after a host" if host.endswith(".") and not browser.host_takes_final_dot else ""
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


def _star_fault(rest: str, host: str, browser: Browser) -> str:
    """Firefox wants nothing after a lone asterisk but a port."""
    if host == "*" and not browser.star_takes_path and rest[1:2] not in {"", ":"}:
        return "Firefox takes no path after a lone asterisk"
    return ""


_PORT_DIGITS = 64
_LAST_PORT = 65535


def _port(text: str, browser: Browser) -> int | None:
    if text == "*":
        return ANY_PORT
    if not (text.isascii() and text.isdigit()):
        return None
    if text.startswith("0") and not browser.padded_ports_match:
        return NO_PORT
    number = int(text) if len(text) <= _PORT_DIGITS else _LAST_PORT + 1
    return number if number <= _LAST_PORT else None


_PATH = re.compile(r"/(?!/)(?:(?:[A-Za-z0-9._~!$&'()*+=:@/-]|%[0-9A-Fa-f]{2}){0,512})")
"""RFC 3986 #section-3.3, without the comma and semicolon that policies are cut at."""


def cut_query(path: str) -> str:
    """Cut query and fragment off, as browsers do while they keep the source."""
    return re.split(r"[?#]", path, maxsplit=1)[0]
