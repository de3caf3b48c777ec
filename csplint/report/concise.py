"""
One line a finding, for people who filter and programs that read lines.

`target: severity[ID] name: message [directive value]`; a target that is a saved page is followed by line and column
(`page.html:12:5: …`), as compilers do, so that an editor can go there.
"""

from __future__ import annotations

from collections.abc import Iterator

from csplint.model import Finding, Report, TargetReport
from csplint.packset import PackSet
from csplint.report.escape import guard_runner, visible
from csplint.report.location import NO_ANCHORS, Anchors, locate
from csplint.report.news import about, counts, failure


def write_concise(report: Report, packs: PackSet, *, anchors: Anchors = NO_ANCHORS) -> str:
    """Give the report in lines: findings, targets that could not be checked, what could not be read, the counts."""
    lines = [line for target in report.targets for line in _target_lines(target)]
    return "".join(f"{line}\n" for line in [*lines, counts(report)])


def _target_lines(target: TargetReport) -> Iterator[str]:
    if target.outcome == "failed":
        yield failure_line(target)
    for limit in target.limits:
        yield safe_line(f"{target.target}: note: {limit}")
    for finding in target.findings:
        if finding.state == "new":
            yield finding_line(target, finding)


def finding_line(target: TargetReport, finding: Finding) -> str:
    """Give the one line about a finding."""
    place = locate(target, finding)
    where = f":{place.line}:{place.columns[0]}" if place.is_real and place.columns else ""
    what = f" [{found}]" if (found := about(finding)) else ""
    return safe_line(
        f"{target.target}{where}: {finding.severity}[{finding.rule}] {finding.name}: {finding.message}{what}"
    )


def failure_line(target: TargetReport) -> str:
    """Give the one line about a target that could not be checked."""
    kind = target.error.kind if target.error else "unknown"
    return safe_line(f"{target.target}: failed[{kind}] {failure(target)}")


def safe_line(text: str) -> str:
    """Give text as one line that no terminal and no runner obeys; whether a runner reads it cannot be known here."""
    return guard_runner(visible(text), runner=True)
