"""
Read response headers that somebody copied, without a status line: `name: value`, a line each.

Browsers' panels copy them so, with pseudo-headers (`:status: 200`), with a section "General" above, or each name on a line
of its own and its value on the next. Firefox can also copy them as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from csplint.page.fetch.redirects import read_address
from csplint.page.saved.curl import MAX_HEAD_BYTES, stretch

_LINE = re.compile(
    rb"(:?[A-Za-z0-9!#$%&'*+.^_`|~-]+|Request URL|Request Method|Status Code|Remote Address|Referrer Policy)[ \t]*:(.*)"
)
_TITLE = re.compile(
    rb"(?:General|(?:Response|Request) Headers(?: \([^)]*\))?|View (?:source|parsed)|Raw|HTTP/[0-9.]+ ?)", re.IGNORECASE
)
_END = re.compile(rb"Request Headers", re.IGNORECASE)
_KNOWN = frozenset(
    b"""
    :status accept-ranges access-control-allow-origin age alt-svc cache-control cf-ray connection content-encoding
    content-language content-length content-security-policy content-security-policy-report-only content-type date etag
    expires last-modified link nel permissions-policy pragma referrer-policy report-to server set-cookie
    strict-transport-security transfer-encoding vary via x-cache x-content-type-options x-frame-options x-powered-by
    x-xss-protection
    """.split()
)
_SENT = frozenset(b":method :path :authority host user-agent accept-language sec-fetch-dest sec-fetch-mode".split())
_GENERAL = frozenset((b"request method", b"remote address", b"referrer policy"))


class HeaderList(Struct, frozen=True):
    """
    A response's headers.

    starts: for each, the offset of each byte of its value and of its end; None if they are not known. status: None where
    the text does not say; url: "" likewise. requests: these are the headers that a browser sent, not a response's.
    """

    headers: tuple[tuple[bytes, bytes], ...]
    starts: tuple[list[int], ...] | None = None
    status: int | None = None
    url: str = ""
    requests: bool = False


def read_header_list(text: bytes) -> HeaderList | None:
    """The headers, if the text is nothing but headers and at least one is well known; else None."""
    if len(text) > MAX_HEAD_BYTES:
        return None
    if text.lstrip().startswith(b"{"):
        return _from_json(text)
    headers: list[tuple[bytes, bytes]] = []
    starts: list[list[int]] = []
    names: set[bytes] = set()
    status, url = None, ""
    for name, value, at in _pairs(text):
        lowered = name.lower()
        if not name:
            return None
        names.add(lowered)
        if lowered in (b":status", b"status code"):
            status = int(value[:3]) if re.match(rb"[0-9]{3}\b", value) else None
        elif lowered == b"request url":
            url = _url(value)
        elif lowered not in _GENERAL and not name.startswith(b":"):
            first, end = stretch(value, at)
            headers.append((name, value.strip(b" \t")))
            starts.append(list(range(first, end + 1)))
    if status is None and names.isdisjoint(_KNOWN):
        return HeaderList((), requests=True) if names & _SENT else None
    return HeaderList(tuple(headers), tuple(starts), status, url, requests=len(names & _SENT) > 1)


def _pairs(text: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """Name, value and the value's offset; a name without a value takes the next line. An empty name for any other line."""
    lines = [(found.start(), found[0].rstrip(b"\r")) for found in re.finditer(rb"[^\n]+", text)]
    lines = [(at, line) for at, line in lines if line.strip()]
    number = 0
    while number < len(lines):
        at, line = lines[number]
        number += 1
        if _END.match(line.strip()) and number > 1:
            return
        if _TITLE.fullmatch(line.strip()):
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            yield b"", b"", at
            return
        value, at = found[2], at + found.start(2)
        if not value.strip() and number < len(lines) and not _is_header(lines[number][1]):
            at, value = lines[number]
            number += 1
        yield found[1], value.strip(b" \t"), at + len(value) - len(value.lstrip(b" \t"))


def _is_header(line: bytes) -> bool:
    found = _LINE.fullmatch(line)
    return found is not None and (found[1].lower() in _KNOWN or not found[2].strip())


def _url(value: bytes) -> str:
    try:
        return read_address(value.decode("utf-8", "replace").strip()).url
    except ValueError:
        return ""


def _from_json(text: bytes) -> HeaderList | None:
    """What Firefox copies: {"Response Headers (1 kB)": {"headers": [{"name": …, "value": …}]}}."""
    try:
        value: Any = json.loads(text)
        found = [each for key, each in value.items() if key.startswith("Response Headers")]
        headers = [(pair["name"].encode(), pair["value"].encode()) for pair in found[0]["headers"]]
    except (ValueError, RecursionError, AttributeError, IndexError, KeyError, TypeError):
        return None
    return HeaderList(tuple(headers))
