"""
A web site of many pages on loopback, fast enough to be scanned: one thread, connections kept open.

    with site(pages) as running:
        running.url("/7")

`pages` gives the answer for a path. An answer is bytes to send as they are, after which the connection closes, a Page, or a
coroutine function that has the connection to itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence

from msgspec import Struct, field

HTML = ("Content-Type", "text/html; charset=utf-8")

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Page(Struct, frozen=True):
    """An answer after which the connection stays open."""

    body: bytes = b"<!doctype html><title>a page</title><p>text"
    headers: Sequence[tuple[str, str]] = (HTML,)
    status: int = 200

    def to_bytes(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status} Whatever", *(f"{name}: {value}" for name, value in self.headers)]
        return "\r\n".join([*lines, f"Content-Length: {len(self.body)}", "", ""]).encode("latin-1") + self.body


Answer = Page | bytes | Talk
Pages = Callable[[str], Answer]


class Site(Struct):
    """A running site: requests by path, connections, and the most requests that were answered at the same time."""

    port: int = 0
    requests: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    open: set[asyncio.StreamWriter] = field(default_factory=set)
    now: int = 0
    most: int = 0

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@contextlib.contextmanager
def site(pages: Pages) -> Iterator[Site]:
    """Serve until the block is left."""
    running, ready, loop = Site(), threading.Event(), asyncio.new_event_loop()

    async def serve() -> None:
        server = await asyncio.start_server(lambda *pair: _talk(running, pages, *pair), "127.0.0.1", 0, backlog=500)
        running.port = server.sockets[0].getsockname()[1]
        ready.set()
        with contextlib.suppress(asyncio.CancelledError):
            await server.serve_forever()

    main = loop.create_task(serve())

    def work() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(main)
        for task in asyncio.all_tasks(loop):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                loop.run_until_complete(task)
        for writer in running.open:
            writer.transport.abort()
        loop.run_until_complete(asyncio.sleep(0.01))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    ready.wait(30)
    try:
        yield running
    finally:
        loop.call_soon_threadsafe(main.cancel)
        thread.join(30)


async def _talk(running: Site, pages: Pages, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    running.connections += 1
    running.open.add(writer)
    # Cancelled at the end; the stream's own callback would report it.
    with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
        while request := (await reader.readuntil(b"\r\n\r\n")).decode("latin-1"):
            path = request.split(" ")[1]
            running.requests[path] += 1
            running.now += 1
            running.most = max(running.most, running.now)
            try:
                answer = pages(path)
                if callable(answer):
                    await answer(reader, writer)
                    break
                writer.write(answer.to_bytes() if isinstance(answer, Page) else answer)
                await writer.drain()
            finally:
                running.now -= 1
            if isinstance(answer, bytes):
                break
    writer.close()
    with contextlib.suppress(OSError, asyncio.CancelledError):
        await writer.wait_closed()
    running.open.discard(writer)
