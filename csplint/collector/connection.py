"""
One connection: requests in, answers out, by h11, which knows HTTP/1.1 and does no I/O.

A request has a deadline from its first byte to its last, so that one that drips ends as well. A body that will not be read is
refused before it comes; the connection then closes, after what was sent has been received and thrown away for a moment, since a
client that is still sending would otherwise not see the answer.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from http import HTTPStatus

import h11
from msgspec import Struct

from csplint.collector.answers import TEXTS, TYPES, headers_of, preflight_headers
from csplint.collector.settings import MAX_BODY, MAX_HEADERS, Settings

_READ = 16_384
"""Bytes read at once; h11 measures headers after each, so they end at twice `MAX_HEADERS`."""

_LINGER_SECONDS = 1.0
_LINGER_BYTES = 1_048_576

Accept = Callable[[bytes, str], int]
"""Takes a body and the request's user agent, and gives the status to answer."""


class _Refusal(Exception):
    """A request is answered with this status. closes: the connection cannot be used any longer."""

    def __init__(self, status: int, *, closes: bool = True) -> None:
        super().__init__(status)
        self.status = status
        self.closes = closes


class _Gone(Exception):
    """The client has closed the connection, or has been silent too long between two requests."""


class Counts(Struct):
    """Answers by status, for the collector's last line."""

    statuses: dict[int, int] = {}

    def add(self, status: int) -> None:
        """Count one answer."""
        self.statuses[status] = self.statuses.get(status, 0) + 1


class Connection:
    """One client's connection."""

    def __init__(
        self, streams: tuple[asyncio.StreamReader, asyncio.StreamWriter], settings: Settings, counts: Counts
    ) -> None:
        """Take over the two ends of a connection that has just been opened."""
        self._reader, self._writer = streams
        self._settings = settings
        self._counts = counts
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEADERS)

    async def serve(self, has_room: Callable[[], bool], accept: Accept) -> None:
        """Answer requests until the connection ends. has_room: whether the rate allows one more request."""
        with contextlib.suppress(_Gone, ConnectionError, h11.LocalProtocolError):
            while await self._one(has_room, accept):
                self._http.start_next_cycle()

    async def _one(self, has_room: Callable[[], bool], accept: Accept) -> bool:
        """Answer one request; False if the connection ends with it."""
        try:
            await self._wait_for_first_byte()
            async with asyncio.timeout(self._settings.request_seconds):
                return await self._answer(has_room, accept)
        except _Refusal as refusal:
            return await self._refuse(refusal.status, closes=refusal.closes)
        except h11.RemoteProtocolError as error:
            return await self._refuse(error.error_status_hint, closes=True)
        except TimeoutError:
            return await self._refuse(408, closes=True)

    async def _wait_for_first_byte(self) -> None:
        if self._http.trailing_data[0]:
            return  # the next request has come with the one before
        try:
            async with asyncio.timeout(self._settings.idle_seconds):
                data = await self._reader.read(_READ)
        except TimeoutError:
            raise _Gone from None
        if not data:
            raise _Gone
        self._http.receive_data(data)

    async def _answer(self, has_room: Callable[[], bool], accept: Accept) -> bool:
        request = await self._event()
        if not isinstance(request, h11.Request):
            raise _Gone
        headers = dict(request.headers)
        if request.method == b"OPTIONS":
            await self._body()
            asks = b"access-control-request-private-network" in headers
            return await self._send(204, preflight_headers(asks_private_network=asks))
        self._require(request, headers)
        if not has_room():
            raise _Refusal(429, closes=not await self._drained())
        if self._http.they_are_waiting_for_100_continue:
            await self._write(h11.InformationalResponse(status_code=100, headers=[]))
        status = accept(await self._body(), headers.get(b"user-agent", b"").decode("latin-1"))
        if status == HTTPStatus.NO_CONTENT:
            return await self._send(204, headers_of(204, length=0, closes=False))
        raise _Refusal(status, closes=False)

    def _require(self, request: h11.Request, headers: dict[bytes, bytes]) -> None:
        if request.method != b"POST":
            raise _Refusal(405)
        if headers.get(b"content-type", b"").partition(b";")[0].strip().lower() not in TYPES:
            raise _Refusal(415)
        length = headers.get(b"content-length")
        if length is None and b"transfer-encoding" not in headers:
            raise _Refusal(411)
        if length is not None and int(length) > MAX_BODY:
            raise _Refusal(413)

    async def _drained(self) -> bool:
        """Whether the body, which nobody reads, is small and here already, so that the connection can be kept."""
        if self._http.they_are_waiting_for_100_continue:
            return False
        await self._body()
        return True

    async def _body(self) -> bytes:
        pieces: list[bytes] = []
        size = 0
        while not isinstance(event := await self._event(), h11.EndOfMessage):
            if not isinstance(event, h11.Data):
                raise _Gone
            size += len(event.data)
            if size > MAX_BODY:
                raise _Refusal(413)
            pieces.append(bytes(event.data))
        return b"".join(pieces)

    async def _event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._reader.read(_READ))  # b"" is the end: h11 says what it means
        return event

    async def _refuse(self, status: int, *, closes: bool) -> bool:
        if self._http.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            return False
        text = TEXTS.get(status, TEXTS[400]).encode()
        closes = closes or self._http.their_state is not h11.DONE
        try:
            async with asyncio.timeout(_LINGER_SECONDS):
                goes_on = await self._send(status, headers_of(status, length=len(text), closes=closes), text)
                if closes:
                    await self._linger()
        except TimeoutError:
            return False
        return goes_on and not closes

    async def _send(self, status: int, headers: list[tuple[str, str]], body: bytes = b"") -> bool:
        self._counts.add(status)
        data = self._http.send(h11.Response(status_code=status, headers=headers, reason=_reason(status))) or b""
        if body:
            data += self._http.send(h11.Data(data=body)) or b""
        data += self._http.send(h11.EndOfMessage()) or b""
        self._writer.write(data)
        await self._writer.drain()
        return self._http.our_state is h11.DONE and self._http.their_state is h11.DONE

    async def _write(self, event: h11.InformationalResponse) -> None:
        self._writer.write(self._http.send(event) or b"")
        await self._writer.drain()

    async def _linger(self) -> None:
        """Throw away what still comes, so that the client can read the answer first."""
        if self._writer.can_write_eof():
            self._writer.write_eof()
        left = _LINGER_BYTES
        while left > 0 and (data := await self._reader.read(_READ)):
            left -= len(data)


def _reason(status: int) -> bytes:
    return HTTPStatus(status).phrase.encode()
