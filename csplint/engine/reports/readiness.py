"""Is a policy ready to be enforced, as far as reports can say?"""

from __future__ import annotations

from collections.abc import Iterator

from csplint.engine.reports.candidate import is_report_only
from csplint.engine.reports.groups import Gathered
from csplint.engine.reports.model import Candidate, Coverage, Enforce, Need, Ready, Replay

_FEW_DAYS = 7
"""Fewer days do not cover a week's visitors."""

_FEW_PAGES = 5


def readiness(
    gathered: Gathered, candidate: Candidate | None, replay: Replay | None, needs: tuple[Need, ...], unexplained: int
) -> Enforce:
    """The answer, its reasons, and what it does not cover."""
    coverage = gathered.coverage()
    if candidate is None or replay is None:
        reason = (
            "no report carries its policy; give the one to try with --policy"
            if gathered.grouped
            else _only_noise(gathered)
        )
        return Enforce(
            ready="unclear" if gathered.grouped else "yes", reasons=(reason,), notes=tuple(_notes(gathered, coverage))
        )
    ready: Ready = "no" if replay.blocked else "unclear" if replay.unknown else "yes"
    return Enforce(
        ready=ready,
        reasons=tuple(_reasons(gathered, replay, unexplained)),
        notes=(*_to_check(candidate, needs), *_policies(gathered, candidate), *_notes(gathered, coverage)),
    )


def _only_noise(gathered: Gathered) -> str:
    number = gathered.read - gathered.broken
    return f"all {number:,} reports are noise: none is about the site" if number > 1 else "the only report is noise"


def _reasons(gathered: Gathered, replay: Replay, unexplained: int) -> Iterator[str]:
    if not gathered.grouped:
        yield _only_noise(gathered)
        return
    yield f"{replay.blocked:,} of {gathered.grouped:,} reports {'is' if replay.blocked == 1 else 'are'} left with this policy"
    if unexplained:
        yield (
            f"{unexplained:,} reports are not explained by the policy that they carry: the address redirects to another one, "
            "another policy blocked it, or an extension did"
        )
    if gathered.ungrouped:
        yield f"{gathered.ungrouped:,} reports are beyond the number of groups that csplint keeps, and were not replayed"
    undecided = replay.unknown - gathered.ungrouped - unexplained
    if undecided > 0:
        yield f"of {undecided:,} reports it depends on the page: whether its tag has the nonce or hash, or what was blocked"


def _to_check(candidate: Candidate, needs: tuple[Need, ...]) -> Iterator[str]:
    if not candidate.made:
        return
    sources = [need.source for need in needs if need.fix == "check first" and need.source in candidate.text.split()]
    if sources:
        shown = ", ".join(sources[:3]) + (f" and {len(sources) - 3} more" if len(sources) > 3 else "")  # noqa: PLR2004
        yield f"check first that the site uses {shown}: anyone can send reports"


def _policies(gathered: Gathered, candidate: Candidate) -> Iterator[str]:
    number = len({text for text, _ in gathered.policies if text})
    if candidate.made and number > 1:
        yield f"the reports carry {number:,} different policies; this is the one in most of them, with what all of them need"


def _notes(gathered: Gathered, coverage: Coverage) -> Iterator[str]:
    if gathered.grouped:
        yield _coverage(coverage)
    if gathered.grouped and not is_report_only(gathered):
        yield "no report says that it is of a report-only policy, so pages may stop at the first thing that is blocked"
    if gathered.broken:
        yield f"{gathered.broken:,} lines could not be read"


def _coverage(coverage: Coverage) -> str:
    pages = f"{'' if coverage.pages_exact else 'at least '}{coverage.pages:,} page{'' if coverage.pages == 1 else 's'}"
    if coverage.days is None:
        return f"the reports cover {pages}; no line says when it was received, so the days are unknown"
    days = f"{coverage.days:,} day{'' if coverage.days == 1 else 's'}"
    is_little = coverage.days < _FEW_DAYS or coverage.pages < _FEW_PAGES
    only = "only " if is_little else ""
    return f"the reports cover {only}{pages} and {days} ({coverage.first_day} to {coverage.last_day})"
