"""What of a report is written: the user's choice, the same for every format that leaves it to them."""

from __future__ import annotations

from msgspec import Struct

from csplint.model import Finding, TargetReport


class Show(Struct, frozen=True, kw_only=True):
    """
    What to write beside the new findings.

    quiet: nothing but what could not be checked. known: suppressed and baselined findings too, marked. statistics:
    how often each rule found something, at the end; for the text alone, like quiet.
    """

    quiet: bool = False
    known: bool = False
    statistics: bool = False


NEWS = Show()
"""What a user sees who asks for nothing else."""


def shown_findings(target: TargetReport, *, known: bool) -> list[Finding]:
    """The findings to write, in the report's order, but new ones first: what was accepted must not hide them."""
    new = [finding for finding in target.findings if finding.state == "new"]
    return [*new, *(finding for finding in target.findings if finding.state != "new")] if known else new
