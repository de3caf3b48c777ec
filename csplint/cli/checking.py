"""What `csplint check` does after its options are read; independent of the command-line library."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from csplint.cli.options import Format
from csplint.cli.write import Display, Written, write_outputs, write_report
from csplint.engine.inputs import Input, PolicyInput, SavedInput, SourceInput, UnusableInput, UrlInput
from csplint.engine.run import Progress, RunOptions, ignore_progress, run_checks
from csplint.engine.suppressions import FindingSettings
from csplint.engine.vendors import used_packs
from csplint.errors import TargetError, UsageError
from csplint.model import FailOn, KnownFinding, Report
from csplint.packs.merge import PackSet
from csplint.page.fetch.settings import FetchSettings

if TYPE_CHECKING:
    from csplint.cli.secret_headers import HeaderFor
    from csplint.cli.trust import FoundFile
    from csplint.report.location import Anchors


class CheckRequest(Struct, frozen=True, kw_only=True):
    """
    The options of one `csplint check`, with those of the configuration.

    targets: URLs, files, "-", or names of `configured`; if empty, all `configured` are checked. policies,
    report_only: policies as text, instead of targets; page: the URL of their page. vendors: as in RunOptions.
    outputs: further reports, as files.
    anchors: "path:line" in the repository, by target as reports show it. baseline: the path of the file, for messages;
    its content is in `triage`. header_source: where the headers in `fetch` were set, "" without any. headers_for: those
    of one origin. sources: files and folders that should send the
    policies. found: the configuration file, if the user did not name it. strict: correct to strict policies. save, replay:
    WARC files to record answers in, or to take them from; "" for none.
    """

    targets: tuple[str, ...] = ()
    configured: tuple[UrlInput | UnusableInput, ...] = ()
    policies: tuple[str, ...] = ()
    report_only: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    page: str = ""
    features: tuple[str, ...] = ()
    vendors: tuple[str, ...] = ()
    packs: PackSet
    triage: FindingSettings = FindingSettings()
    format: Format = "text"
    outputs: tuple[tuple[Format, str], ...] = ()
    fail_on: FailOn = "error"
    display: Display = Display()
    baseline: str = ""
    fetch: FetchSettings = FetchSettings()
    header_source: str = ""
    headers_for: tuple[HeaderFor, ...] = ()
    found: FoundFile | None = None
    jobs: int = 4
    strict: bool = False
    save: str = ""
    replay: str = ""
    anchors: Mapping[str, str] = {}


def run_check(request: CheckRequest) -> int:
    """
    Run the check, write the report to standard output, and give the exit code.

    Raises UsageError; a target that cannot be checked is in the report.
    """
    if (code := _explained(request)) is not None:
        return code
    inputs = inputs_of(request)
    if (code := _explained_file(inputs, request)) is not None:
        return code
    report = _checked(inputs, request)
    written = Written(report, used_packs(request.packs, report.targets), _anchors(request))
    write_outputs(written, request.outputs, request.display.show)
    write_report(written, request.format, request.display)
    if report.gone and not request.display.show.quiet:
        _report_outdated(report.gone, request.baseline)
    return report.run.exit_code


def checked(request: CheckRequest) -> Report:
    """Run the check; a terminal shows the progress over several targets."""
    return _checked(inputs_of(request), request)


def _explained(request: CheckRequest) -> int | None:
    """Explain a message of a browser that the user gave as the target; None if it is none."""
    if len(request.targets) != 1 or " " not in request.targets[0].strip() or not _may_explain(request):
        return None
    from csplint.cli.why import explain_text  # noqa: PLC0415 - no path and no address has such words

    return explain_text(request.targets[0], request)


def _explained_file(inputs: Sequence[Input], request: CheckRequest) -> int | None:
    """Explain what a browser said, in a file or on standard input; None for anything else."""
    if len(inputs) != 1 or not isinstance(inputs[0], SavedInput) or not _may_explain(request):
        return None
    from csplint.cli.why import explain_text  # noqa: PLC0415 - only for files
    from csplint.page.kinds import CONSOLE, REPORTED, kinds  # noqa: PLC0415
    from csplint.page.saved.formats import load  # noqa: PLC0415

    try:
        data = load(inputs[0].name) if inputs[0].data is None else inputs[0].data
    except TargetError:
        return None
    text = data.decode("utf-8", "replace")
    return explain_text(text, request) if next(kinds(data, text), None) in {CONSOLE, REPORTED} else None


def _may_explain(request: CheckRequest) -> bool:
    """Whether explanations can be written as the user wants the report."""
    return request.format in {"text", "json"} and not request.outputs


def _checked(inputs: list[Input], request: CheckRequest) -> Report:
    if not request.save and not request.replay:
        return _checked_with(inputs, request, _options(request, ignore_progress))
    from csplint.cli.recordings import recording  # noqa: PLC0415 - only for --save and --replay

    with recording(request, inputs, _options(request, ignore_progress)) as options:
        return _checked_with(inputs, request, options)


def _checked_with(inputs: list[Input], request: CheckRequest, options: RunOptions) -> Report:
    if len(inputs) < 2:  # noqa: PLR2004 - one target needs no progress, and so no module for it
        return run_checks(inputs, request.packs, options)
    from csplint.cli.progress import progress  # noqa: PLC0415

    with progress(quiet=request.display.show.quiet) as watch:
        return run_checks(inputs, request.packs, replace(options, on_progress=watch))


def inputs_of(request: CheckRequest) -> list[Input]:
    """What a request names, as the check reads it."""
    return _with_secrets(request, _inputs(request))


def run_options(request: CheckRequest) -> RunOptions:
    """How a request is checked, without progress."""
    return _options(request, ignore_progress)


def _with_secrets(request: CheckRequest, inputs: list[Input]) -> list[Input]:
    """
    The inputs with the headers that are for them.

    Raises UsageError or ConfigError if a secret would go to an origin, or take a way, that the user did not choose.
    """
    if request.header_source:
        from csplint.cli.secret_headers import require_one_origin  # noqa: PLC0415 - only for headers

        require_one_origin(inputs, request.header_source)
    given = inputs
    if request.headers_for:
        from csplint.cli.secret_headers import with_headers  # noqa: PLC0415

        given = with_headers(inputs, request.headers_for)
    if request.found is not None:
        from csplint.cli.trust import require_trust  # noqa: PLC0415 - only for a file that was found

        source = next((each.source for each in request.headers_for), "")
        changed = [new for old, new in zip(inputs, given, strict=True) if new != old]
        require_trust(given, request.found, {each.url: source for each in changed if isinstance(each, UrlInput)})
    return given


def _options(request: CheckRequest, on_progress: Callable[[Progress], None]) -> RunOptions:
    return RunOptions(
        features=dict.fromkeys(request.features, "asked for by --feature"),
        vendors=request.vendors,
        fetch=request.fetch,
        jobs=request.jobs,
        fail_on=request.fail_on,
        findings=request.triage,
        strict=request.strict,
        sources=_sources(request),
        on_progress=on_progress,
    )


def _sources(request: CheckRequest) -> tuple[SourceInput, ...]:
    """The parts of the files that --source names; raises UsageError for one that is no such file."""
    found: list[SourceInput] = []
    for path in request.sources:
        parts = [each for each in _read_inputs(path, "") if isinstance(each, SourceInput) and each.part]
        if not parts:
            raise UsageError(f"--source {path}: it is no configuration file or folder that sends a policy")
        found += parts
    return tuple(found)


def _anchors(request: CheckRequest) -> Anchors | None:
    if not request.anchors:
        return None
    from csplint.report.location import Anchors  # noqa: PLC0415

    return Anchors(request.anchors)


def _inputs(request: CheckRequest) -> list[Input]:
    """What to check. Among several targets one that is not valid fails; on its own it is a mistake of the user."""
    inputs = _named_inputs(request)
    if len(inputs) == 1 and isinstance(inputs[0], UnusableInput):
        raise UsageError(inputs[0].problem)
    return inputs


def _named_inputs(request: CheckRequest) -> list[Input]:
    if request.policies or request.report_only:
        if request.targets:
            raise UsageError("give targets or --policy, not both: a policy is checked without fetching anything")
        return [PolicyInput(_page(request.page), request.policies, request.report_only)]
    if not request.targets and request.configured:
        return list(request.configured)
    if not request.targets and request.replay:
        from csplint.cli.recordings import recorded_inputs  # noqa: PLC0415 - only for --replay

        return list(recorded_inputs(request.replay))
    if not request.targets:
        raise UsageError(
            "nothing to check: name a URL or a saved response, or give --policy TEXT (see csplint check --help)"
        )
    if request.targets.count("-") > 1:
        raise UsageError("standard input can be read only once: give - once")
    named = {each.name: each for each in request.configured}
    found: list[Input] = []
    for target in request.targets:
        found += [named[target]] if target in named else _read_inputs(target, request.page)
    return found


def _page(page: str) -> str:
    from csplint.csp.url import parse_url  # noqa: PLC0415

    if page and parse_url(page) is None:
        raise UsageError(f"--page {page!r} is not a URL; give the page's full address, such as https://shop.example/")
    return page


def _read_inputs(target: str, page: str) -> Sequence[Input]:
    """A target as inputs: the parts of a configuration file, or the one that it is."""
    each = _input(target, page)
    if not isinstance(each, SavedInput) or each.data is not None:
        return [each]
    from pathlib import Path  # noqa: PLC0415 - only for files

    if Path(each.name).is_dir():
        return _of_folder(each)
    return _of_file(each)


def _of_file(each: SavedInput) -> Sequence[Input]:
    from csplint.engine.sources import may_be_source, source_inputs  # noqa: PLC0415 - only for such files

    if not may_be_source(each.name):
        return [each]
    try:
        return source_inputs(each.name, each.page) or [each]
    except (OSError, ValueError):  # the reader of pages says why
        return [each]


def _of_folder(each: SavedInput) -> Sequence[Input]:
    """The files of a folder that send a policy; standard error says which they are."""
    from csplint.engine.source_folders import files_of  # noqa: PLC0415 - only for folders
    from csplint.report.escape import visible  # noqa: PLC0415
    from csplint.report.phrases import counted, listed  # noqa: PLC0415

    found = files_of(each.name)
    for limit in found.limits:
        sys.stderr.write(f"csplint: {visible(limit)}\n")
    if not found.paths:
        return [
            UnusableInput(
                each.name, f"the folder {each.name} has no file that sends a policy, such as nginx.conf or _headers"
            )
        ]
    named = listed(list(found.paths[:_MOST_OUTDATED])) + (" and others" if len(found.paths) > _MOST_OUTDATED else "")
    sys.stderr.write(
        f"csplint: {visible(each.name)}: {counted(len(found.paths), 'file')} with a policy: {visible(named, 1000)}\n"
    )
    return [part for path in found.paths for part in _of_file(SavedInput(path, each.page, folder=each.name))]


def _input(target: str, page: str) -> Input:
    from csplint.page.fetch.redirects import without_credentials  # noqa: PLC0415
    from csplint.page.saved.formats import MAX_SAVED_BYTES  # noqa: PLC0415 - only for pages, like the URL parser
    from csplint.page.target import StdinTarget, UrlTarget, classify  # noqa: PLC0415

    try:
        kind = classify(target)
    except UsageError as error:
        return UnusableInput(without_credentials(target).strip() or "(empty)", str(error))
    if isinstance(kind, UrlTarget):
        return UrlInput(kind.shown, kind.url)
    if isinstance(kind, StdinTarget):
        return SavedInput("standard input", _page(page), sys.stdin.buffer.read(MAX_SAVED_BYTES + 1))
    return SavedInput(kind.path, _page(page))


_MOST_OUTDATED = 5
"""Baseline entries listed one by one; the JSON report has them all."""


def _report_outdated(entries: Sequence[KnownFinding], path: str) -> None:
    """Report the baseline entries that no longer occur on standard error."""
    from csplint.report.escape import visible  # noqa: PLC0415 - only for an outdated baseline

    lines = [visible(line) for line in _outdated(entries, path)]
    with contextlib.suppress(OSError):  # the report is written: a closed standard error does not change the result
        sys.stderr.write("".join(f"{line}\n" for line in lines))


def _outdated(entries: Sequence[KnownFinding], path: str) -> Iterator[str]:
    from csplint.report.phrases import counted  # noqa: PLC0415

    verb = "does" if len(entries) == 1 else "do"
    yield f"csplint: {path}: {counted(len(entries), 'known finding')} {verb} not occur any more"
    for entry in entries[:_MOST_OUTDATED]:
        yield f"  {entry.target}: {entry.rule}: {entry.message}"
    if len(entries) > _MOST_OUTDATED:
        yield f"  and {len(entries) - _MOST_OUTDATED} more"
    yield "Run `csplint baseline` again with all its targets; until then they would be accepted if they reappear."
