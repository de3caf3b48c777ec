"""
Annotations for GitHub Actions: workflow commands on standard output, and a summary for the job's page.

A command is `::level key=value,…::message` on its own line (GitHub docs, "Workflow commands"). Values are escaped as
@actions/core does (toolkit, `command.ts`): `%` first, then line breaks, and in properties `:` and `,` too. Untrusted
text goes through `guarded_line` first, so that it cannot form a command.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from csplint.model import Finding, Report, Severity, TargetReport
from csplint.packs.merge import PackSet
from csplint.report.concise import concise_failure, concise_finding, guarded_line
from csplint.report.escape import guard_runner, visible
from csplint.report.location import NO_ANCHORS, Anchors, Location, locate
from csplint.report.markdown import markdown
from csplint.report.options import failed_targets
from csplint.report.phrases import count_line, directive_and_value, failure_line, fix_label
from csplint.report.to_send import fix_lines
from csplint.report.verdicts import causes_first, display, is_cause, mark, verdict_text

_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}
_MOST = 10
"""Annotations per level that the runner keeps from one step."""
_LONGEST = 4000
"""Characters of a message; the runner keeps 4,096."""
_MOST_LINES = 5
"""Lines to send in one message; the summary has more."""
_SUMMARY = 1_000_000
"""Bytes of a step's summary; the runner drops one of more than 1 MiB."""


def write_github(report: Report, packs: PackSet, *, anchors: Anchors = NO_ANCHORS) -> str:
    """
    Give the commands, the worst findings first and of those the causes, then each target's verdict and the counts.

    A target's first annotation names its verdict. The runner keeps ten annotations per level; further findings are plain
    lines, and `step_summary` has all.
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
    last = [f"{mark(each)} {display(each)}: {text}" for each in report.targets if (text := verdict_text(each))]
    last.append(f"csplint: {count_line(report)}")
    return "".join(f"{line}\n" for line in [*lines, *plain_lines, *map(guarded_line, last)])


def step_summary(report: Report) -> str:
    """Give Markdown for `$GITHUB_STEP_SUMMARY`, with every finding, annotated or not."""
    return markdown(report, _SUMMARY)


def _entries(report: Report, anchors: Anchors) -> Iterator[tuple[str, str, str]]:
    """Level, command and plain line for every failed target, then for every finding."""
    for target in failed_targets(report):
        place = locate(target, None, anchors)
        message = f"{display(target)}: {failure_line(target)}"
        yield "error", _command("error", "csplint: not checked", place, guarded_line(message)), concise_failure(target)
    for target, finding, verdict in causes_first(report):
        level = _LEVELS[finding.severity]
        place = locate(target, finding, anchors)
        command = _command(level, f"csplint {finding.rule}", place, *_message(target, finding, verdict))
        yield level, command, concise_finding(target, finding)


def _message(target: TargetReport, finding: Finding, verdict: str) -> Iterator[str]:
    """The lines of a message, escaped; verdict: the target's if this is its first annotation, or ""."""
    detail = f" [{found}]" if (found := directive_and_value(finding)) else ""
    message = f"{finding.name}: {finding.message}{detail}"
    if verdict:
        yield guarded_line(f"{display(target)}: {verdict}")
        yield guarded_line(f"cause: {message}" if is_cause(target, finding) else message)
    else:
        yield guarded_line(f"{display(target)}: {message}")
    if finding.fix:
        yield guarded_line(f"fix ({fix_label(finding.fix)}): {finding.fix.summary}")
    for line in fix_lines(target, finding)[:_MOST_LINES]:
        yield guard_runner(visible(f"send: {line}", _LONGEST))  # whole, because it is to be copied
    if finding.docs:
        yield guarded_line(f"docs: {finding.docs}")


def _command(level: str, title: str, place: Location, *message: str) -> str:
    """One command; message: its lines, escaped already."""
    properties = {**_place(place), "title": title}
    pairs = ",".join(f"{key}={_property(guarded_line(value))}" for key, value in properties.items())
    text = "\n".join(message)
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
