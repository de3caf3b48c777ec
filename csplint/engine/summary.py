"""What the targets add up to: the counts, and the exit code that is the same for every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from csplint.engine.interrupt import was_interrupted
from csplint.model import SEVERITIES, FailOn, Severity, Summary, TargetReport

CLEAN, FINDINGS, NOT_CHECKED, INTERRUPTED = 0, 1, 3, 130


def count_new(targets: Sequence[TargetReport]) -> Counter[Severity]:
    """Count the findings that are neither baselined nor suppressed, by severity."""
    return Counter(finding.severity for target in targets for finding in target.findings if finding.state == "new")


def count_states(targets: Sequence[TargetReport]) -> Counter[str]:
    """Count all findings by state."""
    return Counter(finding.state for target in targets for finding in target.findings)


def summarise(targets: tuple[TargetReport, ...]) -> Summary:
    """Count over all targets; a severity counts the new findings alone."""
    new = count_new(targets)
    states = count_states(targets)
    return Summary(
        error=new["error"],
        warning=new["warning"],
        info=new["info"],
        suppressed=states["suppressed"],
        baselined=states["baselined"],
        targets=len(targets),
        targets_failed=sum(target.outcome == "failed" for target in targets),
    )


def exit_code(targets: Sequence[TargetReport], fail_on: FailOn) -> int:
    """
    Give 0, 1, 3 or 130.

    130 wins: the run was interrupted. Then 3: where a target could not be checked, or not all of it that matters, the result
    is incomplete, and a pipeline must not take it for "only findings", not even with "never".
    """
    if was_interrupted(targets):
        return INTERRUPTED
    if any(target.outcome == "failed" or not target.whole for target in targets):
        return NOT_CHECKED
    if fail_on == "never":
        return CLEAN
    new = count_new(targets)
    counted = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    return FINDINGS if any(new[severity] for severity in counted) else CLEAN
