"""A page whose response headers are not known: where nothing else decides, it could not be checked."""

from __future__ import annotations

from msgspec.structs import replace

from csplint.engine.subject import Subject
from csplint.model import TargetFault, TargetReport

KIND = "no-headers"
"""The kind of error."""

_FAULT = TargetFault(
    KIND,
    "the file has no response headers, and the page has no meta element whose policy browsers apply, so csplint cannot see "
    "which policy the page is sent with",
    "save the response with its headers (`curl -i URL > FILE`, or a HAR), use the URL of the page, or pass the policy with "
    "--policy",
)


def without_guesses(subject: Subject, report: TargetReport) -> TargetReport:
    """
    The report without what only a missing policy suggests.

    A page without headers and without a policy of its own may be sent with any policy, so no need is met. It is checked
    only if an error was found that no policy decides; otherwise the target failed.
    """
    first = subject.visits.first if subject.visits else None
    if first is None or first.missing != "headers" or subject.delivered:
        return report
    if any(finding.severity == "error" for finding in report.findings):
        return replace(report, requirements=())
    return TargetReport(
        target=report.target,
        name=report.name,
        outcome="failed",
        error=_FAULT,
        verdict=report.verdict,
        corrected=report.corrected,
    )
