"""Read one live response: it is a page, a redirect, a failure, or a failure that may be over in a moment."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

from msgspec import Struct
from msgspec.structs import replace

from csplint.errors import TargetError
from csplint.page.capture import Capture
from csplint.page.excerpt import excerpt
from csplint.page.fetch.decoding import BoundedDecoder, DecodingError, read_codings, too_large
from csplint.page.fetch.redirects import RedirectError, redirect_location
from csplint.page.fetch.request import FetchTask
from csplint.page.fetch.response_checks import (
    require_html_type,
    require_page_status,
    require_small_headers,
    require_type,
)
from csplint.page.fetch.settings import FetchSettings

NOT_MODIFIED = 304
BUSY = frozenset({429, 503})
SERVER_ERRORS = range(500, 600)


FREE_CHUNKS, BYTES_PER_CHUNK = 5_000, 1_000
"""Chunks of a body that are free, and the bytes that each further one has on average. A chunk takes 80 microseconds."""

CHUNKS_HINT = "let the server collect its output before it sends it"


class BusyError(TargetError):
    """The server asks to come back later (429, 503); wait: after so many seconds, None if it does not say."""

    wait: float | None = None


class TransientError(Exception):
    """A failure that may be over in a moment; wait: the seconds that the server asks for, None if it does not say."""

    def __init__(self, failure: TargetError, wait: float | None = None) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.wait = wait


class Redirect(Struct, frozen=True):
    """A response that redirects; location: as written in its header."""

    status: int
    location: str


async def read_response(task: FetchTask, head: Capture, chunks: AsyncIterator[bytes]) -> Capture | Redirect:
    """
    The page with its decoded body, or the redirect; raises TargetError or TransientError.

    head: the response without its body. chunks: the body as received; it is not read if the head already decides, so that a
    video is refused without a download.
    """
    require_small_headers(head, task.settings)
    if head.status == NOT_MODIFIED and task.conditions:
        return head
    location = _location(task, head)
    if location is not None:
        return Redirect(head.status or 0, location)
    _require_status(task, head)
    if task.is_data:
        return replace(head, body=await _body(task.settings, head, chunks))
    types = head.header("Content-Type")
    require_type(head.target, types)
    body = await _body(task.settings, head, chunks)
    require_html_type(head.target, types, body)
    return replace(head, body=body)


def _location(task: FetchTask, head: Capture) -> str | None:
    if head.status in task.settings.accept_status:
        return None
    try:
        return redirect_location(head.status or 0, head.header("Location"))
    except RedirectError as exc:
        hint = "send only one of them"
        raise TargetError(head.target, "redirect", f"{excerpt(head.url)}: {exc}", hint=hint) from exc


def _require_status(task: FetchTask, head: Capture) -> None:
    status = head.status or 0
    try:
        require_page_status(head.target, status, task.settings.accept_status)
    except TargetError as failure:
        wait = _seconds(head.header("Retry-After"))
        if status in BUSY:
            busy = BusyError(failure.target, failure.kind, failure.message, hint=failure.hint)
            busy.wait = wait
            raise TransientError(busy, wait) from None
        if status in SERVER_ERRORS:
            raise TransientError(failure, wait) from None
        raise


async def _body(settings: FetchSettings, head: Capture, chunks: AsyncIterator[bytes]) -> bytes:
    wire, number = 0, 0
    try:
        decoder = BoundedDecoder(read_codings(head.header("Content-Encoding")), settings.max_body_bytes)
        async for chunk in chunks:
            wire, number = wire + len(chunk), number + 1
            _require_few_chunks(number, wire)
            if wire > settings.max_wire_bytes:
                raise too_large(settings.max_wire_bytes, "has")
            decoder.feed(chunk)
        return decoder.finish()
    except DecodingError as exc:
        raise TargetError(head.target, exc.kind, exc.message, hint=exc.hint) from exc


def _require_few_chunks(number: int, wire: int) -> None:
    if number > FREE_CHUNKS + wire // BYTES_PER_CHUNK:
        raise DecodingError("protocol", f"the body comes in more than {number - 1:,} tiny chunks", CHUNKS_HINT)


def _seconds(values: tuple[bytes, ...]) -> float | None:
    """The seconds of a Retry-After header; None if it is missing or a date."""
    return float(values[0]) if values and re.fullmatch(rb"[0-9]{1,9}", values[0]) else None
