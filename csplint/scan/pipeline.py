"""
A scan in this process: read targets, fetch them, have them judged, give the results as they are done.

Everything that waits is bounded: a window of targets by host, a short queue of answers for each worker. Whoever is faster
waits for the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import aclosing, suppress

from ada_url import URL
from msgspec import Struct
from msgspec.structs import replace

from csplint.engine.inputs import UrlInput
from csplint.engine.run import Checker
from csplint.errors import TargetError
from csplint.page.capture import Capture, Visits
from csplint.page.fetch.client import Visitor
from csplint.page.fetch.connections import Connections
from csplint.page.fetch.response import BusyError
from csplint.page.fetch.settings import FetchSettings
from csplint.scan.crawl import FORBIDDEN, Crawl
from csplint.scan.feed import Feed
from csplint.scan.hosts import Hosts
from csplint.scan.item import Fault, Item
from csplint.scan.judge import Job, Judged, JudgeSettings, bug
from csplint.scan.workers import Here, Slot

WINDOW = 2_000
"""Targets that wait to be fetched; the next ones are read when some are done."""

MOST_IN_BATCH = 8
MOST_BATCH_BYTES = 1_000_000
"""Jobs, and bytes of their pages, that a worker process gets at once."""

MOST_TRIES = 3
"""How often a target is requested of a server that says that it is busy."""

LONGEST_PAUSE = 120.0
"""Seconds; a host that asks for a longer pause gets this one."""

FIRST_PAUSE = 2.0
"""Seconds of the first pause for a host that does not say how long; doubled for each further one."""

TICK = 0.5
"""Seconds between two looks at the clock for whoever watches."""


class Plan(Struct, frozen=True, kw_only=True):
    """
    How to scan.

    jobs: fetches at a time. per_host: of one host. delay: seconds between two requests' starts of one host. workers:
    processes. fetch: how to fetch. judging: how to judge. crawl: which links to follow, None for none. here: judges in this
    process instead.
    """

    jobs: int = 32
    per_host: int = 4
    delay: float = 0.0
    workers: int = 1
    fetch: FetchSettings
    judging: JudgeSettings
    crawl: Crawl | None = None
    here: Checker | None = None


class Watch(Struct):
    """
    What the pipeline tells.

    on_done: a target is judged; its item has the answers. on_tick: time has passed; finished and waiting targets, and
    whether all are read. on_fetched: a page was fetched.
    """

    on_done: Callable[[Item, Judged], None]
    on_tick: Callable[[int, bool], None] = lambda _open, _read: None


class _Waiting(Struct):
    """A target that waits for its host. visitor, first: those of its first fetch. asked: it is to be fetched again."""

    item: Item
    host: str
    tries: int = 0
    visitor: Visitor | None = None
    first: Capture | None = None
    asked: bool = False


class _Queued(Struct):
    """A job in the queue of the workers, and the target that it is about."""

    job: Job
    waiting: _Waiting

    @property
    def size(self) -> int:
        """About how many bytes its answers have."""
        fetched = self.job.fetched
        return len(fetched.first.body) if isinstance(fetched, Visits) else 0


class Pipeline:
    """One scan."""

    def __init__(self, source: Iterator[Item], plan: Plan, watch: Watch) -> None:
        self._plan, self._watch = plan, watch
        self._feed = Feed(source)
        self._hosts: Hosts[_Waiting] = Hosts(plan.per_host, plan.delay)
        self._queue: asyncio.Queue[_Queued | None] = asyncio.Queue(2 * plan.workers * MOST_IN_BATCH)
        self._wake = asyncio.Event()
        self._fetches: set[asyncio.Task[None]] = set()
        self._slots: list[asyncio.Task[None]] = []
        self._open = 0
        """Targets that are read and not done."""
        self._stops = False

    def stop(self) -> None:
        """Fetch nothing more; what is fetched is still judged."""
        self._stops = True
        self._wake.set()

    async def run(self) -> bool:
        """Scan everything; tells whether it was stopped before the end. Raises what the source raises."""
        async with aclosing(Connections(self._plan.fetch, 2 * self._plan.jobs)) as self._connections:
            self._slots = [asyncio.create_task(self._judge()) for _ in range(self._plan.workers)]
            try:
                await self._fetch_all()
                await self._end()
            finally:
                self._feed.close()
                for task in (*self._fetches, *self._slots):
                    task.cancel()
                await asyncio.gather(*self._fetches, *self._slots, return_exceptions=True)
        return self._stops

    async def _fetch_all(self) -> None:
        self._feed.start(asyncio.get_running_loop(), self._wake)
        while not self._stops:
            self._require_slots()
            self._wake.clear()
            await self._read()
            self._start()
            if self._feed.is_over and not self._open:
                return
            self._watch.on_tick(self._open, self._feed.is_over)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self._seconds())

    async def _read(self) -> None:
        """Take targets from the source while there is room for them."""
        while self._hosts.waiting < WINDOW and not self._stops and (item := self._feed.take()) is not None:
            self._admit(item)
            if not item.is_to_fetch:
                await self._enqueue(_Waiting(item, ""), item.fetched)

    def _admit(self, item: Item) -> None:
        self._open += 1
        if isinstance(item.input, UrlInput) and item.is_to_fetch:
            host = _host(item.input.url)
            self._hosts.add(host, _Waiting(item, host))

    def _start(self) -> None:
        now = asyncio.get_running_loop().time()
        while len(self._fetches) < self._plan.jobs and (waiting := self._hosts.take(now)) is not None:
            task = asyncio.create_task(self._fetch(waiting))
            self._fetches.add(task)
            task.add_done_callback(self._fetched)

    def _fetched(self, task: asyncio.Task[None]) -> None:
        self._fetches.discard(task)
        self._wake.set()

    def _seconds(self) -> float:
        at = self._hosts.next_time()
        return TICK if at is None else max(0.001, min(TICK, at - asyncio.get_running_loop().time()))

    def _require_slots(self) -> None:
        """A slot ends only with the scan; one that failed raises here."""
        for task in self._slots:
            if task.done():
                task.result()

    async def _fetch(self, waiting: _Waiting) -> None:
        loop = asyncio.get_running_loop()
        fetched: Visits | Fault | None
        try:
            fetched = await self._visit(waiting)
        except TargetError as error:
            fetched = Fault.of(error)
        except Exception as error:  # noqa: BLE001 - one target must not end a run over thousands
            fetched = bug(type(error).__name__)
        finally:
            self._hosts.done(waiting.host, loop.time())
        if fetched is not None:
            await self._enqueue(waiting, fetched)

    async def _visit(self, waiting: _Waiting) -> Visits | Fault | None:
        """The answers so far; None if the target waits for its host again. Raises TargetError."""
        each = waiting.item.input
        if not isinstance(each, UrlInput):
            raise TypeError("only URLs are fetched")
        if waiting.asked and waiting.visitor is not None and waiting.first is not None:
            return await waiting.visitor.again(waiting.first)
        if self._plan.crawl is not None:
            pause = await self._plan.crawl.admits(waiting.item)
            if pause is None:
                return FORBIDDEN
            self._hosts.pause(waiting.host, asyncio.get_running_loop().time() + pause)
        settings = _settings(each, self._plan.fetch)
        visitor = Visitor(each.shown, each.url, settings, self._connections, is_patient=False)
        try:
            first = await visitor.first()
        except BusyError as error:
            waiting.tries += 1
            seconds = FIRST_PAUSE * 2**waiting.tries / 2 if error.wait is None else error.wait
            now = asyncio.get_running_loop().time()
            self._hosts.pause(waiting.host, now + min(seconds, LONGEST_PAUSE))
            if waiting.tries == min(MOST_TRIES, self._plan.fetch.retries + 1):
                raise
            self._hosts.add(waiting.host, waiting, is_next=True)
            return None
        waiting.visitor, waiting.first = visitor, first
        return Visits(first)

    async def _enqueue(self, waiting: _Waiting, fetched: Visits | Fault | None) -> None:
        may_ask = waiting.item.is_to_fetch and not waiting.asked
        crawl = self._plan.crawl
        wants_links = crawl is not None and crawl.wants_links(waiting.item)
        job = Job(waiting.item.input, fetched, may_ask=may_ask, wants_links=wants_links)
        await self._queue.put(_Queued(job, waiting))

    async def _judge(self) -> None:
        """Give one worker process jobs until there are no more."""
        slot: Here | Slot = Here(self._plan.here) if self._plan.here else Slot(self._plan.judging)
        try:
            while batch := await self._batch():
                for queued, judged in zip(batch, await slot.judge([each.job for each in batch]), strict=True):
                    self._judged(queued, judged)
        except BaseException:
            slot.kill()
            raise
        await slot.close()

    async def _batch(self) -> list[_Queued]:
        """The jobs that wait, at least one; none at the end of the scan."""
        batch: list[_Queued] = []
        size = 0
        while len(batch) < MOST_IN_BATCH and size < MOST_BATCH_BYTES and not (batch and self._queue.empty()):
            queued = await self._queue.get()
            if queued is None:
                if batch:
                    self._queue.put_nowait(None)  # for the next batch; there is room, as one was taken
                break
            batch.append(queued)
            size += queued.size
        return batch

    def _judged(self, queued: _Queued, judged: Judged) -> None:
        waiting = queued.waiting
        if not judged.line and not self._stops:
            waiting.asked = True
            self._hosts.add(waiting.host, waiting, is_next=True)
        elif judged.line:
            self._done(queued, judged)
        self._wake.set()

    def _done(self, queued: _Queued, judged: Judged) -> None:
        item = replace(queued.waiting.item, fetched=queued.job.fetched)
        self._open -= 1
        if (crawl := self._plan.crawl) is not None:
            for found in crawl.follow(item, judged):
                self._admit(found)
            if crawl.leaves_out(item, judged):
                return
        self._watch.on_done(item, judged)

    async def _end(self) -> None:
        """Let the workers finish what is fetched."""
        for task in self._fetches:
            task.cancel()
        for _ in self._slots:
            await self._queue.put(None)
        await asyncio.gather(*self._slots)


def _host(url: str) -> str:
    return URL(url).host


def _settings(each: UrlInput, settings: FetchSettings) -> FetchSettings:
    if not each.headers and not each.accept_status:
        return settings
    return replace(
        settings, headers=(*each.headers, *settings.headers), accept_status=settings.accept_status | each.accept_status
    )
