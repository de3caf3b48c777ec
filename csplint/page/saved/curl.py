"""Parse the output of `curl -i`: one response or, with -L, every response on the way, one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from csplint.errors import TargetError
from csplint.page.capture import Capture, Hop
from csplint.page.excerpt import excerpt
from csplint.page.fetch.decoding import GZIP_MAGIC, BoundedDecoder, DecodingError, read_codings
from csplint.page.fetch.redirects import RedirectError, follow, redirect_location
from csplint.page.fetch.response_checks import headers_too_large
from csplint.page.fetch.settings import MAX_BODY_BYTES
from csplint.page.saved.text import SavedText, saved_error

STATUS_LINE = re.compile(rb"HTTP/[0-9](?:\.[0-9])? +([0-9]{3})(?: [^\r\n]*)?\r?(?:\n|\Z)")
MAX_HEADS = 100
MAX_HEAD_BYTES = 128 * 1024
HINT = "save it with `curl -i --compressed URL > FILE`"
# Bytes that text does not have, but every compressed body has among its first thousand.
NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class Head(Struct, frozen=True):
    """
    Status and headers of one response.

    stretches: for each header, start and end (exclusive) of its value in the text, one pair for each line.
    end: the offset in the text where the headers end.
    """

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    stretches: tuple[list[tuple[int, int]], ...]
    end: int

    @property
    def starts(self) -> tuple[list[int], ...]:
        """For each header, the offset of each byte of its value; the space for a fold has the offset where the line before ends."""
        return tuple([at for start, end in each for at in range(start, end + 1)] for each in self.stretches)


def read_curl(target: str, text: bytes, page: str | None, unknown: str) -> Capture:
    """
    The last response in the text, with the redirects before it.

    Others (100 Continue, 103 Early Hints, a proxy's "200 Connection established", a 401 before the password was sent) are
    skipped. page: the URL that the user passed. unknown: the URL to use without one. Raises TargetError.
    """
    heads = tuple(_heads(target, text))
    body = text[heads[-1].end :]
    return capture_of(target, heads, body, SavedText(data=text, body=heads[-1].end), (page, unknown))


def capture_of(
    target: str, heads: Sequence[Head], written: bytes, saved: SavedText, urls: tuple[str | None, str]
) -> Capture:
    """
    The last response, with the redirects before it.

    written: its body as the file has it. saved: the file, without the places of the headers. urls: the page's, None if
    the user passed none, and the one that was requested first. Raises TargetError.
    """
    page, first = urls
    last = heads[-1]
    hops: list[Hop] = []
    here = page or first
    for head in heads[:-1]:
        location = _location(target, head)
        if location is not None:
            try:
                led_to = follow(here, location).url
            except RedirectError as exc:
                raise saved_error(target, str(exc), HINT) from exc
            hops.append(Hop(here, head.status, led_to))
            here = led_to
    body = _decompressed(target, last, written)
    return Capture(
        target=target,
        url=page or here,
        status=last.status,
        headers=last.headers,
        body=body,
        redirects=tuple(hops),
        saved=replace(saved, headers=last.starts, body=saved.body if body == written else None),
    )


def _location(target: str, head: Head) -> str | None:
    locations = [value for name, value in head.headers if name.lower() == b"location"]
    try:
        return redirect_location(head.status, locations)
    except RedirectError as exc:
        raise saved_error(target, str(exc), HINT) from exc


def _heads(target: str, text: bytes) -> Iterator[Head]:
    """All heads; curl prints only the last body, so the next head follows immediately or not at all."""
    at = 0
    for _ in range(MAX_HEADS):
        head = _head(target, text, at)
        yield head
        at = head.end
        if not STATUS_LINE.match(text, at):
            return
    raise saved_error(target, f"the file has more than {MAX_HEADS} responses", HINT)


def _head(target: str, text: bytes, start: int) -> Head:
    """Parse one head; lines end in CRLF or, if an editor changed them, in LF."""
    status_line = STATUS_LINE.match(text, start)
    if status_line is None:
        line = text[start : start + MAX_HEAD_BYTES].splitlines()[0]
        raise _bad_line(target, text, start, f"{excerpt(line)} is not a status line")
    headers: list[tuple[bytes, bytes]] = []
    stretches: list[list[tuple[int, int]]] = []
    at = status_line.end()
    while at < len(text):
        if at - start > MAX_HEAD_BYTES:
            raise headers_too_large(target, MAX_HEAD_BYTES)
        end = text.find(b"\n", at) + 1 or len(text)
        line = text[at:end].rstrip(b"\r\n")
        if not line:
            return Head(int(status_line[1]), tuple(headers), tuple(stretches), end)
        name, colon, value = line.partition(b":")
        if line[:1] in (b" ", b"\t") and headers:
            # A folded line belongs to the header above it (RFC 9112 #line.folding).
            headers[-1] = (headers[-1][0], headers[-1][1] + b" " + line.strip(b" \t"))
            stretches[-1].append(stretch(line, at))
        elif colon and name.strip() and not re.search(rb"\s", name.strip()):
            headers.append((name.strip(), value.strip(b" \t")))
            stretches.append([stretch(value, at + len(name) + 1)])
        else:
            raise _bad_line(target, text, at, f"{excerpt(line)} is not a header")
        at = end
    return Head(int(status_line[1]), tuple(headers), tuple(stretches), len(text))


def stretch(text: bytes, at: int) -> tuple[int, int]:
    """Start and end of a text at offset `at`, without the spaces and tabs around it."""
    end = at + len(text.rstrip(b" \t"))
    return end - len(text.strip(b" \t")), end


def _decompressed(target: str, head: Head, body: bytes) -> bytes:
    """curl's --compressed decompresses the body but leaves the header; without the option the body is still compressed."""
    codings = read_codings(value for name, value in head.headers if name.lower() == b"content-encoding")
    if not codings or not NOT_TEXT.search(body[:1024]):
        return body
    if not body.startswith(GZIP_MAGIC):
        raise TargetError(target, "encoding", f"the saved body is still compressed ({excerpt(codings[-1])})", hint=HINT)
    try:
        decoder = BoundedDecoder(codings, MAX_BODY_BYTES)
        decoder.feed(body)
        return decoder.finish()
    except DecodingError as exc:
        raise TargetError(target, exc.kind, f"the saved body: {exc.message}", hint=exc.hint or HINT) from exc


def _bad_line(target: str, text: bytes, at: int, problem: str) -> TargetError:
    line = text.count(b"\n", 0, at) + 1
    return saved_error(target, f"line {line}: {problem}", HINT)
