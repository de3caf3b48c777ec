"""When a page has come to rest."""

from __future__ import annotations

import asyncio

QUIET = 0.5
"""Seconds without a request after which a page that has loaded is at rest."""

PATIENCE = 3.0
"""Seconds of quiet that a widget gets to say that it is ready, while no policy has stopped a script."""

_MOST_OPEN = 5000


class Activity:
    """What the page is doing: its requests without a response, and when the last of them began or ended."""

    def __init__(self) -> None:
        self.loaded = False
        self._open: set[str] = set()
        self._last = asyncio.get_running_loop().time()

    def begins(self, request: str) -> None:
        """A request is sent."""
        if len(self._open) < _MOST_OPEN:
            self._open.add(request)
        self.moves()

    def ends(self, request: str) -> None:
        """It has a response, or has failed."""
        self._open.discard(request)
        self.moves()

    def moves(self) -> None:
        """Something happened."""
        self._last = asyncio.get_running_loop().time()

    def quiet_for(self) -> float:
        """Seconds for which the loaded page has asked for nothing; 0 while it loads."""
        if not self.loaded or self._open:
            return 0.0
        return asyncio.get_running_loop().time() - self._last
