"""One finding as text: what, where, the directive with its carets, why, and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence

from csplint.model import DirectiveReport, Finding, PolicyReport, Span
from csplint.report.excerpt import excerpt
from csplint.report.terminal import Lines, Part, Style
from csplint.report.text.fix import FIELD, write_field, write_fix
from csplint.report.words import acceptance, disagreement, header_name, policy_kind, policy_number

_CONSOLE = 14
"""Columns of the label before what a browser's console says."""


def write_finding(lines: Lines, finding: Finding, policies: Sequence[PolicyReport]) -> None:
    """Write one finding; `policies` are its target's. One that was accepted says so first, and then why."""
    style: Style = finding.severity if finding.state == "new" else "dim"
    state = "" if finding.state == "new" else f"{finding.state} "
    code = Part(f"{finding.severity}[{finding.rule}]", style, link=finding.docs)
    lines.prose(finding.message, Part(state, "dim"), code, " ", Part(finding.name, "bold"), ": ", hang=2)
    write_field(lines, "reason", acceptance(finding))
    policy = next((each for each in policies if each.index == finding.policy), None)
    if policy:
        _write_policy(lines, finding, policy, policies)
    if finding.place:
        lines.line("  ", Part("-->", "dim"), f" line {finding.place.line}, column {finding.place.column} of the page")
    write_field(lines, "symptom", ": ".join(filter(None, (finding.symptom, finding.symptom_text))))
    write_field(lines, "cause", finding.cause)
    # The pack's own words, laid out over several lines of TOML: the breaks mean nothing.
    write_field(lines, "why", " ".join(finding.why.split()))
    if finding.fix:
        write_fix(lines, finding.fix, policies, about=finding.policy)
    if finding.browsers:
        write_field(lines, "browsers", disagreement(finding.browsers))
    _write_console(lines, finding)
    if finding.docs:
        lines.line("  ", Part("docs".ljust(FIELD), "dim"), Part(finding.docs, link=finding.docs))


def _write_policy(lines: Lines, finding: Finding, policy: PolicyReport, policies: Sequence[PolicyReport]) -> None:
    kind = policy_kind(policy)
    how = kind if policy.delivery == "text" else f"{header_name(policy)} {kind}"
    disposition = "enforced" if policy.disposition == "enforce" else "report-only"
    directive = _directive(finding, policy)
    where = f" policy {policy_number(policies, policy.index)} ({how}, {disposition})"
    name = directive.name if directive else finding.directive
    if name:
        is_there = any(each.name.lower() == name.lower() for each in policy.directives)
        where += f", {'directive' if is_there else 'no directive'} {name}"
    lines.line("  ", Part("-->", "dim"), where)
    if directive or finding.span:
        _write_excerpt(lines, finding.span, directive.span if directive else None, policy.value)


def _directive(finding: Finding, policy: PolicyReport) -> DirectiveReport | None:
    """The directive the span stands in or, without a span, the first of that name, which is the one in force."""
    span = finding.span
    if span:
        found = (each for each in policy.directives if each.span.start <= span.start and span.end <= each.span.end)
    else:
        name = (finding.directive or "").lower()
        found = (each for each in policy.directives if each.name.lower() == name)
    return next(found, None)


def _write_excerpt(lines: Lines, span: Span | None, directive: Span | None, value: str) -> None:
    """The one directive, not the whole header; the whole policy's text where a span is in no one directive."""
    gutter = "   |  "
    offset = directive.start if directive else 0
    text = value[directive.start : directive.end] if directive else value
    spans = [(span.start - offset, span.end - offset)] if span else []
    shown = excerpt(text, spans, room=lines.width - len(gutter), runner=lines.look.runner)
    lines.line(Part(gutter, "dim"), shown.text)
    if shown.marks:
        lines.line(Part(gutter, "dim"), Part(shown.marks, "mark"))


def _write_console(lines: Lines, finding: Finding) -> None:
    """What the reader sees in the console: Chrome's words, or those of the first browser that has any."""
    if finding.console is None:
        return
    said = (
        ("Chrome", finding.console.chromium),
        ("Firefox", finding.console.firefox),
        ("Safari", finding.console.safari),
    )
    for browser, text in said:
        if text:
            lines.prose(text, "  ", Part(f"{browser} says".ljust(_CONSOLE), "dim"), hang=_CONSOLE + 2)
            return
