"""The verdict on a target and on the whole run: the report's headings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct

from csplint.engine.summary import count_new, count_states
from csplint.model import WORST_FIRST, Report, Severity, TargetReport, WidgetState
from csplint.model import Verdict as WidgetVerdict
from csplint.report.phrases import counted, listed, no_findings, requirement_counts

Tone = Literal["error", "warning", "info", "good"]

SYMBOLS: dict[Tone, str] = {"error": "✗", "warning": "!", "info": "i", "good": "✓"}
"""The symbol of each tone; colour alone never carries it."""


class Verdict(Struct, frozen=True):
    """
    The heading, the sentence below it, and the tone (colour) and symbol of both.

    short: the heading in a few words, for a list of targets.
    """

    tone: Tone
    symbol: str
    title: str
    detail: str
    short: str


_TONES: dict[WidgetState, Tone] = {
    "works": "good", "partly": "warning", "broken": "error", "unknown": "warning", "absent": "warning",
}  # fmt: skip
_SHORT: dict[WidgetState, str] = {
    "works": "Works",
    "partly": "Loads, but parts of it fail",
    "broken": "Does not load",
    "unknown": "Unknown whether it works",
    "absent": "Not in the page's HTML",
}
_IF_ADDED: dict[WidgetState, str] = {
    "works": "it would work",
    "partly": "parts of it would fail",
    "broken": "it would not load",
    "unknown": "unknown whether it would work",
    "absent": "unknown whether it would work",
}
_IN_BROWSER: dict[WidgetState, str] = {
    "works": "it works",
    "partly": "it loads, but parts of it fail",
    "broken": "it does not load",
    "unknown": "that is unknown",
    "absent": "it is not on the page",
}
_SAYS: dict[WidgetState, str] = {
    "works": "works",
    "partly": "loads, but parts of it fail",
    "broken": "does not load",
    "unknown": "may not work",
    "absent": "may not work",
}
_WOULD: dict[WidgetState, str] = {
    "works": "would work",
    "partly": "would load, but parts of it would fail",
    "broken": "would not load",
    "unknown": "may not work",
    "absent": "may not work",
}
"""What is said of a widget that no page of the group has in its HTML."""


def target_verdict(target: TargetReport) -> Verdict:
    """
    Give one target's verdict: what it says of the widget, or the counts of findings if it is not about a widget.

    "Clean" only with no finding, not even a known one, and every requirement met.
    """
    if target.outcome == "failed":
        title = "Could not be checked"
        return Verdict("error", SYMBOLS["error"], title, "Nothing is known about its policy.", title)
    if target.verdict is not None:
        return _of_widget(target, target.verdict)
    met, applicable = requirement_counts(target)
    needs = f"{met} of {counted(applicable, 'need')} met" if applicable else ""
    if not target.findings and met == applicable:
        title = "Clean as far as it could be read" if target.limits else "Clean"
        return _counting("good", title, _sentence(no_findings(target), needs))
    new = count_new([target])
    return _counting(_tone(new, all_met=met == applicable), _counts(new), _sentence(*_known(target), needs))


def _of_widget(target: TargetReport, found: WidgetVerdict) -> Verdict:
    state = found.if_added or found.state
    tone = _TONES[state]
    symbol = "?" if state in {"unknown", "absent"} else SYMBOLS[tone]
    short = _SHORT[found.state] + (f": {_IF_ADDED[found.if_added]}" if found.if_added else "")
    browsers = [f"In {name.capitalize()} {_IN_BROWSER[each]}." for name, each in found.browsers.items()]
    nothing = "" if target.findings else _sentence(no_findings(target))
    said = (found.because, found.then, *browsers, nothing, _sentence(*_known(target)))
    return Verdict(tone, symbol, found.text, " ".join(filter(None, said)), short)


def _known(target: TargetReport) -> list[str]:
    states = count_states([target])
    return [f"{states[state]} {state}" for state in ("baselined", "suppressed") if states[state]]


def _counting(tone: Tone, title: str, detail: str) -> Verdict:
    return Verdict(tone, SYMBOLS[tone], title, detail, title)


def report_verdict(report: Report) -> Verdict:
    """Give the run's verdict: one target's own, or the worst of several with how many share it."""
    if not report.targets:
        return _counting("warning", "Nothing was checked", "There are no targets.")
    if len(report.targets) == 1:
        return target_verdict(report.targets[0])
    judged = [target.verdict for target in report.targets if target.outcome == "checked" and target.verdict]
    return _of_widgets(report, judged) if judged else _of_findings(report)


def _of_widgets(report: Report, judged: Sequence[WidgetVerdict]) -> Verdict:
    states = Counter(each.if_added or each.state for each in judged)
    present = {each.state for each in judged if not each.if_added}
    says = {state: (_SAYS if state in present else _WOULD)[state] for state in states}
    worst, *others = sorted(states, key=WORST_FIRST.index)
    title = f"The {_widget(judged)} {says[worst]} on {_share(states[worst], len(report.targets))}"
    rest = [f"{says[state]} on {states[state]}" for state in others]
    if failed := sum(target.outcome == "failed" for target in report.targets):
        rest.append(f"{failed} could not be checked")
    tone: Tone = "error" if failed and worst == "works" else _TONES[worst]
    symbol = "?" if worst in {"unknown", "absent"} else SYMBOLS[tone]
    return Verdict(tone, symbol, title, _sentence(*rest), title)


def _share(number: int, total: int) -> str:
    return f"all {counted(total, 'target')}" if number == total else f"{number} of {counted(total, 'target')}"


def _widget(judged: Sequence[WidgetVerdict]) -> str:
    """The widget's name, if it is the same everywhere."""
    titles = {vendor.title for verdict in judged for vendor in verdict.vendors}
    return titles.pop() if len(titles) == 1 else "widget"


def _of_findings(report: Report) -> Verdict:
    failed = sum(target.outcome == "failed" for target in report.targets)
    verdicts = [target_verdict(target) for target in report.targets if target.outcome == "checked"]
    clean = sum(verdict.tone == "good" for verdict in verdicts)
    new = count_new(report.targets)
    if failed:
        lead = f"{failed} of {counted(len(report.targets), 'target')} could not be checked"
        return _counting("error", lead, _sentence(_counts(new).lower() if new else "", _clean(clean, failed)))
    if clean == len(verdicts):
        is_complete = all(verdict.title == "Clean" for verdict in verdicts)
        title = "All clean" if is_complete else "All clean as far as they could be read"
        return _counting("good", title, f"{counted(clean, 'target')} checked.")
    all_met = all(met == applicable for met, applicable in map(requirement_counts, report.targets))
    tone = _tone(new, all_met=all_met)
    return _counting(tone, _counts(new), f"{counted(len(verdicts), 'target')} checked, {clean} clean.")


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
