"""
Scheme and host sources: `https:`, `*.example.com:8443/path` (CSP3 #grammardef-scheme-source, #grammardef-host-source).

Browsers parse them with hand-written code that is older than the grammar, and differ in what they accept: a final dot, a
query after the host, an unusual path.
"""

from __future__ import annotations

import re

from csplint.csp.browsers import Browser
from csplint.csp.source import ANY_PORT, NO_PORT, Source, SourceKind, invalid

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
_HOST = re.compile(r"(?:\*\.)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.?")


def location(text: str, browser: Browser) -> Source:
    """Parse a token that neither starts with a quote nor is an ordinary host."""
    found = plain_host(text)
    return _plain(text, *found.groups("")) if found else _split(text, browser)


def ordinary_host(text: str) -> Source | None:
    """
    Parse a name in lower case under a top-level domain of letters, perhaps after a scheme of the web, *. or both; else None.

    Most tokens are such hosts, and hardly any check finds fault with one: so they are told apart once, here.
    """
    found = _ORDINARY.fullmatch(text) if len(text) <= _LONGEST_PLAIN else None
    if found is None:
        return None
    scheme, wildcard, host = found.groups("")
    return Source(
        text,
        SourceKind.HOST,
        scheme=scheme,
        host=host,
        subdomains=bool(wildcard),
        key=wildcard + host,
        is_location=True,
        is_ordinary=True,
    )


def plain_host(text: str) -> re.Match[str] | None:
    """Match the usual form of a host source, which every browser parses alike; None for any other token."""
    return _PLAIN.fullmatch(text) if len(text) <= _LONGEST_PLAIN else None


_LONGEST_PLAIN = 256
_PLAIN = re.compile(r"(?:(https?|wss?)://)?(\*\.)?((?:[a-z0-9-]+\.)+[a-z0-9-]+)((?:/[A-Za-z0-9._~-]+)*/?)")
"""No port, no capitals, nothing in the path that needs encoding. A property test compares this with `_split`."""

_ORDINARY = re.compile(r"(?:(https?|wss?)://)?(\*\.)?((?:[a-z0-9-]+\.)+(?!localhost\Z)[a-z]+)")
"""A part of what _PLAIN matches; a property test compares this with `_split` too."""


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
                return invalid(text, "after the scheme there must be // and a host, or nothing")
            scheme, rest = text[: cut.start()], after[2:]
            if not _SCHEME.fullmatch(scheme):
                return invalid(text, f"{scheme} is not a valid scheme" if scheme else "the scheme is missing")
    return _host(text, scheme.lower(), rest, browser)


def _scheme(text: str) -> Source:
    if not _SCHEME.fullmatch(text[:-1]):
        return invalid(text, "the text before the colon is not a valid scheme")
    return Source(text, SourceKind.SCHEME, scheme=text[:-1].lower(), is_location=True)


def _host(text: str, scheme: str, rest: str, browser: Browser) -> Source:
    authority, slash, path = rest.partition("/")
    if browser.query_may_follow_host:
        bare = cut_query(authority)
        authority, slash, path = (authority, slash, path) if bare == authority else (bare, "", "")
    host, colon, port_text = authority.partition(":")
    if why := _host_fault(host, browser) or _star_fault(rest, host, browser, has_scheme=bool(scheme)):
        return invalid(text, why)
    port = _port(port_text, browser) if colon else None
    if colon and port is None:
        return invalid(text, f"{port_text} is not a valid port" if port_text else "the port is missing")
    path = cut_query(slash + path)
    if browser.keeps_to_path_grammar and path and not _PATH.fullmatch(path):
        return invalid(text, "Firefox accepts no path that is too long, starts with // or has unencoded characters")
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
        return "Firefox accepts no dot after a host" if host.endswith(".") and not browser.host_takes_final_dot else ""
    if not host:
        return "the host is missing"
    if host.startswith("."):
        return "a host cannot start with a dot"
    if "*" in host:
        return "an asterisk can only be the whole host or its first label, as in *.example.com"
    if host.startswith("["):
        return "the CSP grammar has no IPv6 addresses"
    if ".." in host:
        return "the host has two dots in a row"
    return "the host has a character that is not allowed in hosts"


def _star_fault(rest: str, host: str, browser: Browser, *, has_scheme: bool) -> str:
    """Firefox accepts only a port after a lone asterisk; WebKit accepts neither port nor path without a scheme before it."""
    if host != "*":
        return ""
    if not browser.star_takes_path and rest[1:2] not in {"", ":"}:
        return "Firefox accepts no path after a lone asterisk"
    if not browser.bare_star_takes_port and not has_scheme:
        return "WebKit accepts no port and no path after a lone asterisk without a scheme"
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
"""RFC 3986 #section-3.3, without comma and semicolon, which separate policies and directives."""


def cut_query(path: str) -> str:
    """Remove query and fragment, as browsers do; the source stays valid."""
    return re.split(r"[?#]", path, maxsplit=1)[0]
