"""
An event loop that never waits for a name server.

`getaddrinfo` cannot be interrupted, and `asyncio.run` joins the thread it runs
in: a name server that does not answer would hold csplint for many seconds past
its deadline. Here every look-up has a daemon thread of its own, which is left
behind when nobody waits for it any more.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
import threading
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

Result = TypeVar("Result")

if sys.platform == "win32":
    _Loop = asyncio.ProactorEventLoop
else:
    _Loop = asyncio.SelectorEventLoop


@dataclass(slots=True)
class Progress:
    """What an exchange is doing just now, for the message when its time is up."""

    stage: str = "getting ready"


PROGRESS: ContextVar[Progress | None] = ContextVar("PROGRESS", default=None)


class PromptLoop(_Loop):
    """The platform's own loop, but for the name look-up."""

    async def getaddrinfo(self, host: Any, port: Any, **options: Any) -> Any:
        """See `socket.getaddrinfo`; a cancelled look-up is forgotten, not awaited."""
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
            except Exception as exc:  # noqa: BLE001 - handed over to whoever awaits the look-up
                outcome = (future.set_exception, exc)
            with contextlib.suppress(RuntimeError):  # the loop has been closed meanwhile
                self.call_soon_threadsafe(settle, *outcome)

        threading.Thread(target=look_up, name="csplint-lookup", daemon=True).start()
        found = await future
        if progress is not None:
            progress.stage = "connecting"
        return found


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run to completion and return at once, even if a name look-up still hangs."""
    with asyncio.Runner(loop_factory=PromptLoop) as runner:
        return runner.run(coroutine)
