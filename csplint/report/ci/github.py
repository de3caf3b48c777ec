"""
Annotations for GitHub Actions: workflow commands on standard output, and a summary for the job's page.

A command is `::level key=value,…::message` on its own line (GitHub docs, "Workflow commands"). Values are escaped as
@actions/core does (toolkit, `command.ts`): `%` first, then line breaks, and in properties `:` and `,` too. Untrusted
text goes through `guarded_line` first, so that it cannot form a command.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from csplint.model import Report, Severity
from csplint.packs.merge import PackSet
from csplint.report.concise import concise_failure, concise_finding, guarded_line
from csplint.report.location import NO_ANCHORS, Anchors, Location, locate
from csplint.report.markdown import markdown
from csplint.report.options import TargetFinding, failed_targets, new_findings
from csplint.report.phrases import count_line, directive_and_value, failure_line, fix_label

_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}
_MOST = 10
"""Annotations per level that the runner keeps from one step."""
_LONGEST = 4000
"""Characters of a message; the runner keeps 4,096."""
_SUMMARY = 1_000_000
"""Bytes of a step's summary; the runner drops one of more than 1 MiB."""


def write_github(report: Report, packs: PackSet, *, anchors: Anchors = NO_ANCHORS) -> str:
    """
    Give the commands, the worst findings first, then the counts.

    The runner keeps ten annotations per level; further findings are plain lines, and `step_summary` has all.
    """
    used: Counter[str] = Counter()
    lines: list[str] = []
    plain_lines: list[str] = []
    for level, command, plain in _entries(report, anchors):
        used[level] += 1
        if used[level] <= _MOST:
            lines.append(command)
        else:
            plain_lines.append(plain)
    return "".join(f"{line}\n" for line in [*lines, *plain_lines, guarded_line(f"csplint: {count_line(report)}")])


def step_summary(report: Report) -> str:
    """Give Markdown for `$GITHUB_STEP_SUMMARY`, with every finding, annotated or not."""
    return markdown(report, _SUMMARY)


def _entries(report: Report, anchors: Anchors) -> Iterator[tuple[str, str, str]]:
    """Level, command and plain line for every failed target, then for every finding."""
    for target in failed_targets(report):
        place = locate(target, None, anchors)
        message = f"{target.target}: {failure_line(target)}"
        yield "error", _command("error", "csplint: not checked", place, message), concise_failure(target)
    for target, finding in new_findings(report):
        level = _LEVELS[finding.severity]
        place = locate(target, finding, anchors)
        command = _command(level, f"csplint {finding.rule}", place, *_message((target, finding)))
        yield level, command, concise_finding(target, finding)


def _message(pair: TargetFinding) -> Iterator[str]:
    target, finding = pair
    detail = f" [{found}]" if (found := directive_and_value(finding)) else ""
    yield f"{target.target}: {finding.name}: {finding.message}{detail}"
    if finding.fix:
        yield f"fix ({fix_label(finding.fix)}): {finding.fix.summary}"
    if finding.docs:
        yield f"docs: {finding.docs}"


def _command(level: str, title: str, place: Location, *message: str) -> str:
    properties = {**_place(place), "title": title}
    pairs = ",".join(f"{key}={_property(guarded_line(value))}" for key, value in properties.items())
    text = "\n".join(map(guarded_line, message))
    return f"::{level} {pairs}::{_data(text if len(text) <= _LONGEST else text[: _LONGEST - 1] + '…')}"


def _place(place: Location) -> dict[str, str]:
    """
    File, line and columns; none for a page, because GitHub has no file to annotate.

    GitHub refuses columns for an annotation of several lines (REST, "Check runs").
    """
    if not place.is_real:
        return {}
    found = {"file": place.path, "line": str(place.line)}
    if place.end_line > place.line:
        found["endLine"] = str(place.end_line)
    elif place.columns:
        first, end = place.columns
        found |= {"col": str(first), "endColumn": str(end)}
    return found


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
