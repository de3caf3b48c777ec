"""
A network that counts what a server sends, and ends a response that costs far more to read than it is worth.

A server can keep its reader busy until the deadline with what never becomes a page: informational responses without end,
HTTP/2 frames without data, a byte in each packet. The HTTP client reads all that by itself, so it is counted below it.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

MOST_HEAD = 512 * 1024
"""Bytes before the headers of a response are complete; the headers themselves have at most 96 kB."""

FREE_READS, BYTES_PER_READ = 3_000, 500
"""Reads that are free, and the bytes that each further one brings on average. A read takes 100 microseconds."""

FREE_OVERHEAD = 512 * 1024
"""Bytes that may come with a body without being a part of it, besides as many as it has."""


class FloodError(Exception):
    """The server sends too many too small pieces; the message is the end of a sentence about it."""


class Meter:
    """
    The counts of one response.

    received: bytes from the network. delivered: bytes of the body, None before the headers are complete. reads: how often
    the network was read.
    """

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Count from zero, for the next request."""
        self.received, self.reads = 0, 0
        self.delivered: int | None = None

    def read(self, size: int) -> None:
        """Count what one read brought; raises FloodError."""
        self.received, self.reads = self.received + size, self.reads + 1
        if self.delivered is None and self.received > MOST_HEAD:
            raise FloodError(f"sent more than {MOST_HEAD // 1024} kB before the headers of its response were complete")
        if self.reads > FREE_READS + self.received // BYTES_PER_READ:
            raise FloodError(f"sent its response in more than {self.reads - 1:,} tiny pieces")
        if self.delivered is not None and self.received > MOST_HEAD + FREE_OVERHEAD + 2 * self.delivered:
            raise FloodError("sent far more bytes than its response has")


def metered(transport: httpx.AsyncHTTPTransport, meter: Meter) -> None:
    """Have a transport's network count in `meter`; httpx has no public way to give it one."""
    pool: Any = transport._pool
    pool._network_backend = _Backend(pool._network_backend, meter)


class _Backend(httpcore.AsyncNetworkBackend):
    def __init__(self, inner: httpcore.AsyncNetworkBackend, meter: Meter) -> None:
        self._inner, self._meter = inner, meter

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        stream = await self._inner.connect_tcp(host, port, timeout, local_address, socket_options)
        return _Stream(stream, self._meter)

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


class _Stream(httpcore.AsyncNetworkStream):
    def __init__(self, inner: httpcore.AsyncNetworkStream, meter: Meter) -> None:
        self._inner, self._meter = inner, meter

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = await self._inner.read(max_bytes, timeout)
        self._meter.read(len(data))
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        return _Stream(await self._inner.start_tls(ssl_context, server_hostname, timeout), self._meter)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
