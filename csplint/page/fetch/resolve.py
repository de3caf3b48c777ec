"""
An event loop that a slow name server cannot block, and that connects to no address which the exchange may not use.

`getaddrinfo` cannot be interrupted, and `asyncio.run` joins its thread: a name server that does not respond would delay
csplint for many seconds past its deadline. Here every look-up has its own daemon thread, which is abandoned at the
deadline.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
import threading
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import Any, TypeVar

from msgspec import Struct

from csplint.page.fetch.addresses import GATE

Result = TypeVar("Result")

if sys.platform == "win32":
    _Loop = asyncio.ProactorEventLoop
else:
    _Loop = asyncio.SelectorEventLoop


class Progress(Struct):
    """What an exchange is doing now, for the message at its deadline."""

    stage: str = "getting ready"


PROGRESS: ContextVar[Progress | None] = ContextVar("PROGRESS", default=None)


class PromptLoop(_Loop):
    """The platform's own loop, except for name look-ups."""

    async def getaddrinfo(self, host: Any, port: Any, **options: Any) -> Any:
        """
        As `socket.getaddrinfo`, but with the addresses that the exchange may use; raises PrivateAddressError without any.

        A cancelled look-up is abandoned, not awaited.
        """
        progress = PROGRESS.get()
        if progress is not None:
            progress.stage = "looking up the host name"
        future: asyncio.Future[Any] = self.create_future()

        def settle(setter: Callable[[Any], None], value: Any) -> None:
            if not future.done():
                setter(value)

        def look_up() -> None:
            outcome: tuple[Callable[[Any], None], Any]
            try:
                outcome = (future.set_result, socket.getaddrinfo(host, port, **options))
            except Exception as exc:  # noqa: BLE001 - passed on to whoever awaits the look-up
                outcome = (future.set_exception, exc)
            with contextlib.suppress(RuntimeError):  # the loop is closed by now
                self.call_soon_threadsafe(settle, *outcome)

        threading.Thread(target=look_up, name="csplint-lookup", daemon=True).start()
        found = await future
        if progress is not None:
            progress.stage = "connecting"
        gate = GATE.get()
        return found if gate is None else gate.admit(found)


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to completion, without waiting for abandoned name look-ups."""
    with asyncio.Runner(loop_factory=PromptLoop) as runner:
        return runner.run(coroutine)
