"""The verdict on a target and on the whole run: the report's headings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from csplint.engine.summary import count_new, count_states
from csplint.model import Report, Severity, TargetReport
from csplint.report.phrases import counted, listed, no_findings, requirement_counts

Tone = Literal["error", "warning", "info", "good"]


class Verdict(Struct, frozen=True):
    """The heading, the sentence below it, and the tone (colour and symbol) of both."""

    tone: Tone
    title: str
    detail: str


def target_verdict(target: TargetReport) -> Verdict:
    """Give one target's verdict: "Clean" only with no finding, not even a known one, and every requirement met."""
    if target.outcome == "failed":
        return Verdict("error", "Could not be checked", "Nothing is known about its policy.")
    met, applicable = requirement_counts(target)
    needs = f"{met} of {counted(applicable, 'requirement')} met" if applicable else ""
    if not target.findings and met == applicable:
        title = "Clean as far as it could be read" if target.limits else "Clean"
        return Verdict("good", title, _sentence(no_findings(target), needs))
    new, states = count_new([target]), count_states([target])
    known = [f"{states[state]} {state}" for state in ("baselined", "suppressed") if states[state]]
    return Verdict(_tone(new, all_met=met == applicable), _counts(new), _sentence(*known, needs))


def report_verdict(report: Report) -> Verdict:
    """Give the run's verdict: one target's own, or the sum of several, failed ones always mentioned."""
    if not report.targets:
        return Verdict("warning", "Nothing was checked", "There are no targets.")
    if len(report.targets) == 1:
        return target_verdict(report.targets[0])
    failed = sum(target.outcome == "failed" for target in report.targets)
    verdicts = [target_verdict(target) for target in report.targets if target.outcome == "checked"]
    clean = sum(verdict.tone == "good" for verdict in verdicts)
    if failed:
        lead = f"{failed} of {counted(len(report.targets), 'target')} could not be checked"
        new = count_new(report.targets)
        return Verdict("error", lead, _sentence(_counts(new).lower() if new else "", _clean(clean, failed)))
    if clean == len(verdicts):
        is_complete = all(verdict.title == "Clean" for verdict in verdicts)
        title = "All clean" if is_complete else "All clean as far as they could be read"
        return Verdict("good", title, f"{counted(clean, 'target')} checked.")
    new = count_new(report.targets)
    all_met = all(met == applicable for met, applicable in map(requirement_counts, report.targets))
    return Verdict(
        _tone(new, all_met=all_met), _counts(new), f"{counted(len(verdicts), 'target')} checked, {clean} clean."
    )


def _clean(clean: int, failed: int) -> str:
    return f"{clean} of the others clean" if failed and clean else ""


def _counts(new: Mapping[Severity, int]) -> str:
    counts = [counted(new[severity], severity) for severity in ("error", "warning") if new[severity]]
    if not counts and new["info"]:
        return "No errors, some advice"
    return listed(counts) if counts else "Nothing new"


def _tone(new: Counter[Severity], *, all_met: bool) -> Tone:
    if new["error"]:
        return "error"
    return "warning" if new["warning"] or not all_met else "info"


def _sentence(*parts: str) -> str:
    text = "; ".join(part for part in parts if part)
    return f"{text[0].upper()}{text[1:]}." if text else ""
