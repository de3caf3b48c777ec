"""What `csplint scan` does after its options are read."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from itertools import chain
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from csplint._version import __version__
from csplint.cli.checking import CheckRequest, run_options
from csplint.cli.progress import ERASE, fitting, to_terminal
from csplint.cli.terminal import is_watched, terminal_width
from csplint.engine.inputs import UrlInput
from csplint.engine.over_time import TargetChange
from csplint.errors import ConfigError, UsageError
from csplint.page.fetch.redirects import origin, without_credentials
from csplint.page.fetch.resolve import PromptLoop
from csplint.page.saved.recording import new_recorder
from csplint.report.escape import visible
from csplint.report.json_report import json_line
from csplint.scan.crawl import Crawl
from csplint.scan.facts import Facts
from csplint.scan.item import Fault, Item, ScanInput
from csplint.scan.journal import Output, open_output
from csplint.scan.judge import Judged, JudgeSettings
from csplint.scan.listed import target_input
from csplint.scan.pipeline import Pipeline, Plan, Watch
from csplint.scan.seen import Seen
from csplint.scan.since import Since
from csplint.scan.sources import distinct, is_warc, key_of, read_source
from csplint.scan.summary import STATES, live, summary
from csplint.scan.tally import Tally

if TYPE_CHECKING:
    from csplint.page.saved.warc import Recorder

DEFAULT_JOBS = 32
_OUTPUTS = ("jsonl", "html", "text", "changes")


class ScanRequest(Struct, frozen=True, kw_only=True):
    """
    The options of one `csplint scan`.

    check: those that `csplint check` has too. jobs: fetches at a time, None for the default. workers: 0 for one a core.
    crawl: how many links deep, 0 for none. crawl_pages: of one site. form: what standard output gets: "jsonl", "text" or "none".
    since: the JSON lines of an earlier scan, "" for none. inventory: list each page's scripts. outputs: as written.
    """

    check: CheckRequest
    sources: tuple[str, ...] = ()
    crawl: int = 0
    crawl_pages: int = 500
    per_host: int = 4
    delay: float = 0.0
    workers: int = 0
    jobs: int | None = None
    resume: bool = False
    heeds_robots: bool = True
    dask: str | None = None
    since: str = ""
    inventory: bool = False
    form: str = "jsonl"
    outputs: tuple[str, ...] = ()


def run_scan(request: ScanRequest) -> int:
    """Scan, and give the exit code. Raises UsageError and ConfigError before anything is fetched."""
    outputs = _outputs(request)
    _require_usable(request, outputs)
    _require_usable_since(request, outputs)
    run = _Run(request, outputs)
    with ExitStack() as stack:
        run.open(stack)
        stopped = run.scan()
        if not stopped:
            run.compare_gone()
    return run.finish(stopped=stopped)


def _outputs(request: ScanRequest) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in request.outputs:
        form, _, path = text.partition("=")
        if form not in _OUTPUTS or not path:
            raise UsageError(f"--output: {text!r} is not FORMAT=FILE; FORMAT is one of {', '.join(_OUTPUTS)}")
        if form in found:
            raise UsageError(f"--output: give one file for {form}")
        found[form] = path
    return found


def _require_usable(request: ScanRequest, outputs: dict[str, str]) -> None:
    check = request.check
    if check.policies or check.report_only or check.sources:
        raise UsageError("csplint scan takes targets; for --policy, --report-only or --source use csplint check")
    if request.crawl and (request.resume or check.replay or request.dask):
        raise UsageError(
            "--crawl finds its pages by fetching them; it cannot be used with --resume, --replay or --dask"
        )
    if check.save and request.dask:
        raise UsageError("--save records what this process fetches; it cannot be used with --dask")
    if request.resume and "jsonl" not in outputs:
        raise UsageError("--resume continues an output file: name it with --output jsonl=FILE")
    if check.header_source:
        raise UsageError(
            f"{check.header_source}: a scan may have many origins; say which one gets the header, with --header-for"
        )
    if check.save and check.replay:
        raise UsageError("give --save or --replay, not both: a replayed run has no answers of its own")
    if check.save and request.resume:
        raise UsageError("--save records a whole run; without --resume, or save what is left with a run of its own")
    if not (request.sources or check.targets or check.configured or check.replay):
        raise UsageError("nothing to scan: name targets, or a file with --from (see csplint scan --help)")
    if request.sources.count("-") + check.targets.count("-") > 1:
        raise UsageError("standard input can be read only once: give - once")
    for name in (*request.sources, *([check.replay] if check.replay else [])):
        if name != "-" and "://" not in name and not os.path.exists(name):  # noqa: PTH110 - as given, a pipe too
            raise UsageError(f"cannot read {name}: there is no such file")
    found = check.found
    if found is not None and {"proxy", "ca_bundle"} & set(found.routes):
        raise ConfigError(f"{found.path} was found, not named, and decides who sees the requests: add --trust-config")


def _require_usable_since(request: ScanRequest, outputs: dict[str, str]) -> None:
    if request.since and request.resume:
        raise UsageError("--since compares a whole scan; run it without --resume")
    if "changes" in outputs and not request.since:
        raise UsageError("--output changes=FILE needs --since FILE")


class _Run:
    """One scan: its outputs, its counts, and the line on the terminal."""

    def __init__(self, request: ScanRequest, outputs: dict[str, str]) -> None:
        self.request, self.outputs = request, outputs
        options = replace(run_options(request.check), inventory=request.inventory)
        self.judging = JudgeSettings.of(request.check.packs, options)
        self.judging.checker()  # what is wrong with the rules is said before anything is fetched
        self.tally, self.seen = Tally(), Seen()
        self.before = 0
        self.file: Output | None = None
        self.begun = time.monotonic()
        self.is_watched = not request.check.display.show.quiet and is_watched(sys.stderr)
        self.pipeline: Pipeline | None = None
        self.recorder: Recorder | None = None
        self.crawl: Crawl | None = None
        self.since: Since | None = None
        self.changes: list[bytes] = []

    def open(self, stack: ExitStack) -> None:
        """Open the files to write; count what an earlier run has finished."""
        if self.request.check.save:
            from csplint.cli.recordings import new_file  # noqa: PLC0415 - only for this option

            self.recorder = new_recorder(stack.enter_context(new_file(self.request.check.save)))
        if self.request.since:
            self.since = Since(self.request.since)
            stack.callback(self.since.close)
        if "jsonl" not in self.outputs:
            return
        head = (__version__, _digest(self.judging))
        path = self.outputs["jsonl"]
        self.file = open_output(path, head, resume=self.request.resume, on_finished=self._finished)
        stack.callback(self.file.close)
        self.before = self.tally.targets

    def scan(self) -> bool:
        """Scan everything; tells whether it was interrupted."""
        if self.request.dask:
            return self._scan_on_cluster(self.request.dask)
        with asyncio.Runner(loop_factory=PromptLoop) as runner:
            try:
                return runner.run(self._scan())
            except BrokenPipeError:
                return False
            finally:
                self._erase()

    def compare_gone(self) -> None:
        """Report the targets of an earlier scan that this one has not."""
        for change in self.since.gone() if self.since else ():
            self._keep(change)

    def _keep(self, change: TargetChange) -> None:
        if change.is_change and "changes" in self.outputs:
            self.changes.append(json_line(change).encode())

    def finish(self, *, stopped: bool) -> int:
        """Write the summary; gives the exit code."""
        lines = list(summary(self.tally, time.monotonic() - self.begun))
        if self.before:
            lines.insert(1, f"{self.before:,} of them were finished by earlier runs")
        if self.crawl is not None and self.crawl.forbidden:
            lines.append(f"{self.crawl.forbidden:,} links were not followed: robots.txt forbids it (--ignore-robots)")
        if self.since is not None:
            lines += self.since.lines()
        if not self.request.check.display.show.quiet:
            sys.stderr.write("\n".join(["", *map(visible, lines), ""]))
        self._write_summaries(lines)
        code = self.tally.exit_code(self.request.check.fail_on, stopped=stopped)
        return 1 if code == 0 and self.since is not None and self.since.alerted else code

    def _write_summaries(self, lines: list[str]) -> None:
        contents: dict[str, bytes] = {}
        if "text" in self.outputs:
            contents[self.outputs["text"]] = ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")
        if "changes" in self.outputs:
            contents[self.outputs["changes"]] = b"".join(self.changes)
        if "html" in self.outputs:
            from csplint.scan.html import write_html  # noqa: PLC0415 - only for this format

            contents[self.outputs["html"]] = write_html(self.tally, lines).encode("utf-8", "backslashreplace")
        if contents:
            from csplint.cli.files import write_files  # noqa: PLC0415

            write_files(contents)

    def _scan_on_cluster(self, address: str) -> bool:
        from csplint.scan.cluster import FetchPlan, run_on_cluster, tasks, without_secrets  # noqa: PLC0415 - an extra

        request, fetch = self.request, self.request.check.fetch
        if request.check.headers_for:
            raise UsageError("--dask sends its settings over the network: no header can be used with it")
        names = [request.check.replay] if request.check.replay else list(request.sources)
        warcs = [] if request.check.targets and request.check.replay else [name for name in names if is_warc(name)]
        plan = FetchPlan(without_secrets(fetch), request.jobs or DEFAULT_JOBS, request.per_host, request.delay)
        work = tasks(warcs, self.seen, self._items(frozenset(warcs)), fetch.accept_status)
        try:
            for judged in run_on_cluster(address, work, self.judging, plan, request.workers or _cores()):
                self._write_done(judged)
                self._tick(0, is_read=False)
        except (KeyboardInterrupt, BrokenPipeError) as error:
            return isinstance(error, KeyboardInterrupt)
        finally:
            self._erase()
        return False

    async def _scan(self) -> bool:
        request = self.request
        self.crawl = self._new_crawl()
        plan = Plan(
            jobs=request.jobs or DEFAULT_JOBS,
            per_host=request.per_host,
            delay=request.delay,
            workers=request.workers or _cores(),
            fetch=request.check.fetch,
            judging=self.judging,
            crawl=self.crawl,
        )
        self.pipeline = Pipeline(self._items(), plan, Watch(self._done, self._tick))
        with suppress(NotImplementedError):  # not on Windows, where Ctrl-C ends the run at once
            asyncio.get_running_loop().add_signal_handler(signal.SIGINT, self._interrupt)
        return await self.pipeline.run()

    def _new_crawl(self) -> Crawl | None:
        request = self.request
        if not request.crawl:
            return None
        return Crawl(
            request.crawl, request.crawl_pages, self.seen, request.check.fetch, heeds_robots=request.heeds_robots
        )

    def _interrupt(self) -> None:
        """The first Ctrl-C ends the scan with what is fetched; the next one ends it at once."""
        asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)
        if self.pipeline is not None:
            self.pipeline.stop()

    def _items(self, left_out: frozenset[str] = frozenset()) -> Iterator[Item]:
        """Every target once, without those of these sources."""
        check = self.request.check
        named = (Item(_named(text)) for text in check.targets if text != "-")
        configured = (Item(each) for each in check.configured) if not check.targets and not self.request.sources else ()
        if check.replay in left_out:
            return iter(())
        if check.replay:
            return distinct(self._replayed(), self.seen)
        sources = [*self.request.sources, *(text for text in check.targets if text == "-")]
        read = chain.from_iterable(read_source(name, check.fetch) for name in sources if name not in left_out)
        return map(self._with_headers, distinct(chain(named, configured, read), self.seen))

    def _replayed(self) -> Iterator[Item]:
        """The recorded targets; of those that the user names, only these."""
        check = self.request.check
        wanted = {_named(text).target for text in check.targets} if check.targets else None
        for item in read_source(check.replay, check.fetch):
            if wanted is None or item.input.target in wanted:
                yield item
                if wanted is not None:
                    wanted.discard(item.input.target)
        missing = Fault("not-recorded", "the recording has no answer for this target")
        yield from (Item(UrlInput(target, target), missing) for target in sorted(wanted or ()))

    def _with_headers(self, item: Item) -> Item:
        each, headers_for = item.input, self.request.check.headers_for
        if not headers_for or not isinstance(each, UrlInput):
            return item
        here = origin(each.url)
        own_headers = tuple((header.name, header.value) for header in headers_for if header.origin == here)
        return replace(item, input=replace(each, headers=(*each.headers, *own_headers)))

    def _finished(self, facts: Facts) -> None:
        self.tally.add(facts)
        self.seen.add(key_of(facts.kind, facts.target, facts.name))

    def _done(self, item: Item, judged: Judged) -> None:
        if self.recorder is not None and isinstance(item.input, UrlInput) and item.fetched is not None:
            self.recorder.save(item.input.shown, item.input.url, item.fetched)
        self._write_done(judged)

    def _write_done(self, judged: Judged) -> None:
        self.tally.add(judged.facts)
        if self.since is not None:
            self._keep(self.since.change(judged.line))
        if self.file is not None:
            self.file.write(judged.line)
        if self.request.form == "jsonl":
            _write(judged.line)
        elif self.request.form == "text":
            self._erase()
            sys.stdout.write(f"{_row(judged.facts)}\n")
            sys.stdout.flush()

    def _tick(self, waiting: int, is_read: bool) -> None:
        if not self.is_watched:
            return
        done = self.tally.targets - self.before
        text = live(done, self.tally.failed, waiting, time.monotonic() - self.begun, is_read=is_read)
        columns = terminal_width(sys.stderr) or 80
        to_terminal(ERASE + fitting(text, columns - 1, sys.stderr.encoding))

    def _erase(self) -> None:
        if self.is_watched:
            to_terminal(ERASE)


def _named(text: str) -> ScanInput:
    """What a target on the command line is; one that is none has its own text, without a password, as its name."""
    return target_input(text, without_credentials(text).strip() or "(empty)")


def _row(facts: Facts) -> str:
    """A target in one line for a person."""
    what = f"not checked: {facts.error}" if facts.error else STATES[facts.state or "none"]
    counts = ", ".join(f"{count} {name}" for name, count in facts.severities.items() if name != "info")
    return visible(f"{facts.target}  {what}{f'  ({counts})' if counts else ''}", 1000)


def _write(line: bytes) -> None:
    """
    Write a line of JSON, which holds nothing that a terminal obeys (`json_line`), to standard output.

    Not by the stream, which outlives its reader: a scan whose output nobody reads ends.
    """
    view = memoryview(line)
    while view:
        view = view[os.write(sys.stdout.fileno(), view) :]


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _digest(judging: JudgeSettings) -> str:
    """What tells settings apart under which the same answers are judged differently."""
    options, packs = judging.options, judging.packs
    data = msgspec.json.encode(
        [
            [msgspec.structs.astuple(each) for each in packs.packs],
            packs.bypass,
            sorted(options.features.items()),
            options.vendors,
            options.findings,
            options.inventory,
            sorted(options.fetch.accept_status),
        ],
        order="deterministic",
        enc_hook=str,
    )
    return hashlib.sha256(data).hexdigest()
