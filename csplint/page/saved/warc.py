"""
Recorded answers in a WARC file (ISO 28500): csplint's own recordings, and those of crawlers.

A recording of csplint has a `metadata` record for each target, and after it a `response` record for each of its answers. The
metadata, a JSON object, says which answer is which, and what led to it; of a target that could not be fetched it says why.
No request is stored, so no secret of the user's is: neither their headers, nor cookies, nor passwords in addresses.

Bodies are stored as csplint read them, without content and transfer codings. The headers that would contradict that are
stored with the prefix `X-Crawl-`, as Common Crawl does, and get their names back when they are read.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from http import HTTPStatus
from io import BytesIO
from typing import Any, BinaryIO, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.warcwriter import WARCWriter

from csplint._version import __version__
from csplint.errors import TargetError
from csplint.page.capture import Capture, Hop, Visits
from csplint.page.fetch.decoding import BoundedDecoder, DecodingError, read_codings, too_large
from csplint.page.fetch.redirects import read_address
from csplint.page.fetch.response_checks import is_html_type, require_html_type, require_page_status
from csplint.page.fetch.settings import MAX_BODY_BYTES, MIB
from csplint.page.saved.recording import Fault, Recording, RecordingError

MOST_BLOCK = MAX_BODY_BYTES + MIB
"""Bytes of a record; a page with more is a failed target."""

_PREFIX = b"X-Crawl-"
_CODED = frozenset({b"content-encoding", b"transfer-encoding", b"content-length"})
_STATUS = re.compile(rb"HTTP/[0-9](?:\.[0-9])? +([0-9]{3})(?: |\r?\n|$)")
_BROKEN = (ArchiveLoadFailed, EOFError, OSError, ValueError, zlib.error)


class _Answer(Struct):
    """Which answer the next response record is."""

    role: Literal["first", "second", "revalidated"]
    redirects: list[Hop] = []


class _Group(Struct):
    """The metadata of a target."""

    csplint: str
    target: str
    url: str
    answers: list[_Answer] = []
    fault: Fault | None = None


class Recorder:
    """Writes recordings to a file that is open."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._writer = WARCWriter(file, gzip=True)
        info = {"software": f"csplint/{__version__}", "format": "WARC File Format 1.1"}
        self._writer.write_record(self._writer.create_warcinfo_record(None, info))

    def save(self, target: str, url: str, answers: Visits | Fault) -> None:
        """Store a target. url: may have credentials, which are left out."""
        url = _without_credentials(url)
        group = _Group(__version__, target, url)
        captures: list[Capture] = []
        if isinstance(answers, Fault):
            group.fault = answers
        else:
            roles: tuple[Literal["first", "second", "revalidated"], ...] = ("first", "second", "revalidated")
            for role in roles:
                if (capture := getattr(answers, role)) is not None:
                    captures.append(capture)
                    group.answers.append(_Answer(role, list(capture.redirects)))
        self._write(url, "metadata", "application/json", msgspec.json.encode(group))
        for capture in captures:
            self._write(capture.url, "response", "application/http; msgtype=response", _block(capture))
        self._file.flush()

    def _write(self, url: str, kind: str, media_type: str, block: bytes) -> None:
        record = self._writer.create_warc_record(url, kind, warc_content_type=media_type)
        # With a payload, warcio would read the headers in it and write them anew, with other bytes.
        record.rec_headers.remove_header("WARC-Payload-Digest")
        record.raw_stream = BytesIO(block)
        record.length = record.payload_length = len(block)
        self._writer.write_record(record)


def _without_credentials(url: str) -> str:
    try:
        return read_address(url).url
    except ValueError:
        return ""


def _block(capture: Capture) -> bytes:
    status = capture.status or 0
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
    lines = [f"HTTP/1.1 {status} {phrase}".encode()]
    lines += [(_PREFIX if name.lower() in _CODED else b"") + name + b": " + value for name, value in capture.headers]
    return b"\r\n".join([*lines, b"", b""]) + capture.body


def recordings(file: BinaryIO, accept_status: frozenset[int] = frozenset()) -> Iterator[Recording]:
    """
    The targets of a WARC file, from where it is open.

    Of a crawler's file these are the responses that are HTML. Raises RecordingError for a file that is no WARC, and for one that
    ends in the middle, after what comes before.
    """
    iterator = ArchiveIterator(file, no_record_parse=True)
    group: _Group | None = None
    start = 0
    captures: list[Capture] = []
    try:
        for record in iterator:
            offset = iterator.offset
            if record.rec_type == "metadata" and (found := _group(record)) is not None:
                if group is not None:
                    raise RecordingError("has a target without all of its answers")
                group, start, captures = found, offset, []
            elif record.rec_type == "response" and group is not None:
                captures.append(_own(record, group, len(captures)))
            elif record.rec_type == "response" and (recording := _foreign(record, accept_status)) is not None:
                yield replace(recording, offset=offset)
            if group is not None and len(captures) == len(group.answers):
                yield Recording(group.target, group.url, _answers(group, captures), start)
                group = None
    except _BROKEN as error:
        raise RecordingError(f"is no WARC file, or is damaged: {error}") from error
    if group is not None:
        raise RecordingError("ends in the middle of a target")


def _group(record: Any) -> _Group | None:
    """The metadata of a target; None for other metadata."""
    try:
        return msgspec.json.decode(record.raw_stream.read(MIB), type=_Group)
    except msgspec.DecodeError:
        return None


def _answers(group: _Group, captures: list[Capture]) -> Visits | Fault:
    found = {answer.role: capture for answer, capture in zip(group.answers, captures, strict=True)}
    if "first" not in found:
        return group.fault or Fault("not-recorded", "the recording has no answer for this target")
    return Visits(found["first"], found.get("second"), found.get("revalidated"))


def _own(record: Any, group: _Group, number: int) -> Capture:
    """An answer of csplint's own recording."""
    status, headers, body = _parsed(_read(record))
    return Capture(
        target=group.target,
        url=record.rec_headers.get_header("WARC-Target-URI") or group.url,
        status=status,
        headers=tuple((_original(name), value) for name, value in headers),
        body=body,
        redirects=tuple(group.answers[number].redirects),
    )


def _original(name: bytes) -> bytes:
    return name[len(_PREFIX) :] if name[len(_PREFIX) :].lower() in _CODED and name.startswith(_PREFIX) else name


def _foreign(record: Any, accept_status: frozenset[int]) -> Recording | None:
    """A page of a crawler's file; None for what is no page: a redirect, an image, an answer of another protocol."""
    url = _without_credentials((record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>"))
    if not url.startswith(("http://", "https://")):
        return None
    try:
        block = _read(record)
        status, headers, body = _parsed(block)
    except TargetError as error:
        return Recording(url, url, Fault.of(error))
    except ValueError:
        return None
    coded = {name[len(_PREFIX) :].lower() for name, _ in headers if name.startswith(_PREFIX)} & _CODED
    kept = tuple((_original(name), value) for name, value in headers if name.lower() not in coded)
    capture = Capture(target=url, url=url, status=status, headers=kept, body=body)
    if not is_html_type(capture.header("content-type")) or 300 <= status < 400:  # noqa: PLR2004
        return None
    try:
        if not coded:
            capture = replace(capture, body=_decoded(capture))
        require_page_status(url, status, accept_status)
        require_html_type(url, capture.header("content-type"), capture.body)
    except TargetError as error:
        return Recording(url, url, Fault.of(error))
    return Recording(url, url, Visits(capture))


def _read(record: Any) -> bytes:
    block: bytes = record.raw_stream.read(MOST_BLOCK + 1)
    if len(block) > MOST_BLOCK:
        failure = too_large(MAX_BODY_BYTES, "has")
        raise TargetError("", failure.kind, failure.message, hint=failure.hint)
    return block


def _parsed(block: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Status, headers and body of an HTTP response; raises ValueError."""
    found = _STATUS.match(block)
    if found is None:
        raise ValueError("a response record has no HTTP response")
    end = re.search(rb"\r?\n\r?\n", block)
    head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    headers: list[tuple[bytes, bytes]] = []
    for line in head.split(b"\n")[1:]:
        name, colon, value = line.rstrip(b"\r").partition(b":")
        if line[:1] in {b" ", b"\t"} and headers:
            headers[-1] = (headers[-1][0], headers[-1][1] + b" " + line.strip())
        elif colon and name.strip():
            headers.append((name.strip(), value.strip(b" \t")))
    return int(found[1]), headers, body


def _decoded(capture: Capture) -> bytes:
    """The body without its codings, within the limits of a live page; raises TargetError."""
    body = capture.body
    if any(b"chunked" in value.lower() for value in capture.header("transfer-encoding")):
        body = ChunkedDataReader(BytesIO(body)).read(MOST_BLOCK)
    try:
        decoder = BoundedDecoder(read_codings(capture.header("content-encoding")), MAX_BODY_BYTES)
        decoder.feed(body)
        return decoder.finish()
    except DecodingError as error:
        raise TargetError(capture.target, error.kind, error.message, hint=error.hint) from error
