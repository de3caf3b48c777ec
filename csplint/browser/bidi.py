"""
One session of WebDriver BiDi (W3C), over the websockets package: the only module that imports it.

playwright drives Firefox by a build of its own, or by commands that the Firefox of a Linux distribution does not have; BiDi
as specified is what every Firefox has.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Callable
from typing import Any

import msgspec

from csplint.browser.visit import INSTALL, NoBrowserError

_MOST_BYTES = 64 * 1024 * 1024
"""Of one message: the HTML of a page, or a picture."""


class BidiError(Exception):
    """The browser refuses a command; the text is its own."""


class Session:
    """Commands that wait for their result, and functions that are called for events."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._on: dict[str, Callable[[dict[str, Any]], None]] = {}
        self._reader = asyncio.ensure_future(self._read())

    async def command(self, method: str, **parameters: Any) -> Any:
        """Send a command and give its result. Raises BidiError."""
        number = next(self._numbers)
        future = self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._socket.send(msgspec.json.encode({"id": number, "method": method, "params": parameters}).decode())
        try:
            return await future
        finally:
            self._waiting.pop(number, None)

    def on(self, event: str, function: Callable[[dict[str, Any]], None]) -> None:
        """Call a function for each event of this name, instead of the one before."""
        self._on[event] = function

    def silence(self) -> None:
        """Call no function any more."""
        self._on.clear()

    async def close(self) -> None:
        """End the session."""
        self._reader.cancel()
        with contextlib.suppress(Exception):
            await self._socket.close()

    async def _read(self) -> None:
        try:
            async for text in self._socket:
                self._take(msgspec.json.decode(text))
        except Exception as error:  # noqa: BLE001 - whatever ends the connection ends every command
            self._end(str(error))
        self._end("the browser has ended")

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("type") == "event":
            if function := self._on.get(message["method"]):
                function(message["params"])
            return
        future = self._waiting.get(message.get("id") or 0)
        if future is None or future.done():
            return
        if message.get("type") == "success":
            future.set_result(message["result"])
        else:
            future.set_exception(BidiError(f"{message.get('error')}: {message.get('message')}"))

    def _end(self, why: str) -> None:
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(BidiError(why))


async def connect(port: int) -> Session:
    """Connect to a browser on this machine. Raises NoBrowserError without the package."""
    try:
        from websockets.asyncio.client import connect as connect_socket  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise NoBrowserError(
            f"csplint verify drives Firefox with the websockets package, which is not installed: {INSTALL}"
        ) from error
    socket = await connect_socket(
        f"ws://127.0.0.1:{port}/session", max_size=_MOST_BYTES, proxy=None, compression=None, ping_interval=None
    )
    return Session(socket)
