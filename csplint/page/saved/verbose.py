"""
Read the output of `curl -v`: a request's lines begin with ">", a response's headers with "<", curl's own notes with "*".

They go to standard error, so a file has them without the body, or (with `2>&1`) among it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ada_url import URL

from csplint.errors import TargetError
from csplint.page.capture import Capture
from csplint.page.excerpt import excerpt
from csplint.page.saved.curl import HINT, MAX_HEAD_BYTES, MAX_HEADS, STATUS_LINE, Head, capture_of, stretch
from csplint.page.saved.text import SavedText, saved_error

_ANSWER = re.compile(rb"^< HTTP/", re.MULTILINE)
_FIRST = re.compile(rb"\A(?:[*<>] |\s*% Total|Note: |[{}] \[)")
# Without -s, curl draws a table of its progress; between pieces of a body it says how long they are.
_NOISE = re.compile(
    rb"^(?:\* .*|[{}] \[[0-9]+ bytes data\]|\s*% Total .*|\s*Dload +Upload.*|[ \r]*[0-9]+ +[0-9.]+[kMG]? .*--:--:--.*)(?:\n|\Z)"
    rb"|[{}] \[[0-9]+ bytes data\]\r?\n",
    re.MULTILINE,
)
_REQUEST = re.compile(rb"^> [A-Z]+ (/\S*) HTTP/", re.MULTILINE)
_HOST = re.compile(rb"^> (?:host|:authority): *(\S+)", re.MULTILINE | re.IGNORECASE)
_SECURE = re.compile(rb"SSL connection using|\bport 443\b|ALPN: server accepted")


def is_verbose(text: bytes) -> bool:
    """Whether this is what `curl -v` prints, with at least the first line of a response."""
    return _FIRST.match(text) is not None and _ANSWER.search(text) is not None


def read_verbose(target: str, text: bytes, page: str | None, unknown: str) -> Capture:
    """The last response and its body, "" if the file has none. Parameters as for `curl.read_curl`. Raises TargetError."""
    heads = tuple(_heads(target, text))
    rest = text[heads[-1].end :]
    body = _NOISE.sub(b"", rest)
    saved = SavedText(data=text, body=heads[-1].end if body == rest else None)
    return capture_of(target, heads, body, saved, (page, _requested(text, unknown)))


def _requested(text: bytes, unknown: str) -> str:
    """The URL of the first request."""
    path, host = _REQUEST.search(text), _HOST.search(text)
    if path is None or host is None:
        return unknown
    scheme = "https" if _SECURE.search(text, 0, path.start()) else "http"
    try:
        return URL(f"{scheme}://{host[1].decode('latin-1')}{path[1].decode('latin-1')}").href
    except ValueError:
        return unknown


def _heads(target: str, text: bytes) -> Iterator[Head]:
    starts = [found.start() for found in _ANSWER.finditer(text)]
    if len(starts) > MAX_HEADS:
        raise saved_error(target, f"the file has more than {MAX_HEADS} responses", HINT)
    for start in starts:
        yield _head(target, text, start)


def _head(target: str, text: bytes, start: int) -> Head:
    """One head; curl ends it with an empty "<" line."""
    status = STATUS_LINE.match(text, start + 2)
    if status is None:
        raise _not_a_header(target, text, start)
    headers: list[tuple[bytes, bytes]] = []
    stretches: list[list[tuple[int, int]]] = []
    at = status.end()
    while at < len(text) and at - start <= MAX_HEAD_BYTES:
        end = text.find(b"\n", at) + 1 or len(text)
        line = text[at:end].rstrip(b"\r\n")
        if line.rstrip() == b"<":
            at = end
            break
        if line.startswith(b"< "):
            name, colon, value = line[2:].partition(b":")
            if not colon:
                raise _not_a_header(target, text, at)
            headers.append((name.strip(), value.strip(b" \t")))
            stretches.append([stretch(value, at + 2 + len(name) + 1)])
        elif not line.startswith((b"* ", b"{ [", b"} [")):
            break
        at = end
    return Head(int(status[1]), tuple(headers), tuple(stretches), at)


def _not_a_header(target: str, text: bytes, at: int) -> TargetError:
    line = text[at : at + MAX_HEAD_BYTES].splitlines()[0]
    number = text.count(b"\n", 0, at) + 1
    return saved_error(target, f"line {number}: {excerpt(line)} is not a response header", HINT)
