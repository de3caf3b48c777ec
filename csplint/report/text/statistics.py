"""Findings per rule over all targets, to show where to begin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from csplint.model import SEVERITIES, Severity, TargetReport
from csplint.report.escape import cell_width, visible
from csplint.report.options import shown_findings
from csplint.report.phrases import SEVERITY_WORDS
from csplint.report.terminal import Lines, Part

_HEADINGS = ("rule", "severity", "count")

Row = tuple[str, Severity, int]


def write_statistics(lines: Lines, targets: Sequence[TargetReport], *, known: bool) -> None:
    """Write one row per rule and severity, the most frequent first; known: count suppressed and baselined findings too."""
    rows = count_rules(targets, known=known)
    if not rows:
        lines.line(Part("statistics", "bold"), ": no findings")
        return
    cells = [(visible(rule), SEVERITY_WORDS[severity], str(number)) for rule, severity, number in rows]
    widths = [max(map(cell_width, column)) for column in zip(_HEADINGS, *cells, strict=True)]
    lines.line(Part(_row(_HEADINGS, widths), "bold"))
    for (_, style, _), (rule, severity, number) in zip(rows, cells, strict=True):
        before, after = " " * (widths[0] - cell_width(rule) + 2), " " * (widths[1] - len(severity) + 2)
        lines.line(f"{rule}{before}", Part(severity, style), f"{after}{number.rjust(widths[2])}")


def count_rules(targets: Sequence[TargetReport], *, known: bool) -> list[Row]:
    """Give rule, severity and count: sorted by count, severity and rule."""
    counts: Counter[tuple[str, Severity]] = Counter(
        (f"{finding.rule} {finding.name}", finding.severity)
        for target in targets
        for finding in shown_findings(target, known=known)
    )
    rows = [(rule, severity, number) for (rule, severity), number in counts.items()]
    return sorted(rows, key=lambda row: (-row[2], SEVERITIES.index(row[1]), row[0]))


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    rule, severity, number = cells
    return f"{rule.ljust(widths[0])}  {severity.ljust(widths[1])}  {number.rjust(widths[2])}"
