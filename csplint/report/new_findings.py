"""What is new in a report: the findings that count, the worst first, and the counts in one line."""

from __future__ import annotations

from csplint.model import SEVERITIES, Finding, Report, TargetReport
from csplint.report.words import counted

News = tuple[TargetReport, Finding]
"""A finding and the target it is about."""


def new_findings(report: Report) -> list[News]:
    """
    Give the findings that are neither baselined nor suppressed: by severity, then in the report's order.

    What reads a machine format shows so many and no more, and cuts from the end.
    """
    found = [(target, finding) for target in report.targets for finding in target.findings if finding.state == "new"]
    return sorted(found, key=lambda news: SEVERITIES.index(news[1].severity))


def failed_targets(report: Report) -> list[TargetReport]:
    """Give the targets about which nothing can be said."""
    return [target for target in report.targets if target.outcome == "failed"]


def failure(target: TargetReport) -> str:
    """Give why a target could not be checked, and the hint, in one line."""
    if target.error is None:
        return "could not be checked: no reason was recorded"
    hint = f" ({target.error.hint})" if target.error.hint else ""
    return f"could not be checked: {target.error.message}{hint}"


def about(finding: Finding) -> str:
    """Give the directive and the value a finding is about, as far as it is about any; a value may be the whole directive."""
    directive, value = finding.directive or "", finding.value or ""
    return value if f"{value} ".startswith(f"{directive} ") else f"{directive} {value}".strip()


def counts(report: Report) -> str:
    """Give the one line that ends a run: "2 targets: 1 error, 0 warnings, 3 info; 1 target could not be checked"."""
    if not report.targets:
        return "nothing was checked: there was no target"
    summary = report.summary
    said = [
        f"{counted(summary.targets, 'target')}: {counted(summary.error, 'error')}, "
        f"{counted(summary.warning, 'warning')}, {summary.info} info"
    ]
    if summary.baselined:
        said.append(f"{summary.baselined} baselined")
    if summary.suppressed:
        said.append(f"{summary.suppressed} suppressed")
    if summary.targets_failed:
        said.append(f"{counted(summary.targets_failed, 'target')} could not be checked")
    return "; ".join(said)
