"""
Annotations for GitHub Actions: workflow commands on standard output, and a summary for the job's page.

A command is `::level key=value,…::message` on a line of its own (GitHub docs, "Workflow commands"); values are escaped
as @actions/core does (toolkit, `command.ts`): `%` first, then line breaks, and in properties `:` and `,` too. What the
page says is made visible and broken up before that, so no line obeys it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from csplint.model import Report, Severity
from csplint.packs.merge import PackSet
from csplint.report.concise import failure_line, finding_line, safe_line
from csplint.report.location import NO_ANCHORS, Anchors, Location, locate
from csplint.report.markdown import markdown
from csplint.report.new_findings import News, about, counts, failed_targets, failure, new_findings
from csplint.report.words import fix_standing

_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}
_MOST = 10
"""Annotations of one level that the runner keeps from one step."""
_LONGEST = 4000
"""Characters of a message; the runner keeps 4,096."""
_SUMMARY = 1_000_000
"""Bytes of a step's summary; the runner takes 1 MiB and drops a longer one whole."""


def write_github(report: Report, packs: PackSet, *, anchors: Anchors = NO_ANCHORS) -> str:
    """
    Give the commands, the worst findings first, then the counts for whoever reads the log.

    What is beyond the ten of its level that become annotations follows as plain lines; `step_summary` has all of them.
    """
    used: Counter[str] = Counter()
    lines: list[str] = []
    rest: list[str] = []
    for level, command, plain in _entries(report, anchors):
        used[level] += 1
        if used[level] <= _MOST:
            lines.append(command)
        else:
            rest.append(plain)
    return "".join(f"{line}\n" for line in [*lines, *rest, safe_line(f"csplint: {counts(report)}")])


def step_summary(report: Report) -> str:
    """Give Markdown for `$GITHUB_STEP_SUMMARY`: all findings, because a table of the rest alone would mislead."""
    return markdown(report, _SUMMARY)


def _entries(report: Report, anchors: Anchors) -> Iterator[tuple[str, str, str]]:
    """Level, command and plain line of everything to be told; what could not be checked comes first."""
    for target in failed_targets(report):
        place = locate(target, None, anchors)
        message = f"{target.target}: {failure(target)}"
        yield "error", _command("error", "csplint: not checked", place, message), failure_line(target)
    for target, finding in new_findings(report):
        level = _LEVELS[finding.severity]
        place = locate(target, finding, anchors)
        command = _command(level, f"csplint {finding.rule}", place, *_message((target, finding)))
        yield level, command, finding_line(target, finding)


def _message(news: News) -> Iterator[str]:
    target, finding = news
    what = f" [{found}]" if (found := about(finding)) else ""
    yield f"{target.target}: {finding.name}: {finding.message}{what}"
    if finding.fix:
        yield f"fix ({fix_standing(finding.fix)}): {finding.fix.summary}"
    if finding.docs:
        yield f"docs: {finding.docs}"


def _command(level: str, title: str, place: Location, *message: str) -> str:
    properties = {**_place(place), "title": title}
    said = ",".join(f"{key}={_property(safe_line(value))}" for key, value in properties.items())
    text = "\n".join(map(safe_line, message))
    return f"::{level} {said}::{_data(text if len(text) <= _LONGEST else text[: _LONGEST - 1] + '…')}"


def _place(place: Location) -> dict[str, str]:
    """
    File, lines and columns where there is such a file; a page's URL would be an annotation on nothing.

    Columns only on one line: GitHub refuses those of an annotation that spans several (REST, "Check runs").
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
