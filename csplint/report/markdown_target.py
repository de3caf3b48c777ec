"""One target in Markdown: the verdict, its cause, the policy to send instead, the findings, and what is folded."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.engine.summary import count_states
from csplint.model import Finding, TargetReport
from csplint.report.markdown_answer import answer, folded, line_by_line, sentence
from csplint.report.markdown_escape import code, link, prose, row
from csplint.report.options import shown_findings
from csplint.report.phrases import (
    SEVERITY_WORDS,
    counted,
    directive_and_value,
    fix_label,
    no_findings,
    origin_lines,
    requirement_counts,
    rule_names,
    state_text,
)
from csplint.report.to_send import fix_lines
from csplint.report.verdicts import brief, is_cause, mark, verdict_text

_BROWSERS = {
    "works": "it works",
    "partly": "it loads, but parts of it fail",
    "broken": "it does not load",
    "unknown": "that is unknown",
    "absent": "it is not on the page",
}

_MOST_LINES = 10
"""Lines to send that are shown of one finding."""


def title(target: TargetReport) -> str:
    """Give a target's name and address as a heading's text."""
    address = code(target.target) or "no name"
    return f"{prose(target.name)} ({address})" if target.name else address


def target_blocks(target: TargetReport, *, known: bool) -> Iterator[str]:
    """Give a target's blocks, without its heading."""
    if target.outcome == "failed":
        yield _failure(target)
    elif text := verdict_text(target):
        yield f"**{mark(target)} {prose(text)}**"
        yield from _browsers_and_causes(target)
    if target.corrected is not None:
        yield from answer(target, target.corrected)
    if target.no_widget:
        yield prose(target.no_widget)
    if notes := [*target.limits, *origin_lines(target)]:
        yield "\n".join(f"- Note: {prose(note)}" for note in notes)
    if target.outcome != "failed":
        yield _counts(target)
    yield from _findings(target, known=known)
    if target.corrected is not None:
        yield from line_by_line(target.corrected)


def _failure(target: TargetReport) -> str:
    if target.error is None:
        return "**Could not be checked**: no reason was recorded"
    hint = f" (hint: {prose(target.error.hint)})" if target.error.hint else ""
    return f"**Could not be checked**: {prose(target.error.message)}{hint}"


def _counts(target: TargetReport) -> str:
    """The counts, or "Clean": no finding, not even a known one, and every requirement met."""
    met, applicable = requirement_counts(target)
    needs = f"{met} of {counted(applicable, 'need')} met" if applicable else ""
    if target.findings or met != applicable:
        states = count_states([target])
        known = [f"{states[state]} {state}" for state in ("baselined", "suppressed") if states[state]]
        return "; ".join(filter(None, (counted(states["new"], "finding"), *known, needs)))
    so_far = " as far as it could be read" if target.limits else ""
    return "; ".join(filter(None, (f"Clean{so_far}: {no_findings(target)}", needs)))


def _browsers_and_causes(target: TargetReport) -> Iterator[str]:
    if target.verdict is None:
        return
    if target.verdict.browsers:
        differ = (
            f"In {prose(name.capitalize())} {_BROWSERS[state]}." for name, state in target.verdict.browsers.items()
        )
        yield " ".join(differ)
    causes = [finding for finding in target.findings if is_cause(target, finding)]
    if causes:
        more = f" {counted(len(causes) - 1, 'more cause')} below." if len(causes) > 1 else ""
        yield f"**Cause**: {sentence(causes[0].message)}{more}"


# ------------------------------------------------------------------ findings


def _findings(target: TargetReport, *, known: bool) -> Iterator[str]:
    """Errors and warnings in a table; advice, and the details of all, folded."""
    shown = shown_findings(target, known=known)
    urgent = [each for each in shown if each.severity != "info"]
    advice = [each for each in shown if each.severity == "info"]
    if urgent:
        yield _table(urgent)
    if advice:
        yield from folded(f"Advice: {counted(len(advice), 'finding')}", _table(advice))
    if shown:
        details = "\n".join(line for each in shown for line in _details(target, each))
        yield from folded("Details and fixes", details)


def _table(findings: list[Finding]) -> str:
    return "\n".join((row("severity", "directive", "finding", "rule"), "|---|---|---|---|", *map(_row, findings)))


def _row(finding: Finding) -> str:
    rule = f"{link(code(finding.rule), finding.docs)} {prose(rule_names(finding))}"
    state = f" ({prose(found)})" if (found := state_text(finding)) else ""
    return row(SEVERITY_WORDS[finding.severity], code(finding.directive or ""), f"{prose(brief(finding))}{state}", rule)


def _details(target: TargetReport, finding: Finding) -> Iterator[str]:
    """The finding as a list item: the whole message, what it is about, its cause, and its fix with the lines to send."""
    about = f" ({found})" if (found := code(directive_and_value(finding))) else ""
    yield f"- {code(finding.rule)} {prose(finding.message)}{about}"
    if finding.cause:
        yield f"  - Cause: {prose(finding.cause)}"
    if finding.fix:
        yield f"  - Fix ({fix_label(finding.fix)}): {prose(finding.fix.summary)}"
    lines = fix_lines(target, finding)
    for line in lines[:_MOST_LINES]:
        yield f"  - {code(line, whole=True)}"
    if len(lines) > _MOST_LINES:
        yield f"  - and {len(lines) - _MOST_LINES} more; the JSON report has them"
