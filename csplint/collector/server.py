"""The collector: a server on a socket, its connections, and the file that reports go to."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter

import msgspec

from csplint.collector.clean import clean_reports
from csplint.collector.connection import Connection, Counts
from csplint.collector.rate import RateLimit, client_key
from csplint.collector.settings import MAX_REPORTS, Settings
from csplint.collector.store import Store
from csplint.errors import UsageError
from csplint.messages.report_json import UnreadableReportError, decode

_BACKLOG = 256


class Collector:
    """Collects reports until it is stopped. reports: how many were written."""

    def __init__(self, settings: Settings) -> None:
        """Open the file. Raises UsageError if it cannot be opened."""
        self._settings = settings
        self._store = Store(settings.output, settings.rotate_size, settings.keep)
        self._rate = RateLimit(settings.rate, settings.client_rate, settings.burst_seconds)
        self._open: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._encoder = msgspec.json.Encoder()
        self._received = (0, "")
        self.counts = Counts(statuses={})
        self.reports = 0
        self.refused_connections = 0

    @property
    def lost(self) -> int:
        """Reports that could not be written."""
        return self._store.lost

    async def start(self) -> tuple[str, int]:
        """Listen, and give the host and port. Raises UsageError if the address cannot be used."""
        try:
            self._server = await asyncio.start_server(
                self._connected, self._settings.host, self._settings.port, backlog=_BACKLOG, limit=65_536
            )
        except (OSError, OverflowError) as error:
            self._store.close()
            where = f"{self._settings.host}:{self._settings.port}"
            raise UsageError(f"cannot listen on {where}: {getattr(error, 'strerror', None) or error}") from error
        self._flusher = asyncio.create_task(self._flush())
        host, port = self._server.sockets[0].getsockname()[:2]
        return str(host), int(port)

    async def stop(self) -> None:
        """Close every connection, and put everything into the file."""
        self._server.close()
        for task in (self._flusher, *self._tasks):
            task.cancel()
        await asyncio.gather(self._flusher, *self._tasks, return_exceptions=True)
        self._store.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")
        client = client_key(str(peer[0])) if peer else ""
        if len(self._tasks) >= self._settings.connections or self._open[client] >= self._settings.client_connections:
            self.refused_connections += 1
            writer.transport.abort()
            return
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
        self._open[client] += 1
        try:
            connection = Connection((reader, writer), self._settings, self.counts)
            await connection.serve(lambda: self._rate.accepts(client, time.monotonic()), self.accept)
        except asyncio.CancelledError:
            pass  # by `stop` only; asyncio's streams report a cancelled task as an error
        finally:
            if task is not None:
                self._tasks.discard(task)
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]  # the table holds open connections only
            writer.close()

    def accept(self, body: bytes, user_agent: str) -> int:
        """Write the reports of a request; gives the status to answer."""
        try:
            value = decode(body)
        except UnreadableReportError:
            return 400
        found = clean_reports(value, keep_query=self._settings.keep_query, user_agent=user_agent, most=MAX_REPORTS)
        if not found:
            return 400
        received = self._now()
        is_written = [self._store.append(self._encoder.encode({"received": received, **each})) for each in found]
        self.reports += sum(is_written)
        return 204 if all(is_written) else 503

    def _now(self) -> str:
        now = int(time.time())
        if now != self._received[0]:
            self._received = (now, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)))
        return self._received[1]

    async def _flush(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(self._settings.flush_seconds)
                self._store.flush()
