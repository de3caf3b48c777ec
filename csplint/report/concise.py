"""
One line per finding, for people who filter and programs that read lines.

`target: severity[ID] name: message [directive value]`, then of a configuration file the part of the site in parentheses,
then `(suppressed: reason)` or `(baselined)`. If the target is a file, the line and column follow it, as far as they are known
(`page.html:12:5: …`), so that editors can open the place.
"""

from __future__ import annotations

from collections.abc import Iterator

from csplint.model import Finding, Report, TargetReport
from csplint.packs.merge import PackSet
from csplint.report.escape import guard_runner, visible
from csplint.report.location import NO_ANCHORS, Anchors, locate
from csplint.report.options import shown_findings
from csplint.report.phrases import count_line, directive_and_value, failure_line, origin_lines, state_text
from csplint.report.verdicts import overall, with_part


def write_concise(report: Report, packs: PackSet, *, anchors: Anchors = NO_ANCHORS, known: bool = False) -> str:
    """
    Give the report in lines: failed targets, notes, findings, then the counts and on how many targets the widget works.

    known: include suppressed and baselined findings.
    """
    lines = [line for target in report.targets for line in _target_lines(target, known=known)]
    last = "; ".join(filter(None, (count_line(report), overall(report))))
    return "".join(f"{line}\n" for line in [*lines, last])


def _target_lines(target: TargetReport, *, known: bool) -> Iterator[str]:
    if target.outcome == "failed":
        yield concise_failure(target)
    for limit in (*target.limits, *origin_lines(target), *filter(None, (target.no_widget,))):
        yield guarded_line(f"{target.target}: note: {limit}")
    for finding in shown_findings(target, known=known):
        yield concise_finding(target, finding)


def concise_finding(target: TargetReport, finding: Finding) -> str:
    """Give the one line about a finding."""
    location = locate(target, finding)
    place = f":{location.line}" if location.is_real and finding.region else ""
    if place and location.columns:
        place += f":{location.columns[0]}"
    detail = f" [{found}]" if (found := directive_and_value(finding)) else ""
    state = f" ({found})" if (found := state_text(finding)) else ""
    message = with_part(target, f"{finding.message}{detail}")
    return guarded_line(f"{target.target}{place}: {finding.severity}[{finding.rule}] {finding.name}: {message}{state}")


def concise_failure(target: TargetReport) -> str:
    """Give the one line about a target that could not be checked."""
    kind = target.error.kind if target.error else "unknown"
    return guarded_line(f"{target.target}: failed[{kind}] {failure_line(target)}")


def guarded_line(text: str) -> str:
    """Give text as one line that no terminal and no CI runner acts on; a runner may read it wherever it is printed."""
    return guard_runner(visible(text))
