"""
The report as Markdown, for a comment on a pull request and for the summary of a CI job.

GitHub Flavored Markdown, without HTML. A comment holds 65,536 characters, and what is longer is refused as a whole, so
the report is cut before that and says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from csplint.model import Finding, Report, TargetReport
from csplint.packs.merge import PackSet
from csplint.report.escape import guard_runner
from csplint.report.location import NO_ANCHORS, Anchors
from csplint.report.markdown_text import code, link, prose, row
from csplint.report.new_findings import about, counts
from csplint.report.options import shown_findings
from csplint.report.words import counted, fix_standing, standing

COMMENT = 65_000
"""Bytes of a comment; fewer than the characters that GitHub allows, and room for the last line."""


def write_markdown(report: Report, packs: PackSet, *, anchors: Anchors = NO_ANCHORS, known: bool = False) -> str:
    """Give the report as Markdown of at most the length of a comment; known: suppressed and baselined findings too."""
    return markdown(report, COMMENT, known=known)


def markdown(report: Report, limit: int, *, known: bool = False) -> str:
    """Give the report as Markdown of about `limit` bytes at most: the counts, then a table for each target."""
    targets = (block for target in report.targets for block in _target(target, known=known))
    blocks = ["## csplint", counts(report), *targets]
    lines = "\n\n".join(blocks).split("\n")
    return "".join(f"{guard_runner(line, runner=True)}\n" for line in _cut(lines, limit))


def _cut(lines: list[str], limit: int) -> Iterator[str]:
    used = 0
    for number, line in enumerate(lines):
        used += len(line.encode()) + 2  # a line break, and a backslash that the guard may add
        if used > limit:
            yield ""
            yield f"**Cut here**: {len(lines) - number} more lines do not fit. The JSON report has everything."
            return
        yield line


def _target(target: TargetReport, *, known: bool) -> Iterator[str]:
    yield f"### {code(target.target) or 'no name'}"
    if target.outcome == "failed":
        yield _failure(target)
    if target.limits:
        yield "\n".join(f"- Note: {prose(limit)}" for limit in target.limits)
    if target.outcome != "failed":
        yield _verdict(target)
    shown = shown_findings(target, known=known)
    if shown:
        yield "\n".join((row("severity", "rule", "finding", "fix"), "|---|---|---|---|", *map(_finding, shown)))


def _failure(target: TargetReport) -> str:
    if target.error is None:
        return "**Could not be checked**: no reason was recorded"
    hint = f" (hint: {prose(target.error.hint)})" if target.error.hint else ""
    return f"**Could not be checked**: {prose(target.error.message)}{hint}"


def _verdict(target: TargetReport) -> str:
    """Only a page whose every question was answered well is called clean."""
    met = sum(each.state == "met" for each in target.requirements)
    asked = sum(each.state != "not-applicable" for each in target.requirements)
    needs = f"{met} of {counted(asked, 'requirement')} met" if asked else ""
    if target.findings or met != asked:
        kept = [f"{number} {state}" for state in ("baselined", "suppressed") if (number := _number(target, state))]
        found = counted(_number(target, "new"), "finding")
        return "; ".join(filter(None, (found, *kept, needs)))
    so_far = " as far as it could be read" if target.limits else ""
    found = f"nothing found by {counted(len(target.passed), 'rule')}" if target.passed else "nothing found"
    return "; ".join(filter(None, (f"Clean{so_far}: {found}", needs)))


def _number(target: TargetReport, state: str) -> int:
    return sum(finding.state == state for finding in target.findings)


def _finding(finding: Finding) -> str:
    rule = f"{link(code(finding.rule), finding.docs)} {prose(finding.name)}"
    what = f" ({code(about(finding))})" if about(finding).strip() else ""
    fix = f"({fix_standing(finding.fix)}) {prose(finding.fix.summary)}" if finding.fix else ""
    state = f"; {prose(told)}" if (told := standing(finding)) else ""
    return row(finding.severity, rule, f"{prose(finding.message)}{what}{state}", fix)
