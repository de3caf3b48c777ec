"""The pure function of a scan: one target's answers in, one line of JSON out."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from csplint.engine.inputs import UnusableInput, UrlInput
from csplint.engine.run import Checker, RunOptions
from csplint.engine.subject import is_worth_a_second_request
from csplint.model import TargetFault, TargetReport
from csplint.packs.merge import PackSet
from csplint.page.capture import Visits
from csplint.page.fetch.settings import FetchSettings
from csplint.report.json_report import json_line
from csplint.scan.facts import Facts, facts_of
from csplint.scan.item import Fault, ScanInput

BUG = "bug"
"""The kind of error of a target that csplint failed on."""


class JudgeSettings(Struct, frozen=True):
    """How to judge: what `run_checks` takes, without anything secret."""

    packs: PackSet
    options: RunOptions

    @classmethod
    def of(cls, packs: PackSet, options: RunOptions) -> JudgeSettings:
        """The settings of a run, of whose fetching only what concerns saved responses is kept."""
        kept = FetchSettings(accept_status=options.fetch.accept_status)
        return cls(packs, replace(options, fetch=kept, replay=None, on_answer=None))

    def checker(self) -> Checker:
        """What `judge` needs; make it once for each process. Raises PackError."""
        return Checker(self.packs, self.options)


class Job(Struct, frozen=True):
    """
    One target to judge.

    fetched: the answers to a UrlInput, or why there are none. may_ask: the page can be fetched again.
    """

    input: ScanInput
    fetched: Visits | Fault | None = None
    may_ask: bool = False
    wants_links: bool = False


class Judged(Struct, frozen=True):
    """
    The result. line: with its line break; b"" if the page has to be fetched again first.

    links: the pages that the page links to, if the job wants them.
    """

    line: bytes
    facts: Facts = Facts()
    links: tuple[str, ...] = ()


ASK_AGAIN = Judged(b"")
"""The answer to a job whose page must be fetched again first."""


def judge(job: Job, checker: Checker) -> Judged:
    """
    Judge one target. The same job and the same settings give the same bytes.

    A page on which csplint fails is a failed target; the scan goes on.
    """
    try:
        if job.may_ask and isinstance(job.fetched, Visits) and is_worth_a_second_request(job.fetched.first):
            return ASK_AGAIN
        report = _report(job, checker)
    except Exception as error:  # noqa: BLE001 - one page must not end a run over thousands
        report = failed(job.input, bug(type(error).__name__))
    line = json_line(report).encode()
    return Judged(line, facts_of(report), _links(job))


def bug(what: str) -> Fault:
    """The fault of a page on which csplint fails. what: the name of the exception, or a few words."""
    return Fault(BUG, f"csplint failed on this target ({what})", "report it, with the page if you can")


def failed(each: ScanInput, fault: Fault) -> TargetReport:
    """The report of a target that could not be checked."""
    name = each.name if isinstance(each, UrlInput | UnusableInput) else ""
    error = TargetFault(fault.kind, fault.message, fault.hint)
    return TargetReport(target=each.target, name=name, kind=each.kind, outcome="failed", error=error)


def _report(job: Job, checker: Checker) -> TargetReport:
    fetched = job.fetched
    return checker.check(job.input, fetched.error(job.input.target) if isinstance(fetched, Fault) else fetched)


def _links(job: Job) -> tuple[str, ...]:
    if not job.wants_links or not isinstance(job.fetched, Visits):
        return ()
    from csplint.scan.links import links  # noqa: PLC0415 - only for a crawl

    return links(job.fetched.first)
