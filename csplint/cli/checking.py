"""What `csplint check` does once its options are read; knows no command-line library."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from csplint.cli.choices import FailOn, Feature, Format
from csplint.cli.write import Display, Written, write_file, write_report
from csplint.engine.inputs import Input, PolicyInput, SavedInput, UrlInput
from csplint.engine.run import Progress, RunOptions, ignore_progress, run_checks
from csplint.engine.summary import FailOn as ReportFailOn
from csplint.engine.suppressions import FindingSettings
from csplint.errors import UsageError
from csplint.model import Report
from csplint.packs.merge import PackSet, load_packs
from csplint.page.fetch.settings import FetchSettings

if TYPE_CHECKING:
    from csplint.report.location import Anchors


class CheckRequest(Struct, frozen=True, kw_only=True):
    """
    The options of one `csplint check`, configuration included.

    targets: URLs, files or "-", or names of `configured`, which are all checked where nothing is named. policies,
    report_only: policy texts, instead of targets. page: their page's URL. outputs: further reports, into files.
    anchors: for a target as reports show it, "path:line" in the repository. baseline: the file's name, for messages;
    what it holds is in `triage`.
    """

    targets: tuple[str, ...] = ()
    configured: tuple[UrlInput, ...] = ()
    policies: tuple[str, ...] = ()
    report_only: tuple[str, ...] = ()
    page: str = ""
    features: tuple[Feature, ...] = ()
    packs: PackSet | None = None
    triage: FindingSettings = FindingSettings()
    form: Format = Format.TEXT
    outputs: tuple[tuple[Format, str], ...] = ()
    fail_on: FailOn = FailOn.ERROR
    display: Display = Display()
    baseline: str = ""
    exit_zero: bool = False
    settings: FetchSettings = FetchSettings()
    jobs: int = 4
    anchors: Mapping[str, str] = {}


def run_check(request: CheckRequest) -> int:
    """
    Check what was asked for and write the report to standard output; gives the exit code.

    Raises UsageError and PackError; a target that cannot be checked is in the report.
    """
    report = checked(request)
    written = Written(report, _packs(request), _anchors(request))
    for form, path in request.outputs:
        write_file(written, form, path, request.display.show)
    write_report(written, request.form, request.display)
    if report.gone and not request.display.show.quiet:
        from csplint.cli.tell_gone import tell_gone  # noqa: PLC0415 - for a baseline that has aged

        tell_gone(report.gone, request.baseline)
    return report.run.exit_code


def checked(request: CheckRequest) -> Report:
    """Check what was asked for; who watches at a terminal is told how far several targets are."""
    inputs = _inputs(request)
    if len(inputs) < 2:  # noqa: PLR2004 - one is not counted, and needs no module for it
        return run_checks(inputs, _packs(request), _options(request, ignore_progress))
    from csplint.cli.progress import progress  # noqa: PLC0415

    with progress(quiet=request.display.show.quiet) as watch:
        return run_checks(inputs, _packs(request), _options(request, watch))


def _options(request: CheckRequest, on_progress: Callable[[Progress], None]) -> RunOptions:
    fail_on: ReportFailOn = "never" if request.exit_zero else request.fail_on.value
    return RunOptions(
        features={feature.value: "asked for by --feature" for feature in request.features},
        fetch=request.settings,
        jobs=request.jobs,
        fail_on=fail_on,
        findings=request.triage,
        on_progress=on_progress,
    )


def _anchors(request: CheckRequest) -> Anchors | None:
    if not request.anchors:
        return None
    from csplint.report.location import Anchors  # noqa: PLC0415

    return Anchors(request.anchors)


def _packs(request: CheckRequest) -> PackSet:
    return request.packs or load_packs(())


def _inputs(request: CheckRequest) -> list[Input]:
    if request.policies or request.report_only:
        if request.targets:
            raise UsageError("give targets or --policy, not both: a policy is checked without fetching anything")
        return [PolicyInput(_page(request.page), request.policies, request.report_only)]
    if not request.targets and request.configured:
        return list(request.configured)
    if not request.targets:
        raise UsageError(
            "nothing to check: name a URL or a saved response, or give --policy TEXT (see csplint check --help)"
        )
    if request.targets.count("-") > 1:
        raise UsageError("standard input can be read once: give - only once")
    named = {each.name: each for each in request.configured}
    return [named.get(target) or _input(target, request.page) for target in request.targets]


def _page(page: str) -> str:
    from csplint.csp.url import parse_url  # noqa: PLC0415

    if page and parse_url(page) is None:
        raise UsageError(
            f"--page {page!r} is not a URL; it takes the page's full address, such as https://shop.example/"
        )
    return page


def _input(target: str, page: str) -> Input:
    from csplint.page.saved.formats import MAX_SAVED_BYTES  # noqa: PLC0415 - for pages alone, like the URL parser
    from csplint.page.target import StdinTarget, UrlTarget, classify  # noqa: PLC0415

    kind = classify(target)
    if isinstance(kind, UrlTarget):
        return UrlInput(kind.shown, kind.url)
    if isinstance(kind, StdinTarget):
        return SavedInput("standard input", _page(page), sys.stdin.buffer.read(MAX_SAVED_BYTES + 1))
    return SavedInput(kind.path, _page(page))
