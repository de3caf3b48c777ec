"""
A whole run: what the user named, one by one or side by side, into one report.

A target that cannot be checked is a target of the report that says so; the others go on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from csplint._version import __version__
from csplint.engine.findings import check_subject
from csplint.engine.subject import carries_nonce, policy_subject, read_visits
from csplint.engine.summary import exit_code, summarise
from csplint.engine.suppressions import Triage, sort_findings
from csplint.errors import TargetError
from csplint.model import FailOn, KnownFinding, PackReport, Report, Run, TargetFault, TargetKind, TargetReport, Tool
from csplint.packs.merge import PackSet
from csplint.page.capture import Capture, Visits
from csplint.page.fetch.settings import FetchSettings


class PolicyInput(Struct, frozen=True):
    """Policies as text, and the URL of the page they are meant for ("" for unknown)."""

    page: str
    enforced: tuple[str, ...]
    report_only: tuple[str, ...] = ()


class SavedInput(Struct, frozen=True):
    """A saved response: a file's path, or a name and the bytes; `page` is its URL where the user gave one."""

    name: str
    page: str
    data: bytes | None = None


class UrlInput(Struct, frozen=True):
    """
    A live page: the URL to ask for, and how to show it (without credentials).

    name, features, headers, accept_status: what the configuration says of it, beside the run's own.
    """

    shown: str
    url: str
    name: str = ""
    features: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    accept_status: frozenset[int] = frozenset()


class PageInput(Struct, frozen=True):
    """An answer that is at hand."""

    capture: Capture


Input = PolicyInput | SavedInput | UrlInput | PageInput


class Step(Struct, frozen=True):
    """How far a run is: `done` of `total` are fetched, or checked; `target` is the last of them, "" before the first."""

    what: Literal["fetched", "checked"]
    done: int
    total: int
    target: str = ""


def nobody(_step: Step) -> None:
    """Watch a run without looking."""


class Job(Struct, frozen=True):
    """
    What to check, and how.

    asked: the optional features in use, id -> how it is known. jobs: pages fetched at the same time. triage: what
    becomes of the findings. watch: is told of each step; it must not raise.
    """

    inputs: Sequence[Input]
    packs: PackSet
    asked: Mapping[str, str] = field(default_factory=dict)
    settings: FetchSettings = field(default_factory=FetchSettings)
    jobs: int = 4
    fail_on: FailOn = "error"
    triage: Triage = Triage()
    watch: Callable[[Step], None] = nobody


def run_job(job: Job) -> Report:
    """Check every input; the report's targets stand in the inputs' order."""
    started, clock = datetime.now(UTC), time.monotonic()
    found = tuple(_all_checked(job, _fetch_all(job)))
    targets = sort_findings(found, job.triage, job.packs)
    code = exit_code(targets, job.fail_on)
    run = Run(
        started_at=started.isoformat(timespec="seconds"),
        duration_ms=round((time.monotonic() - clock) * 1000),
        exit_code=code,
        fail_on=job.fail_on,
    )
    gone = _gone(found, job)
    return Report(tool=_tool(job.packs), run=run, targets=targets, summary=summarise(targets), gone=gone)


def _gone(found: Sequence[TargetReport], job: Job) -> tuple[KnownFinding, ...]:
    if not job.triage.baseline:
        return ()
    from csplint.engine.gone import gone_findings  # noqa: PLC0415 - for runs with a baseline alone

    return gone_findings(found, job.triage, job.packs)


def _tool(packs: PackSet) -> Tool:
    infos = (pack.pack for pack in packs.packs)
    return Tool(
        __version__, tuple(PackReport(info.id, info.version, info.source, info.checked.isoformat()) for info in infos)
    )


def _all_checked(job: Job, visits: Mapping[int, Visits | TargetError]) -> Iterator[TargetReport]:
    for number, each in enumerate(job.inputs):
        checked = _checked(job, each, visits.get(number))
        job.watch(Step("checked", number + 1, len(job.inputs), _shown(each)))
        yield checked


def _checked(job: Job, each: Input, answer: Visits | TargetError | None) -> TargetReport:
    try:
        if isinstance(answer, TargetError):
            raise answer
        if isinstance(each, PolicyInput):
            subject = policy_subject("policy", each.page, list(each.enforced), list(each.report_only))
        else:
            subject = read_visits(answer or Visits(_at_hand(each, job.settings)))
        return replace(check_subject(subject, job.packs, _asked(job, each)), name=_name(each), kind=_kind(each))
    except TargetError as error:
        fault = TargetFault(error.kind, error.message, error.hint)
        return TargetReport(target=_shown(each), name=_name(each), kind=_kind(each), outcome="failed", error=fault)


def _name(each: Input) -> str:
    return each.name if isinstance(each, UrlInput) else ""


def _kind(each: Input) -> TargetKind:
    match each:
        case PolicyInput():
            return "policy"
        case SavedInput():
            return "file" if each.data is None else "stdin"
        case UrlInput() | PageInput():
            return "url"


def _asked(job: Job, each: Input) -> Mapping[str, str]:
    own = each.features if isinstance(each, UrlInput) else ()
    return {**job.asked, **dict.fromkeys(own, "asked for by the configuration")}


def _settings(job: Job, each: UrlInput) -> FetchSettings:
    return replace(
        job.settings,
        headers=(*each.headers, *job.settings.headers),
        accept_status=job.settings.accept_status | each.accept_status,
    )


def _shown(each: Input) -> str:
    match each:
        case PolicyInput():
            return "policy"
        case SavedInput():
            return each.name
        case UrlInput():
            return each.shown
        case PageInput():
            return each.capture.target


def _at_hand(each: SavedInput | UrlInput | PageInput, settings: FetchSettings) -> Capture:
    from csplint.page.saved.formats import load, read_saved  # noqa: PLC0415 - for saved responses alone

    match each:
        case PageInput():
            return each.capture
        case SavedInput():
            data = load(each.name) if each.data is None else each.data
            return read_saved(each.name, data, each.page or None, settings.accept_status)
        case UrlInput():
            raise TypeError("a URL that was not fetched")


def _fetch_all(job: Job) -> dict[int, Visits | TargetError]:
    wanted = {number: each for number, each in enumerate(job.inputs) if isinstance(each, UrlInput)}
    if not wanted:
        return {}
    import asyncio  # noqa: PLC0415 - the network is for live pages alone

    from csplint.page.fetch.client import visit  # noqa: PLC0415
    from csplint.page.fetch.resolve import run  # noqa: PLC0415

    numbers = count(1)

    async def one(each: UrlInput, gate: asyncio.Semaphore) -> Visits | TargetError:
        async with gate:
            answer: Visits | TargetError
            try:
                answer = await visit(each.shown, each.url, _settings(job, each), again=carries_nonce)
            except TargetError as error:
                answer = error
        job.watch(Step("fetched", next(numbers), len(wanted), each.shown))
        return answer

    async def every() -> dict[int, Visits | TargetError]:
        job.watch(Step("fetched", 0, len(wanted)))
        gate = asyncio.Semaphore(job.jobs)
        answers = await asyncio.gather(*(one(each, gate) for each in wanted.values()))
        return dict(zip(wanted, answers, strict=True))

    return run(every())
