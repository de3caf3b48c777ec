"""Wording that several report formats share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Literal

from csplint.model import (
    TESTED_EDITS,
    BrowserVerdict,
    Corrected,
    Edit,
    Finding,
    Fix,
    PolicyOrigin,
    Region,
    Report,
    Severity,
    TargetReport,
    WidgetState,
)

SEVERITY_WORDS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "advice"}
"""Severities as people read them; JSON and the formats that programs parse keep `info`."""

FixLabel = Literal["ready", "check first", "to do"]

_BROWSERS = {"chromium": "Chromium", "firefox": "Firefox", "safari": "Safari"}


def counted(number: int, noun: str) -> str:
    """Give "1 error", "2 errors"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(names: Sequence[str]) -> str:
    """Give "a", "a and b", "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def count_line(report: Report, *, info: str = "info") -> str:
    """
    Give the last line of a report: "2 targets: 1 error, 0 warnings, 3 info; 1 target could not be checked".

    info: the word for findings of severity `info`; "advice" for people.
    """
    if not report.targets:
        return "nothing was checked: there are no targets"
    summary = report.summary
    parts = [
        f"{counted(summary.targets, 'target')}: {counted(summary.error, 'error')}, "
        f"{counted(summary.warning, 'warning')}, {summary.info} {info}"
    ]
    if summary.baselined:
        parts.append(f"{summary.baselined} baselined")
    if summary.suppressed:
        parts.append(f"{summary.suppressed} suppressed")
    if summary.targets_failed:
        parts.append(f"{counted(summary.targets_failed, 'target')} could not be checked")
    return "; ".join(parts)


def requirement_counts(target: TargetReport) -> tuple[int, int]:
    """Give how many requirements are met, and how many apply."""
    states = [each.state for each in target.requirements]
    return states.count("met"), len(states) - states.count("not-applicable")


def no_findings(target: TargetReport) -> str:
    """Give "no findings from 3 rules"."""
    return f"no findings from {counted(len(target.passed), 'rule')}" if target.passed else "no findings"


def failure_line(target: TargetReport) -> str:
    """Give why a target could not be checked, and the hint, in one line."""
    if target.error is None:
        return "could not be checked: no reason was recorded"
    hint = f" ({target.error.hint})" if target.error.hint else ""
    return f"could not be checked: {target.error.message}{hint}"


def directive_and_value(finding: Finding) -> str:
    """Give the directive and the value of a finding, or "" if it has neither; a value may be the whole directive."""
    directive, value = finding.directive or "", finding.value or ""
    return value if f"{value} ".startswith(f"{directive} ") else f"{directive} {value}".strip()


def suppression_reason(finding: Finding) -> str:
    """Give the user's reason for a suppression and its expiry date; "" for a new or baselined finding."""
    if finding.suppression is None:
        return ""
    until = f" (until {finding.suppression.expires})" if finding.suppression.expires else ""
    return f"{finding.suppression.reason}{until}"


def state_text(finding: Finding) -> str:
    """Give "baselined", "suppressed: TICKET-12 (until 2026-12-31)", or "" for a new finding."""
    if finding.state == "new":
        return ""
    reason = suppression_reason(finding)
    return f"{finding.state}: {reason}" if reason else finding.state


def fix_label(fix: Fix) -> FixLabel:
    """
    Give what the user can do with a fix.

    "ready": apply the edits. "check first": the edits may allow or block more than the finding is about. "to do": words,
    or a change that only the server's owner can make and csplint could not test.
    """
    if not any(edit.kind in TESTED_EDITS for edit in fix.edits):
        return "to do"
    return "ready" if fix.safety == "safe" else "check first"


def file_change(edit: Edit, region: Region) -> str:
    """Give "line 5, column 12: insert", "line 5, columns 12 to 20: remove", or the same with "replace with"."""
    is_insertion = (region.line, region.column) == (region.end_line, region.end_column)
    if is_insertion:
        return f"line {region.line}, column {region.column}: insert"
    to = (
        f"s {region.column} to {(region.end_column or 1) - 1}"
        if region.line == region.end_line
        else f" {region.column}"
    )
    return f"line {region.line}, column{to}: {'replace with' if edit.text else 'remove'}"


def disagreement(browsers: Mapping[str, BrowserVerdict]) -> str:
    """Give "Chromium and Firefox block this, Safari does not; in Safari, wss: also matches https: addresses"."""
    whys = [f"; in {_BROWSERS.get(name, name)}, {verdict.why}" for name, verdict in browsers.items() if verdict.why]
    return _who_blocks(browsers) + "".join(whys)


def _who_blocks(browsers: Mapping[str, BrowserVerdict]) -> str:
    names: dict[bool, list[str]] = {True: [], False: []}
    for name, verdict in browsers.items():
        names[verdict.blocked].append(_BROWSERS.get(name, name))
    blocking, passing = names[True], names[False]
    if not blocking:
        return f"{listed(passing)} {'does' if len(passing) == 1 else 'do'} not block this"
    text = f"{listed(blocking)} {'blocks' if len(blocking) == 1 else 'block'} this"
    return f"{text}, {listed(passing)} {'does' if len(passing) == 1 else 'do'} not" if passing else text


IN_BROWSER: dict[WidgetState, str] = {
    "works": "it works",
    "partly": "it loads, but parts of it fail",
    "broken": "it does not load",
    "unknown": "that is unknown",
    "absent": "it is not on the page",
}
"""A widget's state in one browser: "In Safari it does not load"."""


def proved(target: TargetReport, corrected: Corrected) -> str:
    """Give what was found out about the corrected policies: "all 10 needs are met"."""
    _, applicable = requirement_counts(target)
    match corrected.proof.verdict:
        case "works":
            if not applicable:
                return _page_loads(target, corrected.proof.errors)
            return f"all {counted(applicable, 'need')} are met"
        case "partly":
            return "the widget loads, though parts of it still fail"
        case "broken":
            return "the widget still does not load"
    return "it allows what the widget needs; the rest is unknown"


def _page_loads(target: TargetReport, errors: int) -> str:
    """What the page does with the corrected policies, where no widget is asked about; a policy may be without a page."""
    if errors:
        return f"{counted(errors, 'error')} about the page {'is' if errors == 1 else 'are'} left for you to fix"
    return "no error is left" if target.kind == "policy" else "it allows what the page loads"


def origin_lines(target: TargetReport) -> list[str]:
    """Give where each policy is written, a sentence each; none without --source."""
    return [_origin(each) for each in target.origins]


def _origin(origin: PolicyOrigin) -> str:
    scope = f" ({origin.scope})" if origin.scope else ""
    place = f"{origin.path}, line {origin.line}{scope}"
    if origin.policy is None:
        return f"The policy of {place} did not arrive with this response."
    if not origin.path:
        return (
            f"No file of --source has policy {origin.policy + 1}: another server, the application, a proxy or a CDN adds it, "
            "or changes it on the way."
        )
    return f"Policy {origin.policy + 1} comes from {place}."


def rule_names(finding: Finding) -> str:
    """Give the rule's name; of several rules, the beginning that they share, or the first with the number of the others."""
    first, *others = finding.names
    if not others:
        return first
    words = zip(*(name.split("-") for name in finding.names), strict=False)
    shared = [each[0] for each in takewhile(lambda each: len(set(each)) == 1, words)]
    return "-".join(shared) if len(shared) > 1 else f"{first} +{len(others)}"
