"""
The report as GitHub Flavored Markdown, for pull request comments and CI job summaries.

The answer comes first: whether the widget works, why not, and the policy to send instead. Details are folded. The only HTML is
`<details><summary>…</summary>` and `</details>`, on lines of their own.

GitHub refuses a comment of more than 65,536 characters, so the report is cut before that and says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from csplint.model import Report, TargetReport
from csplint.packs.merge import PackSet
from csplint.report.escape import guard_runner
from csplint.report.location import NO_ANCHORS, Anchors
from csplint.report.markdown_escape import prose, row
from csplint.report.markdown_target import target_blocks, title
from csplint.report.phrases import count_line
from csplint.report.verdicts import mark, overall, unique_names, verdict_text

COMMENT = 65_000
"""Bytes of a comment: below GitHub's limit of characters, with room for the last line."""

_CLOSING = 40
"""Bytes kept for closing what a cut leaves open, besides the fence."""


def write_markdown(report: Report, packs: PackSet, *, anchors: Anchors = NO_ANCHORS, known: bool = False) -> str:
    """Give the report as Markdown that fits a comment; known: include suppressed and baselined findings."""
    return markdown(report, COMMENT, known=known)


def markdown(report: Report, limit: int, *, known: bool = False) -> str:
    """Give the report as Markdown of about `limit` bytes at most: of several targets a table first, then each target."""
    names = unique_names(map(title, report.targets))
    if len(report.targets) == 1:
        blocks = [
            f"## csplint: {names[0]}",
            *target_blocks(report.targets[0], known=known),
            count_line(report, info="advice"),
        ]
    else:
        blocks = ["## csplint", *_overview(report, names)]
        for name, target in zip(names, report.targets, strict=True):
            blocks += [f"### {name}", *target_blocks(target, known=known)]
    lines = "\n\n".join(blocks).split("\n")
    return "".join(f"{guard_runner(line)}\n" for line in _cut(lines, limit))


def _overview(report: Report, names: list[str]) -> Iterator[str]:
    if found := overall(report):
        yield f"**{found[0].upper()}{found[1:]}.**"
    yield count_line(report, info="advice")
    if report.targets:
        rows = (_overview_row(name, target) for name, target in zip(names, report.targets, strict=True))
        yield "\n".join(
            (row("", "target", "verdict", "errors", "warnings", "advice"), "|---|---|---|--:|--:|--:|", *rows)
        )


def _overview_row(name: str, target: TargetReport) -> str:
    if target.outcome == "failed":
        return row(mark(target), name, "could not be checked", "", "", "")
    found = [finding.severity for finding in target.findings if finding.state == "new"]
    counts = [str(found.count(severity)) for severity in ("error", "warning", "info")]
    return row(mark(target), name, prose(verdict_text(target)), *counts)


def _cut(lines: list[str], limit: int) -> Iterator[str]:
    """The lines that fit, with what is open there closed; one of our fences or `<details>` is a whole line, other text never is."""
    used = 0
    fence, folded = "", False
    for number, line in enumerate(lines):
        used += len(line.encode()) + 2  # a line break, and a backslash that the guard may add
        if used + len(fence) + _CLOSING > limit:
            yield from filter(None, (fence, folded and "\n</details>"))
            yield ""
            yield f"**Cut here**: {len(lines) - number} more lines do not fit. The JSON report has everything."
            return
        yield line
        if fence:
            fence = "" if line == fence else fence
            continue
        if line.startswith("```"):
            fence = line.removesuffix("diff")
        folded = line.startswith("<details>") or (folded and line != "</details>")
