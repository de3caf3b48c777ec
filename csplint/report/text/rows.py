"""A target's findings, one row each, and the line that adds them up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from csplint.engine.summary import count_states
from csplint.model import Effect, Finding, TargetReport
from csplint.report.escape import cell_width, visible
from csplint.report.phrases import SEVERITY_WORDS, counted, no_findings, suppression_reason
from csplint.report.policy_facts import policy_number
from csplint.report.terminal import Lines, Part, Style
from csplint.report.text.command import command

_SEVERITY = 9
"""Columns of the severity, its spaces included."""
_WIDEST_DIRECTIVE = 15


def write_rows(lines: Lines, target: TargetReport, findings: Sequence[Finding], *, advice: bool) -> None:
    """Write a row for each error and warning; of the advice only the number, unless `advice` is set."""
    rows = [each for each in findings if advice or each.severity != "info"]
    width = max((min(cell_width(_directive(each)), _WIDEST_DIRECTIVE) for each in rows), default=4) + 2
    for finding in rows:
        _write_row(lines, finding, width, _policy(target, finding))
    if more := len(findings) - len(rows):
        label = Part("advice".ljust(_SEVERITY), "info")
        lines.line("  ", label, f"{more} more".ljust(max(width, 8)), command("check", target, "--advice"))


def _write_row(lines: Lines, finding: Finding, width: int, place: str) -> None:
    """The rule's name follows the text where it fits, else it is on the next row."""
    style: Style = finding.severity if finding.state == "new" else "dim"
    severity = Part(SEVERITY_WORDS[finding.severity].ljust(_SEVERITY), style)
    hang = 2 + _SEVERITY + width
    directive = visible(_directive(finding), _WIDEST_DIRECTIVE)
    column = directive + " " * (width - cell_width(directive))
    tail = Part(rule_names(finding), "dim", link=finding.docs)
    lines.prose(f"{place}{_text(finding)}", "  ", severity, column, hang=hang, tail=tail)


def _policy(target: TargetReport, finding: Finding) -> str:
    """Which policy it is about, if there are several."""
    number = policy_number(target.policies, finding.policy)
    if number is None or len({each.value for each in target.policies}) == 1:
        return ""
    return f"policy {number}: "


def _directive(finding: Finding) -> str:
    return finding.effective_directive or finding.directive or ""


def _text(finding: Finding) -> str:
    state = "" if finding.state == "new" else f"({finding.state}) "
    reason = suppression_reason(finding)
    return f"{state}{finding.brief or finding.message}{f' — {reason}' if reason else ''}"


def rule_names(finding: Finding) -> str:
    """The rule's name; of several rules, the beginning that they share, or the first with the number of the others."""
    first, *others = finding.names
    if not others:
        return first
    shared = _shared([name.split("-") for name in finding.names])
    return "-".join(shared) if len(shared) > 1 else f"{first} +{len(others)}"


def _shared(names: list[list[str]]) -> list[str]:
    """The words with which all names begin."""
    return [words[0] for words in _while_equal(zip(*names, strict=False))]


def _while_equal(columns: Iterator[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    for column in columns:
        if len(set(column)) > 1:
            return
        yield column


_DOES: dict[Effect, tuple[str, str]] = {
    "widget": ("stops the widget", "stop the widget"),
    "parts": ("breaks a part of it", "break parts of it"),
    "page": ("is about the page itself", "are about the page itself"),
    "protection": ("weakens the protection", "weaken the protection"),
    "advice": ("is advice", "are advice"),
}


def write_sum(lines: Lines, target: TargetReport) -> None:
    """The last line of a target: what its errors do, how many warnings, what is known, and where the details are."""
    new = [finding for finding in target.findings if finding.state == "new"]
    errors = Counter(finding.effect for finding in new if finding.severity == "error")
    parts = list(_errors(errors))
    if warnings := sum(finding.severity == "warning" for finding in new):
        parts.append(counted(warnings, "warning"))
    states = count_states([target])
    parts += [f"{states[state]} {state}" for state in ("baselined", "suppressed") if states[state]]
    if not parts:
        if target.verdict is None:
            so_far = " as far as the page could be read" if target.limits else ""
            lines.line(Part("✓", "good"), f" {no_findings(target)[0].upper()}{no_findings(target)[1:]}{so_far}.")
        return
    lines.line()
    lines.prose(f"{'; '.join(parts)}. Details: -v, or csplint explain NAME", hang=0)


def _errors(errors: Counter[Effect]) -> Iterator[str]:
    for effect, (one, several) in _DOES.items():
        if number := errors[effect]:
            yield f"{counted(number, 'error')} {one if number == 1 else several}"
