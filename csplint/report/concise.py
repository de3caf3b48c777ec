"""
One line a finding, for people who filter and programs that read lines.

`target: severity[ID] name: message [directive value]`, then `(suppressed: reason)` or `(baselined)` where such are
asked for; a target that is a saved page or response is followed by the line and column in it (`page.html:12:5: …`), as
far as they are known, as compilers do, so that an editor can go there.
"""

from __future__ import annotations

from collections.abc import Iterator

from csplint.model import Finding, Report, TargetReport
from csplint.packs.merge import PackSet
from csplint.report.escape import guard_runner, visible
from csplint.report.location import NO_ANCHORS, Anchors, locate
from csplint.report.new_findings import about, counts, failure
from csplint.report.options import shown_findings
from csplint.report.words import standing


def write_concise(report: Report, packs: PackSet, *, anchors: Anchors = NO_ANCHORS, known: bool = False) -> str:
    """
    Give the report in lines: findings, targets that could not be checked, what could not be read, the counts.

    known: suppressed and baselined findings too.
    """
    lines = [line for target in report.targets for line in _target_lines(target, known=known)]
    return "".join(f"{line}\n" for line in [*lines, counts(report)])


def _target_lines(target: TargetReport, *, known: bool) -> Iterator[str]:
    if target.outcome == "failed":
        yield failure_line(target)
    for limit in target.limits:
        yield safe_line(f"{target.target}: note: {limit}")
    for finding in shown_findings(target, known=known):
        yield finding_line(target, finding)


def finding_line(target: TargetReport, finding: Finding) -> str:
    """Give the one line about a finding."""
    place = locate(target, finding)
    where = f":{place.line}" if place.is_real and finding.region else ""
    if where and place.columns:
        where += f":{place.columns[0]}"
    what = f" [{found}]" if (found := about(finding)) else ""
    state = f" ({told})" if (told := standing(finding)) else ""
    return safe_line(
        f"{target.target}{where}: {finding.severity}[{finding.rule}] {finding.name}: {finding.message}{what}{state}"
    )


def failure_line(target: TargetReport) -> str:
    """Give the one line about a target that could not be checked."""
    kind = target.error.kind if target.error else "unknown"
    return safe_line(f"{target.target}: failed[{kind}] {failure(target)}")


def safe_line(text: str) -> str:
    """Give text as one line that no terminal and no runner obeys; whether a runner reads it cannot be known here."""
    return guard_runner(visible(text), runner=True)
