"""
Worker processes that judge.

Each slot is a pool of one process, so that a process that dies takes only its own jobs with it. They are judged once more,
one by one in a new process; what kills its process again has failed.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from csplint.engine.run import Checker
from csplint.report.json_report import json_line
from csplint.scan.facts import facts_of
from csplint.scan.judge import Job, Judged, JudgeSettings, bug, failed, judge

PATIENCE = 300.0
"""Seconds for one batch. The work of a page is bounded by counts; this is for a process that hangs."""

_KILLED = "its process died twice"


class Here:
    """Judges in this process, which is a worker already."""

    def __init__(self, checker: Checker) -> None:
        self._checker = checker

    async def judge(self, jobs: Sequence[Job]) -> list[Judged]:
        """The results, in the order of the jobs."""
        return [judge(job, self._checker) for job in jobs]

    def kill(self) -> None:
        """There is nothing to end."""

    async def close(self) -> None:
        """There is nothing to end."""


class Slot:
    """One worker process; it starts with the first job, and again after it has died."""

    def __init__(self, settings: JudgeSettings) -> None:
        self._settings = settings
        self._pool: ProcessPoolExecutor | None = None

    async def judge(self, jobs: Sequence[Job]) -> list[Judged]:
        """The results, in the order of the jobs; never raises for what a page does to its process."""
        try:
            return await self._run(jobs)
        except (BrokenProcessPool, TimeoutError):
            self._replace()
        return [await self._again(job) for job in jobs]

    async def _again(self, job: Job) -> Judged:
        try:
            return (await self._run([job]))[0]
        except (BrokenProcessPool, TimeoutError):
            self._replace()
            report = failed(job.input, bug(_KILLED))
            return Judged(json_line(report).encode(), facts_of(report))

    async def _run(self, jobs: Sequence[Job]) -> list[Judged]:
        if self._pool is None:
            # Not "fork": this process has threads, for name look-ups among others.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, context, _prepare, (self._settings,))
        work = asyncio.get_running_loop().run_in_executor(self._pool, _judge_all, jobs)
        return await asyncio.wait_for(work, PATIENCE)

    def _replace(self) -> None:
        self.kill()

    def kill(self) -> None:
        """End the process at once, whatever it does."""
        if self._pool is None:
            return
        for process in list((getattr(self._pool, "_processes", None) or {}).values()):
            process.kill()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = None

    async def close(self) -> None:
        """End the process, which has nothing to do."""
        if self._pool is not None:
            await asyncio.to_thread(self._pool.shutdown)
            self._pool = None


_CHECKERS: list[Checker] = []
"""That of this worker process."""


def _prepare(settings: JudgeSettings) -> None:
    """Make a new worker process ready."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that has the others
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _CHECKERS[:] = [settings.checker()]


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _judge_all(jobs: Sequence[Job]) -> list[Judged]:
    return [judge(job, _CHECKERS[0]) for job in jobs]
