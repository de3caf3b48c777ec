"""Which findings a report shows: what the user chose, and what every CI format shows."""

from __future__ import annotations

from msgspec import Struct

from csplint.model import SEVERITIES, Finding, Report, TargetReport


class Show(Struct, frozen=True, kw_only=True):
    """
    What to show besides new findings.

    quiet: only findings and targets that could not be checked. verbose: every finding in full, the table of needs, and
    what was skipped. advice: advice in full. known: suppressed and baselined findings too, marked as such. statistics:
    findings per rule, at the end. All but known are for the text report only.
    """

    quiet: bool = False
    verbose: bool = False
    advice: bool = False
    known: bool = False
    statistics: bool = False


NEW_ONLY = Show()
"""The default."""

TargetFinding = tuple[TargetReport, Finding]
"""A finding and its target."""


def shown_findings(target: TargetReport, *, known: bool) -> list[Finding]:
    """Give a target's findings in the report's order, new ones first: an accepted finding must not hide a new one."""
    new = [finding for finding in target.findings if finding.state == "new"]
    return [*new, *(finding for finding in target.findings if finding.state != "new")] if known else new


def new_findings(report: Report) -> list[TargetFinding]:
    """
    Give every new finding, by severity, then in the report's order.

    CI services show a limited number and cut from the end.
    """
    found = [(target, finding) for target in report.targets for finding in shown_findings(target, known=False)]
    return sorted(found, key=lambda pair: SEVERITIES.index(pair[1].severity))


def failed_targets(report: Report) -> list[TargetReport]:
    """Give the targets that could not be checked."""
    return [target for target in report.targets if target.outcome == "failed"]
