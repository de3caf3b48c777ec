"""One finding as text: message, place, excerpt with carets, reasons and fix."""

from __future__ import annotations

from collections.abc import Sequence

from csplint.model import Finding, PolicyReport, Span
from csplint.report.excerpt import excerpt
from csplint.report.phrases import SEVERITY_WORDS, disagreement, suppression_reason
from csplint.report.policy_facts import (
    delivery_with_header,
    disposition_text,
    find_directive,
    find_policy,
    has_directive,
    policy_number,
)
from csplint.report.terminal import Lines, Part, Style
from csplint.report.text.fix import FIELD, write_field, write_fix

_CONSOLE = 14
"""Columns of the label before a browser's console text."""


def write_finding(lines: Lines, finding: Finding, policies: Sequence[PolicyReport]) -> None:
    """Write one finding; `policies` are its target's. A baselined or suppressed finding begins with its state."""
    style: Style = finding.severity if finding.state == "new" else "dim"
    state = "" if finding.state == "new" else f"{finding.state} "
    rule = Part(f"{SEVERITY_WORDS[finding.severity]}[{finding.rule}]", style, link=finding.docs)
    lines.prose(finding.message, Part(state, "dim"), rule, " ", Part(finding.name, "bold"), ": ", hang=2)
    write_field(lines, "reason", suppression_reason(finding))
    policy = find_policy(policies, finding)
    if policy:
        _write_policy(lines, finding, policy, policies)
    if finding.place:
        lines.line("  ", Part("-->", "dim"), f" line {finding.place.line}, column {finding.place.column} of the page")
    write_field(lines, "symptom", ": ".join(filter(None, (finding.symptom, finding.symptom_text))))
    write_field(lines, "cause", finding.cause)
    write_field(lines, "why", " ".join(finding.why.split()))  # a pack's text, with line breaks from its TOML
    if finding.fix:
        write_fix(lines, finding.fix, policies, finding_policy=finding.policy)
    if finding.browsers:
        write_field(lines, "browsers", disagreement(finding.browsers))
    _write_console(lines, finding)
    if finding.docs:
        lines.line("  ", Part("docs".ljust(FIELD), "dim"), Part(finding.docs, link=finding.docs))


def _write_policy(lines: Lines, finding: Finding, policy: PolicyReport, policies: Sequence[PolicyReport]) -> None:
    number = policy_number(policies, policy.index)
    place = f" policy {number} ({delivery_with_header(policy)}, {disposition_text(policy)})"
    directive = find_directive(policy, finding)
    name = directive.name if directive else finding.directive
    if name:
        place += f", {'directive' if has_directive(policy, name) else 'no directive'} {name}"
    lines.line("  ", Part("-->", "dim"), place)
    if directive or finding.span:
        _write_excerpt(lines, finding.span, directive.span if directive else None, policy.value)


def _write_excerpt(lines: Lines, span: Span | None, directive: Span | None, value: str) -> None:
    """The directive; the whole policy if the span is in no single directive."""
    gutter = "   |  "
    offset = directive.start if directive else 0
    text = value[directive.start : directive.end] if directive else value
    spans = [(span.start - offset, span.end - offset)] if span else []
    shown = excerpt(text, spans, room=lines.width - len(gutter))
    lines.line(Part(gutter, "dim"), shown.text)
    if shown.carets:
        lines.line(Part(gutter, "dim"), Part(shown.carets, "mark"))


def _write_console(lines: Lines, finding: Finding) -> None:
    """The text in Chrome's console or, if it has none, in the first browser's that has one."""
    if finding.console is None:
        return
    texts = (
        ("Chrome", finding.console.chromium),
        ("Firefox", finding.console.firefox),
        ("Safari", finding.console.safari),
    )
    for browser, text in texts:
        if text:
            lines.prose(text, "  ", Part(f"{browser} says".ljust(_CONSOLE), "dim"), hang=_CONSOLE + 2)
            return
