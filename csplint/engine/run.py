"""
A whole run: every input checked, in one report.

A target that cannot be checked is a failed target of the report; the others are still checked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from csplint._version import __version__
from csplint.csp.memo import memo
from csplint.engine.findings import check_subject
from csplint.engine.inputs import Input, SourceInput, UnusableInput, UrlInput, read_local
from csplint.engine.interrupt import interrupted
from csplint.engine.subject import Subject, is_worth_a_second_request, read_visits
from csplint.engine.summary import exit_code, summarise
from csplint.engine.suppressions import FindingSettings, Sieve, with_ignores, with_skipped
from csplint.engine.undecided import without_guesses
from csplint.engine.vendors import no_widget, used_packs, with_vendors
from csplint.errors import TargetError
from csplint.model import (
    Corrected,
    FailOn,
    KnownFinding,
    PackReport,
    PolicyOrigin,
    Report,
    Run,
    ScriptReport,
    TargetFault,
    TargetReport,
    Tool,
)
from csplint.packs.merge import PackSet
from csplint.page.capture import Capture, Visits
from csplint.page.fetch.settings import FetchSettings


class Progress(Struct, frozen=True):
    """`done` of `total` targets are fetched, or checked; `target` is the last of them, "" before the first."""

    stage: Literal["fetched", "checked"]
    done: int
    total: int
    target: str = ""


def ignore_progress(_progress: Progress) -> None:
    """Do nothing: the progress of a run that nobody watches."""


class RunOptions(Struct, frozen=True, kw_only=True):
    """
    How to check.

    features: the optional parts of a widget in use, id -> how csplint knows. vendors: the ids of those whose widget is
    judged, "auto" for those found on the page, "none" for none; () for the default. fetch: how to fetch pages. jobs: pages
    fetched at the same time. fail_on: the lowest severity that fails the run. findings: which findings are reported,
    and how. strict: correct each target to a strict policy; each page is fetched twice for that. on_progress: called after
    each step; it must not raise. sources: the configuration that should send the policies. inventory: list the
    scripts of each page. proves_edits: whether findings about a configuration file get the edits that are proved, for which
    the file is judged again. replay: the answers to use instead of the network, by `UrlInput.shown`. on_answer: called with
    each URL's answers, or why there are none.
    """

    features: Mapping[str, str] = field(default_factory=dict)
    vendors: tuple[str, ...] = ()
    fetch: FetchSettings = field(default_factory=FetchSettings)
    jobs: int = 4
    fail_on: FailOn = "error"
    findings: FindingSettings = FindingSettings()
    strict: bool = False
    sources: tuple[SourceInput, ...] = ()
    inventory: bool = False
    proves_edits: bool = True
    on_progress: Callable[[Progress], None] = ignore_progress
    replay: Mapping[str, Visits | TargetError] | None = None
    on_answer: Callable[[UrlInput, Visits | TargetError], None] | None = None


def run_checks(inputs: Sequence[Input], packs: PackSet, options: RunOptions | None = None) -> Report:
    """
    Check every input; the report's targets are in the same order.

    Raises PackError for a rule that can never be reported.
    """
    options = options or RunOptions()
    options = replace(options, findings=options.findings.with_restated(packs))
    started, clock = datetime.now(UTC), time.monotonic()
    sieve = Sieve(options.findings)
    packs = _selected(packs, options)
    checked = _with_file_edits(inputs, tuple(_check_all(inputs, packs, options, sieve)), packs, options)
    checked = _with_outdated(checked, packs, options, sieve)
    targets = with_ignores(checked, options.findings, sieve.used, packs)
    run = Run(
        started_at=started.isoformat(timespec="seconds"),
        duration_ms=round((time.monotonic() - clock) * 1000),
        exit_code=exit_code(targets, options.fail_on),
        fail_on=options.fail_on,
    )
    gone = _gone(checked, packs, sieve)
    return Report(
        tool=tool(used_packs(packs, targets)), run=run, targets=targets, summary=summarise(targets), gone=gone
    )


def _with_file_edits(
    inputs: Sequence[Input], checked: tuple[TargetReport, ...], packs: PackSet, options: RunOptions
) -> tuple[TargetReport, ...]:
    """The reports with the edits of configuration files that are proved; a fault of a file is the only thing that has some."""
    if not options.proves_edits or not any(
        placed.fault.edits
        for each in inputs
        if isinstance(each, SourceInput) and each.part
        for placed in each.part.faults
    ):
        return checked
    from csplint.engine.source_proofs import with_file_edits  # noqa: PLC0415 - only for files with faults

    judging = replace(options, sources=(), strict=False)

    def judge(some: Sequence[Input]) -> tuple[TargetReport, ...]:
        return tuple(_check(each, None, packs, judging, Sieve(options.findings)) for each in some)

    return with_file_edits(inputs, checked, judge)


def _with_outdated(
    checked: tuple[TargetReport, ...], packs: PackSet, options: RunOptions, sieve: Sieve
) -> tuple[TargetReport, ...]:
    today, used = options.findings.today, used_packs(packs, checked)
    if today is None or not any(pack.pack.is_outdated(today) for pack in used.vendors):
        return checked
    from csplint.engine.freshness import with_outdated  # noqa: PLC0415 - only where a pack is old

    return with_outdated(checked, used, options.vendors, sieve)


def _left_out(packs: PackSet, options: RunOptions) -> frozenset[str]:
    return frozenset(name for name in packs.rules if not options.findings.selects(name))


@memo(key=lambda packs, options: (packs, (options.findings.leave_out, options.findings.select)))
def _selected(packs: PackSet, options: RunOptions) -> PackSet:
    """The packs, without the rules that the user left out."""
    return replace(packs, left_out=_left_out(packs, options))


def _gone(checked: Sequence[TargetReport], packs: PackSet, sieve: Sieve) -> tuple[KnownFinding, ...]:
    if not sieve.settings.baseline:
        return ()
    from csplint.engine.baseline import gone_findings  # noqa: PLC0415 - only for runs with a baseline

    return gone_findings(checked, sieve, packs)


def check_visits(
    visits: Visits, packs: PackSet, options: RunOptions, features: Mapping[str, str]
) -> tuple[Subject, PackSet, TargetReport]:
    """
    Check a page's responses that are here already: what was read, the packs with the vendors that are judged, and the report.

    features: as in RunOptions, with those of this page. Raises TargetError for a page that cannot be read.
    """
    subject = read_visits(visits)
    chosen = with_vendors(packs, options.vendors, subject)
    report = without_guesses(subject, check_subject(subject, chosen, features, Sieve(options.findings)))
    return subject, chosen, replace(report, limits=(*subject.notes, *report.limits))


def tool(packs: PackSet) -> Tool:
    """The version of csplint and its packs, for a report."""
    infos = (pack.pack for pack in packs.packs)
    return Tool(
        __version__, tuple(PackReport(info.id, info.version, info.source, info.checked.isoformat()) for info in infos)
    )


def _check_all(inputs: Sequence[Input], packs: PackSet, options: RunOptions, sieve: Sieve) -> Iterator[TargetReport]:
    fetched = _fetch_all(inputs, options)
    for number, each in enumerate(inputs):
        try:
            checked = _check(each, fetched.get(number), packs, options, sieve)
        except KeyboardInterrupt:
            if number == 0:  # there is nothing to report
                raise
            fetched = {rest: interrupted(each.target) for rest, each in enumerate(inputs)}
            checked = _check(each, fetched[number], packs, options, sieve)
        options.on_progress(Progress("checked", number + 1, len(inputs), each.target))
        yield checked


class Checker:
    """
    Checks inputs one by one, each as if it were the only one of its run.

    It reports nothing about the run's own settings, such as ignores that match no finding.
    """

    def __init__(self, packs: PackSet, options: RunOptions) -> None:
        self._options = replace(options, findings=options.findings.with_restated(packs))
        self._packs = _selected(packs, self._options)

    def check(self, each: Input, fetched: Visits | TargetError | None = None) -> TargetReport:
        """
        Check one input; raises PackError for a rule that can never be reported.

        fetched: the answers to a UrlInput, or why there are none.
        """
        checked = _check(each, fetched, self._packs, self._options, Sieve(self._options.findings))
        return with_skipped(checked, self._options.findings, self._packs)


def _check(
    each: Input, fetched: Visits | TargetError | None, packs: PackSet, options: RunOptions, sieve: Sieve
) -> TargetReport:
    name = each.name if isinstance(each, UrlInput | UnusableInput) else ""
    features = each.features if isinstance(each, UrlInput) else ()
    used = {**options.features, **dict.fromkeys(features, "asked for by the configuration")}
    try:
        subject = _subject(each, fetched, options)
        chosen = with_vendors(packs, options.vendors, subject)
        if len(chosen.packs) > len(packs.packs):
            chosen = _selected(chosen, options)
        report = without_guesses(subject, check_subject(subject, chosen, used, sieve, name))
        report = replace(report, no_widget=no_widget(packs, chosen, options.vendors, subject))
        if options.sources:
            report = replace(report, origins=_origins(subject, options.sources))
        if options.inventory:
            report = replace(report, scripts=_inventory(subject, chosen))
        if options.strict:
            report = replace(report, corrected=_strict(subject, chosen, used, report))
    except TargetError as error:
        fault = TargetFault(error.kind, error.message, error.hint)
        return TargetReport(target=each.target, name=name, kind=each.kind, outcome="failed", error=fault)
    return replace(report, kind=each.kind, limits=(*subject.notes, *report.limits))


def read_subject(each: Input, options: RunOptions) -> Subject:
    """One input, fetched or read, without checking it. Raises TargetError if it cannot be read."""
    return _subject(each, _fetch_all([each], options).get(0), options)


def _origins(subject: Subject, sources: Sequence[SourceInput]) -> tuple[PolicyOrigin, ...]:
    from csplint.engine.origins import origins  # noqa: PLC0415 - only for --source

    return origins(subject, sources)


def _inventory(subject: Subject, packs: PackSet) -> tuple[ScriptReport, ...]:
    from csplint.engine.inventory import inventory  # noqa: PLC0415 - only where it is asked for

    return inventory(subject, packs)


def _strict(subject: Subject, packs: PackSet, features: Mapping[str, str], report: TargetReport) -> Corrected | None:
    from csplint.engine.strict_report import strict  # noqa: PLC0415 - only for fix --strict

    return strict(subject, packs, features, report)


def _subject(each: Input, fetched: Visits | TargetError | None, options: RunOptions) -> Subject:
    if isinstance(fetched, TargetError):
        raise fetched
    if isinstance(each, UrlInput):
        if fetched is None:
            raise TypeError("a URL that was not fetched")
        return read_visits(fetched)
    return read_local(each, options.fetch)


def _fetch_all(inputs: Sequence[Input], options: RunOptions) -> dict[int, Visits | TargetError]:
    """
    Fetch the URLs among the inputs, by their number.

    After an interrupt every input that is not fetched has an error. Raises KeyboardInterrupt if none is fetched.
    """
    urls = {number: each for number, each in enumerate(inputs) if isinstance(each, UrlInput)}
    if not urls:
        return {}
    if options.replay is not None:
        return {number: options.replay.get(each.shown) or _not_recorded(each) for number, each in urls.items()}
    import asyncio  # noqa: PLC0415 - the network is only for URLs

    from csplint.page.fetch.client import visit  # noqa: PLC0415
    from csplint.page.fetch.resolve import run  # noqa: PLC0415

    done = count(1)
    again = _always if options.strict else is_worth_a_second_request

    results: dict[int, Visits | TargetError] = {}

    async def fetch(number: int, each: UrlInput, gate: asyncio.Semaphore) -> None:
        async with gate:
            result: Visits | TargetError
            try:
                result = await visit(each.shown, each.url, fetch_settings(each, options), again=again)
            except TargetError as error:
                result = error
        results[number] = result
        if options.on_answer is not None:
            options.on_answer(each, result)
        options.on_progress(Progress("fetched", next(done), len(urls), each.shown))

    async def fetch_urls() -> None:
        options.on_progress(Progress("fetched", 0, len(urls)))
        gate = asyncio.Semaphore(options.jobs)
        with suppress(asyncio.CancelledError):  # an interrupt cancels every fetch; a second one ends the run
            await asyncio.gather(*(fetch(number, each, gate) for number, each in urls.items()))

    run(fetch_urls())
    if len(results) == len(urls):
        return results
    if not results:
        raise KeyboardInterrupt
    return {number: results.get(number, interrupted(each.target)) for number, each in enumerate(inputs)}


def _not_recorded(each: UrlInput) -> TargetError:
    message = "the recording has no answer for this target"
    return TargetError(each.target, "not-recorded", message, hint="name the target as in the run that was recorded")


def _always(_first: Capture) -> bool:
    """Fetch every page again: only a second response shows which inline scripts differ, and so can have no hash."""
    return True


def fetch_settings(each: UrlInput, options: RunOptions) -> FetchSettings:
    """How one target is fetched."""
    return replace(
        options.fetch,
        headers=(*each.headers, *options.fetch.headers),
        accept_status=options.fetch.accept_status | each.accept_status,
    )
