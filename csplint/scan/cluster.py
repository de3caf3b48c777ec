"""
A scan on a Dask cluster: the same function, on other machines.

Dask distributes the work, and repeats what a lost worker had. A task is either so many targets of a WARC file, which the worker
reads itself from where they begin, or so many addresses, which it fetches itself. Its result is their lines. Only so many tasks
are out at a time, so that neither the scheduler nor this process holds the whole run.
"""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from msgspec import Struct

from csplint.engine.inputs import UnusableInput
from csplint.engine.run import Checker
from csplint.errors import UsageError
from csplint.files import open_file
from csplint.page.fetch.resolve import PromptLoop
from csplint.page.fetch.settings import FetchSettings
from csplint.scan.item import Item
from csplint.scan.judge import Job, Judged, JudgeSettings, judge
from csplint.scan.recorded import warc_items, warc_places
from csplint.scan.seen import Seen
from csplint.scan.sources import key_of_item

EACH = 50
"""Targets of a task."""

OUT_FOR_EACH_WORKER = 3
"""Tasks that wait or run for each worker."""


class Slice(Struct, frozen=True):
    """So many targets of a WARC file that every worker can read, from a byte on, without those with these numbers."""

    path: str
    offset: int
    number: int
    left_out: frozenset[int] = frozenset()


class Batch(Struct, frozen=True):
    """Targets as they are."""

    items: tuple[Item, ...]


Task = Slice | Batch


class FetchPlan(Struct, frozen=True):
    """How a worker fetches."""

    fetch: FetchSettings
    jobs: int
    per_host: int
    delay: float


def tasks(paths: Iterable[str], seen: Seen, items: Iterator[Item], accepted: frozenset[int]) -> Iterator[Task]:
    """The tasks of WARC files, whose targets are new in `seen`, and of other targets."""
    for path in paths:
        yield from _of_file(path, seen, accepted)
    while batch := tuple(islice(items, EACH)):
        yield Batch(batch)


def _of_file(path: str, seen: Seen, accepted: frozenset[int]) -> Iterator[Task]:
    """The file is read here once, to know where its targets begin and which were seen before; no page is kept."""
    start, number, left_out = 0, 0, set[int]()
    with open_file(path) as file:
        for offset, item in warc_places(path, file, accepted):
            if offset is None:
                yield Batch((item,))
                continue
            start = start if number else offset
            if not seen.add(key_of_item(item)):
                left_out.add(number)
            number += 1
            if number == EACH:
                yield Slice(path, start, number, frozenset(left_out))
                number, left_out = 0, set()
    if number:
        yield Slice(path, start, number, frozenset(left_out))


def run_task(task: Task, settings: bytes, plan: bytes) -> list[Judged]:
    """
    What a worker does: the results of a task's targets.

    settings: a pickled JudgeSettings. plan: a pickled FetchPlan.
    """
    checker = _checker(settings)
    items = list(_of_slice(task, _settings(settings)) if isinstance(task, Slice) else task.items)
    recorded = [judge(Job(item.input, item.fetched), checker) for item in items if not item.is_to_fetch]
    return [*recorded, *_fetched([item for item in items if item.is_to_fetch], settings, plan)]


def _of_slice(task: Slice, settings: JudgeSettings) -> Iterator[Item]:
    try:
        with open_file(task.path) as file:
            file.seek(task.offset)
            found = warc_items(task.path, file, settings.options.fetch.accept_status, task.number)
            yield from (item for number, item in enumerate(found) if number not in task.left_out)
    except OSError as error:
        name = f"{task.path}:{task.offset}"
        why = error.strerror or str(error)
        yield Item(UnusableInput(name, f"{task.number} targets in {task.path}: a worker cannot read the file: {why}"))


def _fetched(items: list[Item], settings: bytes, plan: bytes) -> list[Judged]:
    """The results of addresses, which are fetched as a scan in one process does."""
    if not items:
        return []
    from csplint.scan.pipeline import Pipeline, Plan, Watch  # noqa: PLC0415 - only for addresses

    how: FetchPlan = pickle.loads(plan)  # noqa: S301 - this program made it
    found: list[Judged] = []
    whole = Plan(
        jobs=how.jobs,
        per_host=how.per_host,
        delay=how.delay,
        fetch=how.fetch,
        judging=_settings(settings),
        here=_checker(settings),
    )
    pipeline = Pipeline(iter(items), whole, Watch(lambda _item, judged: found.append(judged)))
    with asyncio.Runner(loop_factory=PromptLoop) as runner:
        runner.run(pipeline.run())
    return found


@lru_cache(maxsize=2)
def _settings(settings: bytes) -> JudgeSettings:
    found: JudgeSettings = pickle.loads(settings)  # noqa: S301 - this program made it
    return found


@lru_cache(maxsize=2)
def _checker(settings: bytes) -> Checker:
    return _settings(settings).checker()


def run_on_cluster(
    address: str, work: Iterator[Task], judging: JudgeSettings, plan: FetchPlan, workers: int
) -> Iterator[Judged]:
    """
    The results, as they are done.

    address: of a scheduler; "local" starts a cluster of so many workers on this machine. Raises UsageError if Dask is not
    installed, or nobody answers at the address.
    """
    try:
        import distributed  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise UsageError("Dask is not installed: pip install 'csplint-cli[dask]'") from error
    dask: Any = distributed  # it has types for little
    cluster = None
    try:
        if address == "local":
            cluster = dask.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
        client = dask.Client(cluster or address, timeout=30)
    except (OSError, TimeoutError, ValueError) as error:
        raise UsageError(f"--dask {address}: cannot connect: {error}") from error
    try:
        yield from _results(dask, client, work, (pickle.dumps(judging), pickle.dumps(plan)))
    finally:
        client.close()
        if cluster is not None:
            cluster.close()


def _results(dask: Any, client: Any, work: Iterator[Task], how: tuple[bytes, bytes]) -> Iterator[Judged]:
    def submit(task: Task) -> Any:
        return client.submit(run_task, task, *how, pure=False, retries=2)

    most = max(2, OUT_FOR_EACH_WORKER * len(client.scheduler_info(n_workers=-1)["workers"]))
    running = dask.as_completed([submit(task) for task in islice(work, most)])
    for future in running:
        yield from future.result()
        future.release()
        if (task := next(work, None)) is not None:
            running.add(submit(task))


def without_secrets(fetch: FetchSettings) -> FetchSettings:
    """The settings that may leave this machine; raises UsageError if they hold a secret."""
    if fetch.headers or fetch.cookie_file or (fetch.proxy and "@" in fetch.proxy):
        raise UsageError(
            "--dask sends its settings over the network: no header, cookie file or password can be used with it"
        )
    return fetch
