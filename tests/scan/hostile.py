"""Servers that do to a client what the worst do; each is one answer of `tests.scan.site`."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import zlib

from tests.scan.site import Answer, Page

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
BOMB = gzip.compress(bytes(40_000_000), 9)


async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A byte now and then, for ever."""
    writer.write(HEAD + b"\r\n")
    while not writer.is_closing():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def reset(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The connection ends in the middle."""
    writer.write(HEAD + b"Content-Length: 1000\r\n\r\n<p>half")
    await writer.drain()
    writer.transport.abort()


async def huge(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A page without an end."""
    writer.write(HEAD + b"\r\n")
    with contextlib.suppress(OSError):
        while not writer.is_closing():
            writer.write(b"<p>" * 100_000)
            await writer.drain()


async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """No answer."""
    while not writer.is_closing():
        await asyncio.sleep(0.05)


BOMBED = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB
NOT_HTTP = b"\x16\x03\x01" + zlib.compress(b"what a server says that speaks something else") + b"\r\n\r\n"

HOSTILE: dict[str, tuple[Answer, set[str]]] = {
    "drip": (drip, {"timeout", "protocol"}),
    "reset": (reset, {"connection"}),
    "huge": (huge, {"too-large"}),
    "bomb": (BOMBED, {"too-large"}),
    "loop": (Page(b"", (("Location", "/bad/loop"),), 302), {"redirect"}),
    "silent": (silent, {"timeout"}),
    "not-http": (NOT_HTTP, {"protocol", "connection"}),
}
"""By name: the answer, and how the target may fail."""
