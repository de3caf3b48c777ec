"""Counts over all targets of a scan, and its exit code."""

from __future__ import annotations

from collections import Counter

from csplint.engine.summary import CLEAN, FINDINGS, INTERRUPTED, NOT_CHECKED
from csplint.model import SEVERITIES, FailOn, Severity
from csplint.scan.facts import Facts

MOST_LISTED = 1_000
"""Targets that the summary page lists."""


class Tally:
    """
    What the targets add up to.

    states: of the verdicts, "none" where no vendor is judged. errors: kinds of failed targets. rules: targets by rule and
    severity. vendors: targets by vendor and state. listed: the first targets that failed or in which a widget does not work.
    """

    def __init__(self) -> None:
        self.targets, self.failed, self.not_whole = 0, 0, 0
        self.states: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.rules: Counter[tuple[str, Severity]] = Counter()
        self.vendors: Counter[tuple[str, str]] = Counter()
        self.severities: Counter[Severity] = Counter()
        self.listed: list[Facts] = []

    def add(self, facts: Facts) -> None:
        """Count a target."""
        self.targets += 1
        if facts.error:
            self.failed += 1
            self.errors[facts.error] += 1
        else:
            self.states[facts.state or "none"] += 1
        self.not_whole += not facts.whole
        self.rules.update(facts.rules)
        self.vendors.update(facts.vendors)
        self.severities.update(facts.severities)
        if (facts.error or facts.state in {"broken", "partly"}) and len(self.listed) < MOST_LISTED:
            self.listed.append(facts)

    def exit_code(self, fail_on: FailOn, *, stopped: bool) -> int:
        """0, 1, 3 or 130, as for `csplint check`: 130 for an interrupted scan, 3 if a target could not be checked."""
        if stopped:
            return INTERRUPTED
        if self.failed or self.not_whole:
            return NOT_CHECKED
        if fail_on == "never":
            return CLEAN
        counted = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
        return FINDINGS if any(self.severities[severity] for severity in counted) else CLEAN
