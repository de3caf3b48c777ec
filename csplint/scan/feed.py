"""A source that is read in a thread of its own: a pipe whose writer is slow must not hold up what is being fetched."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Iterator
from contextlib import suppress

from csplint.scan.item import Item

_MOST_READ_AHEAD = 64

_END = object()


class Feed:
    """The targets of a source; `take` never waits. is_over: every target was taken."""

    def __init__(self, source: Iterator[Item]) -> None:
        self._source = source
        self._ready: queue.Queue[object] = queue.Queue(_MOST_READ_AHEAD)
        self._closed = threading.Event()
        self.is_over = False

    def start(self, loop: asyncio.AbstractEventLoop, wake: asyncio.Event) -> None:
        """Begin to read; `wake` is set when there is something to take."""
        self._loop, self._wake = loop, wake
        threading.Thread(target=self._read, name="csplint-source", daemon=True).start()

    def take(self) -> Item | None:
        """The next target; None if there is none yet, or no more. Raises what the source raised."""
        if self.is_over:
            return None
        try:
            found = self._ready.get_nowait()
        except queue.Empty:
            return None
        if isinstance(found, Item):
            return found
        self.is_over = True
        if isinstance(found, BaseException):
            raise found
        return None

    def close(self) -> None:
        """Read no further than the present target."""
        self._closed.set()

    def _read(self) -> None:
        try:
            for item in self._source:
                self._put(item)
                if self._closed.is_set():
                    return
            self._put(_END)
        except BaseException as error:  # noqa: BLE001 - raised where it is taken
            self._put(error)

    def _put(self, each: object) -> None:
        while not self._closed.is_set():
            with suppress(queue.Full):
                self._ready.put(each, timeout=0.2)
                break
        with suppress(RuntimeError):  # the loop is closed by now
            self._loop.call_soon_threadsafe(self._wake.set)
