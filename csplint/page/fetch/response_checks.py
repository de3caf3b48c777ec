"""What to make of one live answer: a page, a redirect, a failure, or one that may be over in a moment."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from msgspec.structs import replace

from csplint.errors import TargetError
from csplint.page.capture import Capture
from csplint.page.excerpt import excerpt
from csplint.page.fetch.decoding import BoundedDecoder, DecodingError, read_codings, too_large
from csplint.page.fetch.redirects import RedirectError, redirect_location
from csplint.page.fetch.request import Errand
from csplint.page.fetch.response import (
    HTML_TYPES,
    media_type,
    require_html_type,
    require_page_status,
    require_small_headers,
)
from csplint.page.fetch.settings import FetchSettings

NOT_MODIFIED = 304
TOO_MANY_REQUESTS = 429
SERVER_ERRORS = range(500, 600)


class PassingError(Exception):
    """A failure that may be over in a moment; `wait` is how many seconds the server asks for."""

    def __init__(self, failure: TargetError, wait: float | None = None) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where the answer sends a browser, as written in its Location."""

    status: int
    location: str


async def judge(errand: Errand, head: Capture, chunks: AsyncIterator[bytes]) -> Capture | Redirect:
    """
    Give the page, its body read and unpacked, or the redirect.

    head: the answer without its body. chunks: the body as it comes off the
    wire; not touched where the head says enough, so that a video is refused
    without being downloaded.
    """
    require_small_headers(head, errand.settings)
    if head.status == NOT_MODIFIED and errand.conditions:
        return head
    location = _location(errand, head)
    if location is not None:
        return Redirect(head.status or 0, location)
    _require_status(errand, head)
    types = head.header("Content-Type")
    if media_type(types) not in HTML_TYPES | {""}:
        require_html_type(head.target, types, b"(a body that is not read)")
    body = await _body(errand.settings, head, chunks)
    require_html_type(head.target, types, body)
    return replace(head, body=body)


def _location(errand: Errand, head: Capture) -> str | None:
    if head.status in errand.settings.accept_status:
        return None
    try:
        return redirect_location(head.status or 0, head.header("Location"))
    except RedirectError as exc:
        raise TargetError(head.target, "redirect", f"{excerpt(head.url)}: {exc}", hint="send one of them") from exc


def _require_status(errand: Errand, head: Capture) -> None:
    status = head.status or 0
    try:
        require_page_status(head.target, status, errand.settings.accept_status)
    except TargetError as failure:
        if status == TOO_MANY_REQUESTS or status in SERVER_ERRORS:
            raise PassingError(failure, _seconds(head.header("Retry-After"))) from None
        raise


async def _body(settings: FetchSettings, head: Capture, chunks: AsyncIterator[bytes]) -> bytes:
    wire = 0
    try:
        decoder = BoundedDecoder(read_codings(head.header("Content-Encoding")), settings.max_body_bytes)
        async for chunk in chunks:
            wire += len(chunk)
            if wire > settings.max_wire_bytes:
                raise too_large(settings.max_wire_bytes, "is")
            decoder.feed(chunk)
        return decoder.finish()
    except DecodingError as exc:
        raise TargetError(head.target, exc.kind, exc.message, hint=exc.hint) from exc


def _seconds(values: tuple[bytes, ...]) -> float | None:
    """Read Retry-After, where it is a plain number of seconds; a date is as good as none."""
    return float(values[0]) if values and re.fullmatch(rb"[0-9]{1,9}", values[0]) else None
