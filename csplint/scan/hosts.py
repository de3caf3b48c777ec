"""
What to fetch next: fair to every host, and polite to each.

Targets wait by host. A host has at most so many fetches at a time, a pause after each start of one, and a longer pause if it
asks for it; meanwhile other hosts have their turn. So a slow host holds back only its own targets.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

from msgspec import Struct, field

Waiting = TypeVar("Waiting")

_SWEPT_AT = 4_096
"""Hosts after which those are forgotten that have nothing to do."""


class _Host(Struct, Generic[Waiting], dict=True):
    """One host. not_before: the time of its next start. is_queued: it is in the ring, or asleep."""

    waiting: deque[Waiting] = field(default_factory=deque)
    running: int = 0
    not_before: float = 0.0
    is_queued: bool = False


class Hosts(Generic[Waiting]):
    """Targets that wait. per_host: fetches of one host at a time. delay: seconds between two starts."""

    def __init__(self, per_host: int, delay: float = 0.0) -> None:
        self._per_host, self._delay = per_host, delay
        self._hosts: dict[str, _Host[Waiting]] = {}
        self._ring: deque[str] = deque()
        self._asleep: list[tuple[float, str]] = []
        self._swept_at = _SWEPT_AT
        self.waiting = 0

    def add(self, host: str, each: Waiting, *, is_next: bool = False) -> None:
        """Let a target wait. is_next: before everything else."""
        state = self._hosts.setdefault(host, _Host())
        if is_next:
            state.waiting.appendleft(each)
        else:
            state.waiting.append(each)
        self.waiting += 1
        self._enqueue(host, state, is_next=is_next)

    def take(self, now: float) -> Waiting | None:
        """The next target whose host may be asked now; `done` must follow. None if there is none."""
        while self._asleep and self._asleep[0][0] <= now:
            self._ring.append(heapq.heappop(self._asleep)[1])
        while self._ring:
            host = self._ring.popleft()
            state = self._hosts[host]
            state.is_queued = False
            if not state.waiting or state.running >= self._per_host:
                continue  # `done` puts it back
            if state.not_before > now:
                state.is_queued = True
                heapq.heappush(self._asleep, (state.not_before, host))
                continue
            state.running += 1
            state.not_before = now + self._delay
            self.waiting -= 1
            taken = state.waiting.popleft()
            self._enqueue(host, state)
            return taken
        return None

    def done(self, host: str, now: float) -> None:
        """A fetch of this host has ended."""
        state = self._hosts[host]
        state.running -= 1
        self._enqueue(host, state)
        if len(self._hosts) > self._swept_at:
            self._sweep(now)

    def pause(self, host: str, until: float) -> None:
        """Ask nothing of a host before this time."""
        state = self._hosts[host]
        state.not_before = max(state.not_before, until)

    def next_time(self) -> float | None:
        """When the first host that sleeps may be asked again; None if none sleeps."""
        return self._asleep[0][0] if self._asleep else None

    def drain(self) -> Iterator[Waiting]:
        """Remove and give everything that waits."""
        for state in self._hosts.values():
            yield from state.waiting
            state.waiting.clear()
        self.waiting = 0

    def _enqueue(self, host: str, state: _Host[Waiting], *, is_next: bool = False) -> None:
        if state.is_queued or not state.waiting or state.running >= self._per_host:
            return
        state.is_queued = True
        if is_next:
            self._ring.appendleft(host)
        else:
            self._ring.append(host)

    def _sweep(self, now: float) -> None:
        """Forget hosts without targets whose pause is over."""
        for host, state in list(self._hosts.items()):
            if not state.running and not state.waiting and not state.is_queued and state.not_before <= now:
                del self._hosts[host]
        self._swept_at = max(_SWEPT_AT, 2 * len(self._hosts))
