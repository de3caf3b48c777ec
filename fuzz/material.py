"""Good inputs to start from, pieces to break them with, and strategies that do so."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

POLICY = (
    b"default-src 'self'; script-src 'self' 'nonce-cmFuZG9tMTIz' 'strict-dynamic' https://app-cdn.velaro.com; "
    b"connect-src 'self' https://*.velaro.com wss://*.velaro.com https://*.service.signalr.net; img-src * data:"
)
EMBED = b"<script nonce=cmFuZG9tMTIz src='https://app-cdn.velaro.com/embed.js'></script>"
PAGE = (
    b"<!doctype html><html><head><meta charset=utf-8><base href=/a/><title>Shop</title>"
    b"<meta http-equiv=Content-Security-Policy content=\"img-src 'self'; object-src 'none'\">"
    b"<style>@import url(x.css); p { background: url('//cdn.example/p.png') }</style><link rel=preload as=font href=f>"
    + EMBED
    + b"<script>fetch('https://api.velaro.com/x')</script></head><body onload='go()'><img srcset='a 1x, b 2x'>"
    b"<iframe srcdoc='<script>1</script>'></iframe><svg><use href='#a'/></svg><form action=/buy></form></body></html>"
)
HEAD = (
    b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html; charset=utf-8\r\nContent-Security-Policy: " + POLICY
)
RESPONSE = HEAD + b"\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(PAGE) + PAGE
CHUNKED = HEAD + b"\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % len(PAGE) + PAGE + b"\r\n0\r\n\r\n"
NOT_MODIFIED = b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Security-Policy: ' + POLICY + b"\r\n\r\n"
REDIRECT = b"HTTP/1.1 302 Found\r\nLocation: /next?a=1\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"
SAVED = HEAD + b"\r\n\r\n" + PAGE
VERBOSE = (
    b"*   Trying 127.0.0.1:443...\n* ALPN: server accepted h2\n> GET / HTTP/2\n> Host: shop.example\n> \n< HTTP/2 200 \n"
    b"< content-type: text/html\n< content-security-policy: " + POLICY + b"\n< \n{ [512 bytes data]\n" + PAGE
)
MHTML = (
    b'From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="--b"\r\n'
    b"\r\n----b\r\nContent-Type: text/html\r\nContent-Location: https://shop.example/\r\n\r\n"
    + PAGE
    + b"\r\n----b--\r\n"
)
HEADERS = b":status: 200\ncontent-type: text/html\ncontent-security-policy: " + POLICY + b"\nreport-to: {}\n"

_ENTRY: dict[str, Any] = {
    "pageref": "page_1",
    "startedDateTime": "2026-01-01T00:00:00Z",
    "_resourceType": "document",
    "_initiator": {"type": "script", "stack": {"callFrames": [{"url": "https://shop.example/", "lineNumber": 3}]}},
    "request": {
        "method": "GET",
        "url": "https://shop.example/",
        "headers": [{"name": "Sec-Fetch-Dest", "value": "document"}],
    },
    "response": {
        "status": 200,
        "headers": [
            {"name": "Content-Type", "value": "text/html"},
            {"name": "Content-Security-Policy", "value": POLICY.decode()},
        ],
        "content": {"mimeType": "text/html", "encoding": "base64", "text": base64.b64encode(PAGE).decode()},
        "redirectURL": "",
    },
}
_SCRIPT = {
    **_ENTRY,
    "_resourceType": "script",
    "request": {"method": "GET", "url": "https://app-cdn.velaro.com/embed.js"},
}
HAR: dict[str, Any] = {
    "log": {
        "version": "1.2",
        "creator": {"name": "WebInspector"},
        "pages": [{"id": "page_1", "title": "https://shop.example/", "startedDateTime": "2026-01-01T00:00:00Z"}],
        "entries": [_ENTRY, _SCRIPT],
    }
}
CONFIG = b"""fail-on = "warning"
select = ["SYN001", "script-wildcard"]
packs = ["velaro", "syntax", "security"]
vendors = ["auto"]
timeout = 5
[[target]]
name = "shop"
url = "http://127.0.0.1:9/${PATH}"
features = ["sounds"]
anchor = "deploy/csp.conf:12"
headers = { Authorization = "Bearer $${T}" }
[severity]
style-unsafe-inline = "info"
[[ignore]]
rule = "insecure-source"
target = "shop"
reason = "legacy"
expires = 2026-12-31
"""
PACK = b"""[pack]
id = "own"
title = "Own chat"
version = "2026.1"
source = "https://docs.vendor.example/csp"
checked = 2026-01-15
prefix = "OWN"
[[embed]]
where = "external"
marks = ['^https://cdn\\.vendor\\.example/']
[[needs]]
directive = "script-src"
sources = ["https://cdn.vendor.example"]
purpose = "the chat button"
[[needs]]
directive = "frame-src"
sources = ["https://us.vendor.example", "wss://eu.vendor.example"]
any_of = true
severity = "warning"
purpose = "the chat window"
"""
_VIOLATES = "violates the following Content Security Policy directive"
_EMBED = "https://app-cdn.velaro.com/embed.js"
CONSOLE = f"""Loading the script '{_EMBED}' {_VIOLATES}: "script-src 'self' 'nonce-cmFuZG9tMTIz'". Note that 'script-src-elem' was not
explicitly set, so 'script-src' is used as a fallback. The action has been blocked.
VM12:1 Uncaught EvalError: Refused to evaluate a string as JavaScript because 'unsafe-eval' is not an allowed source of script in the
following Content Security Policy directive: "default-src 'self'".
    at new Function (<anonymous>)
> Executing inline script {_VIOLATES} 'script-src 'self''. Either the 'unsafe-inline' keyword, a hash \
('sha256-GJEEwKZOcmjLDEwkh24+p16ReXOYAJCkTvCT6LZTIVI='), or a nonce ('nonce-...') is required to enable inline execution.
1. [Report Only] Refused to connect to 'wss://api.velaro.com/hub' because it {_VIOLATES}: "connect-src https:".
Content-Security-Policy: The page’s settings blocked a script (script-src-elem) at {_EMBED} from being executed because it \
violates the following directive: “script-src 'self'”
Content-Security-Policy: Ignoring “https:” within script-src: ‘strict-dynamic’ specified
Content-Security-Policy : Les paramètres de la page ont empêché le chargement d’une ressource (img-src) à l’adresse data:, car \
elle enfreint la directive suivante : « default-src 'self' »
Refused to load {_EMBED} because it appears in neither the script-src directive nor the default-src directive of the Content \
Security Policy.
The source list for the Content Security Policy directive 'img-src' contains an invalid source: 'https//a'. It will be ignored.
Content Security Policy of your site blocks some resources
{_EMBED}\tblocked\tscript-src-elem\t(index):12
Access to fetch at 'https://a.example/' from origin 'https://b.example' has been blocked by CORS policy: No
GET https://a.example/x net::ERR_BLOCKED_BY_CLIENT
""".encode()
REPORT: dict[str, Any] = {
    "csp-report": {
        "document-uri": "https://shop.example/cart?id=1",
        "referrer": "",
        "violated-directive": "img-src",
        "effective-directive": "img-src",
        "original-policy": POLICY.decode() + "; report-uri /csp",
        "disposition": "enforce",
        "blocked-uri": "https://app-cdn.velaro.com/agent.png",
        "line-number": 3,
        "source-file": "https://shop.example/app.js",
        "status-code": 200,
        "script-sample": "",
    }
}
REPORTS: list[Any] = [
    {
        "type": "csp-violation",
        "age": 12,
        "url": "https://shop.example/",
        "user_agent": "Mozilla/5.0 Chrome/156.0.0.0",
        "body": {
            "documentURL": "https://shop.example/",
            "blockedURL": "inline",
            "effectiveDirective": "script-src-elem",
            "originalPolicy": "script-src 'self'",
            "disposition": "report",
            "sample": "console.log(1)",
            "statusCode": 200,
        },
    },
    {"type": "deprecation", "url": "https://shop.example/", "body": {"id": "x", "sourceFile": "a.js", "lineNumber": 1}},
]
BASELINE: dict[str, Any] = {
    "format": "csplint-baseline",
    "format_version": 1,
    "findings": [
        {
            "fingerprint": "75250cdd7b8719d7accf91d668c11ca6",
            "rule": "form-action-missing",
            "target": "policy",
            "message": "M",
        },
        {"fingerprint": "0" * 32, "rule": "script-host-missing", "target": "shop", "message": "N"},
    ],
}

PIECES = [
    *(
        b"\x00",
        b"\x1b[2J",
        b"\x1b]0;x\x07",
        b"\x9b",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\xe2\x80\xae",
        b"\xe2\x80\xa8",
        b"\xc3",
    ),
    *(b"\r\n", b"\n", b"\r", b"\t", b" ", b"\x0b", b"\xc2\x85", b"\n::error::x", b"##vso[task.complete]", b"##[error]"),
    *(
        b"'",
        b'"',
        b";",
        b",",
        b"*",
        b"<",
        b">",
        b"&#0;",
        b"]]>",
        b"<!--",
        b"--!>",
        b"{",
        b"}",
        b"[",
        b"]",
        b"=",
        b"%",
        b"\\",
    ),
    *(
        b"'unsafe-inline'",
        b"'nonce-'",
        b"'sha256-AAAA='",
        b"'none'",
        b"data:",
        b"https:",
        b"*.co.uk",
        b"[::1]",
        b"//",
        b":0",
    ),
    *(
        b"default-src",
        b"sandbox",
        b"require-trusted-types-for 'script'",
        b"report-uri /r",
        b"Content-Security-Policy: ",
    ),
    *(
        b"Content-Encoding: gzip\r\n",
        b"Content-Type: application/pdf\r\n",
        b"charset=utf-16",
        b"Location: //[\r\n",
        b"HTTP/1.1 ",
    ),
    *(b"<svg><script>", b"<template>", b"<frameset>", b"<plaintext>", b"<base href='data:,'>", b"<meta charset=utf-7>"),
    *(
        b"null",
        b"-1",
        b"1e400",
        b"99999999999999999999",
        b"NaN",
        b"true",
        b'""',
        b"[[",
        b"]]",
        b"a.b.c = 1\n",
        b"\\ud800",
    ),
    *(
        b"\xf0\x9f\x92\xa3",
        b"\xcc\x81" * 9,
        b"A" * 400,
        b"/" * 50,
        b"0x7f.1",
        b"%00",
        b"xn--a",
        b"\xef\xbb\xbf",
        b"${X}",
        b"..",
        b"/dev/null",
    ),
]
"""Bytes that mean something to one of the readers, to a terminal, or to a CI runner."""


def mutated(seeds: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """A seed with up to eight spans replaced by a piece, a part of a seed, or any bytes; sometimes no seed at all."""
    part = st.builds(_part, st.sampled_from(seeds), st.floats(0, 1), st.integers(1, 200))
    new = st.one_of(st.sampled_from(PIECES), st.just(b""), part, st.binary(max_size=12))
    changes = st.lists(st.tuples(st.floats(0, 1), st.sampled_from([0, 0, 1, 4, 30, 300]), new), max_size=8)
    return st.one_of(st.builds(_changed, st.sampled_from(seeds), changes), st.lists(new, max_size=12).map(b"".join))


def _part(seed: bytes, where: float, size: int) -> bytes:
    start = int(where * len(seed))
    return seed[start : start + size]


def _changed(seed: bytes, changes: Sequence[tuple[float, int, bytes]]) -> bytes:
    for where, size, new in changes:
        start = int(where * len(seed))
        seed = seed[:start] + new + seed[start + size :]
    return seed


def json_values() -> st.SearchStrategy[Any]:
    """Any JSON value, with the pieces as strings."""
    scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), _piece_texts())
    return st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names(), inner, max_size=3), max_leaves=6
    )


def _piece_texts() -> st.SearchStrategy[str]:
    return st.sampled_from(PIECES).map(lambda piece: piece.decode("utf-8", "surrogateescape"))


def _names() -> st.SearchStrategy[str]:
    return st.one_of(st.text(max_size=8), st.sampled_from(["a", "type", "items", "title", "url"]))


def mutated_json(seed: Any) -> st.SearchStrategy[bytes]:
    """The seed, well-formed, with up to four values somewhere in it replaced, and sometimes a key gone."""
    places = list(_places(seed))
    change = st.tuples(st.sampled_from(places), st.one_of(json_values(), st.just(_GONE)))
    return st.lists(change, min_size=1, max_size=4).map(lambda changes: _dumped(seed, changes))


_GONE = object()


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, each in inner for place in [(*path, key), *_places(each, (*path, key))]]


def _dumped(seed: Any, changes: Sequence[tuple[tuple[Any, ...], Any]]) -> bytes:
    made = json.loads(json.dumps(seed))
    for path, new in changes:
        _set(made, path, new)
    return json.dumps(made).encode()


def _set(made: Any, path: tuple[Any, ...], new: Any) -> None:
    for key in path[:-1]:
        try:
            made = made[key]
        except (KeyError, IndexError, TypeError):
            return  # an earlier change replaced what was there
    if isinstance(made, dict) or (isinstance(made, list) and isinstance(path[-1], int) and path[-1] < len(made)):
        if new is _GONE:
            made.pop(path[-1], None) if isinstance(made, dict) else made.pop(path[-1])
        else:
            made[path[-1]] = new
