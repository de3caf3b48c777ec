"""
The report for a person at a terminal or reading a CI log.

Ordered for somebody with ten minutes: what was looked at, what is wrong and how
to mend it, what the widget needs and gets, the counts. Nothing is told by
colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from csplint.engine.summary import count_new, count_states
from csplint.model import PolicyReport, Report, TargetReport, WidgetReport
from csplint.report.options import NEWS, Show, shown_findings
from csplint.report.terminal import Lines, Look, Part
from csplint.report.text.finding import write_finding
from csplint.report.text.requirements import write_requirements
from csplint.report.words import counted, policy_kind

_LABEL = 10
"""Columns of a label in the facts about a target, its space included."""


_MOST_NAMED = 20
"""Rules that are listed by id with the reason why they were not asked; a selection leaves a hundred out."""


def write_text(report: Report, out: TextIO, look: Look, show: Show = NEWS) -> None:
    """Write the report as text; prose is wrapped at 60 to 100 columns, whatever the terminal's width."""
    lines = Lines(out, look)
    if not report.targets and not show.quiet:
        lines.line("nothing was checked: there was no target")
    shown = [target for target in report.targets if not show.quiet or _has_news(target, show)]
    for number, target in enumerate(shown):
        if number:
            lines.line()
        _write_target(lines, target, show)
    if len(report.targets) > 1 and not show.quiet:
        lines.line()
        lines.line(Part("total", "bold"), f": {_total(report)}")
    if show.statistics:
        from csplint.report.text.statistics import write_statistics  # noqa: PLC0415 - for who asks

        if report.targets and (shown or not show.quiet):
            lines.line()
        write_statistics(lines, report.targets, known=show.known)


def _has_news(target: TargetReport, show: Show) -> bool:
    return target.outcome == "failed" or bool(shown_findings(target, known=show.known))


def _write_target(lines: Lines, target: TargetReport, show: Show) -> None:
    answer = [] if target.status is None else [str(target.status)]
    if target.redirects:
        answer.append(counted(len(target.redirects), "redirect"))
    lines.line(Part(target.target, "bold"), f"  ({', '.join(answer)})" if answer else "")
    if target.outcome == "failed":
        _write_failure(lines, target)
        return
    if not show.quiet:
        _write_facts(lines, target)
    for finding in shown_findings(target, known=show.known):
        lines.line()
        write_finding(lines, finding, target.policies)
    if show.quiet:
        return
    if target.requirements:
        lines.line()
        write_requirements(lines, target)
    if target.skipped:
        lines.line()
        for reason, rules in _skipped(target):
            named = ", ".join(rules) if len(rules) <= _MOST_NAMED else counted(len(rules), "rule")
            lines.prose(reason, "  ", Part("skipped", "dim"), f" {named}: ", hang=4)
    lines.line()
    _write_verdict(lines, target)


def _skipped(target: TargetReport) -> Iterator[tuple[str, list[str]]]:
    """The rules that were not asked, by reason."""
    for reason in dict.fromkeys(skipped.reason for skipped in target.skipped):
        yield reason, [skipped.rule for skipped in target.skipped if skipped.reason == reason]


def _write_failure(lines: Lines, target: TargetReport) -> None:
    """A target without a verdict; what was learnt on the way is shown, so that nobody takes it for the whole."""
    message = target.error.message if target.error else "no reason was recorded"
    _write_address(lines, target)
    lines.prose(message, "  ", Part("could not be checked", "error"), ": ", hang=4)
    if target.error and target.error.hint:
        lines.prose(target.error.hint, "  ", Part("hint", "bold"), ": ", hang=4)
    _write_notes(lines, target)


def _write_facts(lines: Lines, target: TargetReport) -> None:
    _write_address(lines, target)
    if target.platforms:
        _fact(lines, "platform", ", ".join(target.platforms))
    for widget in target.widgets:
        _fact(lines, "widget", _widget(widget))
    for number, policy in enumerate(target.policies, start=1):
        _fact(lines, f"policy {number}", _policy(policy))
    if not target.policies:
        _fact(lines, "policy", "none: nothing is restricted")
    _write_notes(lines, target)


def _write_address(lines: Lines, target: TargetReport) -> None:
    """The page's URL, unless it is the target: where redirects led, or what a saved page or a policy was said to be."""
    if target.final_url and target.final_url != target.target:
        _fact(lines, "page URL" if target.status is None else "final URL", target.final_url)


def _write_notes(lines: Lines, target: TargetReport) -> None:
    for limit in target.limits:
        lines.prose(limit, "  ", Part("note".ljust(_LABEL), "warning"), hang=_LABEL + 2)


def _fact(lines: Lines, label: str, text: str) -> None:
    lines.prose(text, "  ", Part(label.ljust(_LABEL), "dim"), hang=_LABEL + 2)


def _widget(widget: WidgetReport) -> str:
    hosts = f": loads from {', '.join(widget.hosts)}" if widget.hosts else ""
    return f"{widget.vendor} {widget.embed}, {widget.where}, line {widget.place.line}{hosts}"


def _policy(policy: PolicyReport) -> str:
    return f"{'enforced' if policy.disposition == 'enforce' else 'report-only'}, {policy_kind(policy)}"


def _write_verdict(lines: Lines, target: TargetReport) -> None:
    """The last line of a target. Only one whose every question was answered well is called clean."""
    met = sum(each.state == "met" for each in target.requirements)
    asked = sum(each.state != "not-applicable" for each in target.requirements)
    if target.findings or met != asked:
        lines.line(*_counts(target), f"; {met} of {asked} requirements met" if asked else "", _kept(target))
        return
    found = f"nothing found by {counted(len(target.passed), 'rule')}" if target.passed else "nothing found"
    needs = f"; {counted(met, 'requirement')} met" if met else ""
    so_far = " as far as it could be read" if target.limits else ""
    lines.line(Part(f"clean{so_far}", "good"), f": {found}{needs}")


def _counts(target: TargetReport) -> Iterator[Part | str]:
    new = count_new([target])
    yield Part(counted(new["error"], "error"), "error" if new["error"] else "plain")
    yield ", "
    yield Part(counted(new["warning"], "warning"), "warning" if new["warning"] else "plain")
    yield f", {new['info']} info"


def _kept(target: TargetReport) -> str:
    """The findings that are not shown, so that their number at least is."""
    states = count_states([target])
    return "".join(f"; {states[state]} {state}" for state in ("baselined", "suppressed") if states[state])


def _total(report: Report) -> str:
    summary = report.summary
    text = (
        f"{counted(summary.targets, 'target')}: {counted(summary.error, 'error')}, "
        f"{counted(summary.warning, 'warning')}, {summary.info} info"
    )
    if summary.baselined:
        text += f"; {summary.baselined} baselined"
    if summary.suppressed:
        text += f"; {summary.suppressed} suppressed"
    if summary.targets_failed:
        text += f"; {counted(summary.targets_failed, 'target')} could not be checked"
    return text
