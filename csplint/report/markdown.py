"""
The report as GitHub Flavored Markdown without HTML, for pull request comments and CI job summaries.

GitHub refuses a comment of more than 65,536 characters, so the report is cut before that and says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from csplint.engine.summary import count_states
from csplint.model import Finding, Report, TargetReport
from csplint.packs.merge import PackSet
from csplint.report.escape import guard_runner
from csplint.report.location import NO_ANCHORS, Anchors
from csplint.report.markdown_escape import code, link, prose, row
from csplint.report.options import shown_findings
from csplint.report.phrases import (
    SEVERITY_WORDS,
    count_line,
    counted,
    directive_and_value,
    fix_label,
    no_findings,
    requirement_counts,
    state_text,
)

COMMENT = 65_000
"""Bytes of a comment: below GitHub's limit of characters, with room for the last line."""


def write_markdown(report: Report, packs: PackSet, *, anchors: Anchors = NO_ANCHORS, known: bool = False) -> str:
    """Give the report as Markdown that fits a comment; known: include suppressed and baselined findings."""
    return markdown(report, COMMENT, known=known)


def markdown(report: Report, limit: int, *, known: bool = False) -> str:
    """Give the report as Markdown of about `limit` bytes at most: the counts, then a table for each target."""
    targets = (block for target in report.targets for block in _target(target, known=known))
    blocks = ["## csplint", count_line(report, info="advice"), *targets]
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
    """The counts, or "Clean": no finding, not even a known one, and every requirement met."""
    met, applicable = requirement_counts(target)
    needs = f"{met} of {counted(applicable, 'requirement')} met" if applicable else ""
    if target.findings or met != applicable:
        states = count_states([target])
        known = [f"{states[state]} {state}" for state in ("baselined", "suppressed") if states[state]]
        return "; ".join(filter(None, (counted(states["new"], "finding"), *known, needs)))
    so_far = " as far as it could be read" if target.limits else ""
    return "; ".join(filter(None, (f"Clean{so_far}: {no_findings(target)}", needs)))


def _finding(finding: Finding) -> str:
    rule = f"{link(code(finding.rule), finding.docs)} {prose(finding.name)}"
    detail = f" ({found})" if (found := code(directive_and_value(finding))) else ""
    fix = f"({fix_label(finding.fix)}) {prose(finding.fix.summary)}" if finding.fix else ""
    state = f"; {prose(found)}" if (found := state_text(finding)) else ""
    return row(SEVERITY_WORDS[finding.severity], rule, f"{prose(finding.message)}{detail}{state}", fix)
