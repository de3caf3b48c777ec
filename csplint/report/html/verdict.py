"""What a target, and the whole run, come to in a few words: the report's headings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from csplint.engine.summary import count_new, count_states
from csplint.model import Report, Severity, TargetReport
from csplint.report.words import counted, listed

Tone = Literal["error", "warning", "info", "good"]


class Verdict(Struct, frozen=True):
    """The heading, the sentence below it, and the tone of both; never the tone alone tells."""

    tone: Tone
    title: str
    detail: str


def target_verdict(target: TargetReport) -> Verdict:
    """One target's verdict. Only one whose every question was answered well is called clean."""
    if target.outcome == "failed":
        return Verdict("error", "Could not be checked", "Nothing is known about its policy.")
    met = sum(each.state == "met" for each in target.requirements)
    asked = sum(each.state != "not-applicable" for each in target.requirements)
    needs = f"{met} of {counted(asked, 'requirement')} met" if asked else ""
    if not target.findings and met == asked:
        title = "Clean as far as it could be read" if target.limits else "Clean"
        rules = f"nothing found by {counted(len(target.passed), 'rule')}" if target.passed else "nothing found"
        return Verdict("good", title, _sentence(rules, needs))
    new, states = count_new([target]), count_states([target])
    kept = [f"{states[state]} {state}" for state in ("baselined", "suppressed") if states[state]]
    return Verdict(_tone(new, short=met != asked), _counts(new), _sentence(*kept, needs))


def report_verdict(report: Report) -> Verdict:
    """The whole run's verdict: with one target its own, with several their sum, what failed always told."""
    if not report.targets:
        return Verdict("warning", "Nothing was checked", "There was no target.")
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
        read = all(verdict.title == "Clean" for verdict in verdicts)
        title = "All clean" if read else "All clean as far as they could be read"
        return Verdict("good", title, f"{counted(clean, 'target')} checked.")
    new = count_new(report.targets)
    short = any(each.state in {"unmet", "partly"} for target in report.targets for each in target.requirements)
    return Verdict(_tone(new, short=short), _counts(new), f"{counted(len(verdicts), 'target')} checked, {clean} clean.")


def _clean(clean: int, failed: int) -> str:
    return f"{clean} of the others clean" if failed and clean else ""


def _counts(new: Mapping[Severity, int]) -> str:
    said = [counted(new[severity], severity) for severity in ("error", "warning") if new[severity]]
    if not said and new["info"]:  # advice is worth a heading only where there is nothing else
        return "No errors, some advice"
    return listed(said) if said else "Nothing new"


def _tone(new: Counter[Severity], *, short: bool) -> Tone:
    if new["error"]:
        return "error"
    return "warning" if new["warning"] or short else "info"


def _sentence(*parts: str) -> str:
    said = "; ".join(part for part in parts if part)
    return f"{said[0].upper()}{said[1:]}." if said else ""
