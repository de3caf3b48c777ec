"""
The report as text.

For each target: what was checked, whether the widget works and what to send instead, and a row for each finding.
`Show.verbose` gives each finding in full, the widget's needs and what was skipped. Colour never carries information that
the text does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from csplint.engine.summary import count_new, count_states
from csplint.model import Finding, PolicyReport, Report, TargetReport, WidgetReport
from csplint.report.options import NEW_ONLY, Show, shown_findings
from csplint.report.phrases import SEVERITY_WORDS, count_line, counted, no_findings, origin_lines, requirement_counts
from csplint.report.policy_facts import delivery_text, disposition_text
from csplint.report.terminal import Lines, Look, Part
from csplint.report.text.answer import write_answer
from csplint.report.text.finding import write_finding
from csplint.report.text.requirements import write_requirements
from csplint.report.text.rows import write_rows, write_sum

_LABEL = 10
"""Columns of a label in the facts about a target, its space included."""

_MOST_NAMED = 20
"""Skipped rules that are listed by id; of more, only the number is shown, because `--select` skips a hundred."""


def write_text(report: Report, out: TextIO, look: Look, show: Show = NEW_ONLY) -> None:
    """Write the report as text; prose is wrapped at 60 to 100 columns, whatever the terminal's width is."""
    lines = Lines(out, look)
    if not report.targets and not show.quiet:
        lines.line(count_line(report))
    shown = [target for target in report.targets if not show.quiet or _has_content(target, show)]
    for number, target in enumerate(shown):
        if number:
            lines.line()
        _write_target(lines, target, show)
    if len(report.targets) > 1 and not show.quiet:
        lines.line()
        lines.line(Part("total", "bold"), f": {count_line(report, info=SEVERITY_WORDS['info'])}")
    if show.statistics:
        from csplint.report.text.statistics import write_statistics  # noqa: PLC0415 - rarely used

        if report.targets and (shown or not show.quiet):
            lines.line()
        write_statistics(lines, report.targets, known=show.known)


def _has_content(target: TargetReport, show: Show) -> bool:
    return target.outcome == "failed" or bool(shown_findings(target, known=show.known))


def _write_target(lines: Lines, target: TargetReport, show: Show) -> None:
    if target.outcome == "failed":
        lines.line(Part(target.name or target.target, "bold"))
        _write_failure(lines, target)
        return
    _write_heading(lines, target)
    findings = shown_findings(target, known=show.known)
    if not show.quiet:
        _write_notes(lines, target)
        write_answer(lines, target)
    if show.verbose:
        _write_all(lines, target, findings, quiet=show.quiet)
        return
    if findings:
        lines.line()
        write_rows(lines, target, findings, advice=show.advice)
    for finding in findings if show.advice else ():
        if finding.severity == "info":
            lines.line()
            write_finding(lines, finding, target.policies)
    if not show.quiet:
        write_sum(lines, target)


def _write_all(lines: Lines, target: TargetReport, findings: list[Finding], *, quiet: bool) -> None:
    """The facts, every finding in full, the widget's needs and what was skipped."""
    if not quiet:
        lines.line()
        _write_facts(lines, target)
    for finding in findings:
        lines.line()
        write_finding(lines, finding, target.policies)
    if quiet:
        return
    if target.requirements:
        lines.line()
        write_requirements(lines, target)
    if target.skipped:
        lines.line()
        for reason, rules in _skipped_by_reason(target):
            names = ", ".join(rules) if len(rules) <= _MOST_NAMED else counted(len(rules), "rule")
            lines.prose(reason, "  ", Part("skipped", "dim"), f" {names}: ", hang=4)
    lines.line()
    _write_verdict(lines, target)


def _write_heading(lines: Lines, target: TargetReport) -> None:
    """The target, and what was looked at: the response, the server, the policies."""
    what = f"{target.name}: {target.target}" if target.name else target.target
    lines.prose(" · ".join(_looked_at(target)), Part(what, "bold"), "  ", hang=2)


def _looked_at(target: TargetReport) -> Iterator[str]:
    if target.status is not None:
        yield str(target.status)
    if target.redirects:
        yield counted(len(target.redirects), "redirect")
    if target.final_url and target.final_url != target.target:
        yield target.final_url
    yield from target.platforms
    if target.scope:
        yield target.scope
    yield _policies(target)


def _policies(target: TargetReport) -> str:
    """`1 policy (header)`, `2 policies (header, meta)`, `no policy`."""
    if not target.policies:
        return "no policy"
    kinds = [
        "report-only" if each.disposition == "report" else each.delivery
        for each in target.policies
        if each.delivery != "text" or each.disposition == "report"
    ]
    number = len(target.policies)
    count = "1 policy" if number == 1 else f"{number} policies"
    return f"{count} ({', '.join(dict.fromkeys(kinds))})" if kinds else count


def _skipped_by_reason(target: TargetReport) -> Iterator[tuple[str, list[str]]]:
    """The skipped rules, grouped by reason."""
    for reason in dict.fromkeys(skipped.reason for skipped in target.skipped):
        yield reason, [skipped.rule for skipped in target.skipped if skipped.reason == reason]


def _write_failure(lines: Lines, target: TargetReport) -> None:
    """Why a target could not be checked, with its address and notes."""
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
        _fact(lines, "policy", "none, so nothing is restricted")


def _write_address(lines: Lines, target: TargetReport) -> None:
    """The page's URL if it differs from the target: after redirects, or as given for a saved page or a policy."""
    if target.final_url and target.final_url != target.target:
        _fact(lines, "page URL" if target.status is None else "final URL", target.final_url)


def _write_notes(lines: Lines, target: TargetReport) -> None:
    for limit in (*target.limits, *origin_lines(target)):
        lines.prose(limit, "  ", Part("note".ljust(_LABEL), "warning"), hang=_LABEL + 2)


def _fact(lines: Lines, label: str, text: str) -> None:
    lines.prose(text, "  ", Part(label.ljust(_LABEL), "dim"), hang=_LABEL + 2)


def _widget(widget: WidgetReport) -> str:
    hosts = f": loads from {', '.join(widget.hosts)}" if widget.hosts else ""
    return f"{widget.vendor} {widget.embed}, {widget.where}, line {widget.place.line}{hosts}"


def _policy(policy: PolicyReport) -> str:
    return f"{disposition_text(policy)}, {delivery_text(policy)}"


def _write_verdict(lines: Lines, target: TargetReport) -> None:
    """The last line of a target: "clean" only with no finding, not even a known one, and every requirement met."""
    met, applicable = requirement_counts(target)
    if target.findings or met != applicable:
        needs = f"; {met} of {counted(applicable, 'need')} met" if applicable else ""
        lines.line(*_counts(target), needs, _known_counts(target))
        return
    needs = f"; {counted(met, 'need')} met" if met else ""
    so_far = " as far as it could be read" if target.limits else ""
    lines.line(Part(f"clean{so_far}", "good"), f": {no_findings(target)}{needs}")


def _counts(target: TargetReport) -> Iterator[Part | str]:
    new = count_new([target])
    yield Part(counted(new["error"], "error"), "error" if new["error"] else "plain")
    yield ", "
    yield Part(counted(new["warning"], "warning"), "warning" if new["warning"] else "plain")
    yield f", {new['info']} {SEVERITY_WORDS['info']}"


def _known_counts(target: TargetReport) -> str:
    """The number of findings that are not shown by default."""
    states = count_states([target])
    return "".join(f"; {states[state]} {state}" for state in ("baselined", "suppressed") if states[state])
