"""One finding as a card: message, symptom, place, reasons and fix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from csplint.model import Console, Finding, PolicyReport, Severity
from csplint.report.html.fix import fix_part
from csplint.report.html.policies import excerpt, policy_title
from csplint.report.html.tree import Html, code, join, link, tag
from csplint.report.phrases import disagreement, suppression_reason
from csplint.report.policy_facts import find_policy, has_directive, policy_number

SEVERITY: dict[Severity, tuple[str, str]] = {
    "error": ("✗", "Error"),
    "warning": ("!", "Warning"),
    "info": ("i", "Advice"),
}
"""Symbol and word; colour alone never carries the severity."""


def finding_card(number: int, finding: Finding, policies: Sequence[PolicyReport], prefix: str) -> Html:
    """Give the card; policies: the target's; prefix: begins the ids of the target's elements."""
    id_ = f"{prefix}-f{number}"
    policy = find_policy(policies, finding)
    return tag(
        "article",
        _rule_line(finding),
        tag("h4", tag("span", f"{number}. ", class_="number"), _one_line(finding.message), id=f"{id_}-title"),
        _symptom(finding),
        _where(finding, policy, policies, prefix),
        excerpt(policy, finding) if policy else None,
        _reasons(finding),
        fix_part(finding.fix, policies, id_) if finding.fix else None,
        _browsers(finding),
        _docs(finding),
        class_=f"finding {finding.severity}",
        id=id_,
        data_severity=finding.severity,
        aria_labelledby=f"{id_}-title",
        tabindex=-1,
    )


def _rule_line(finding: Finding) -> Html:
    state = tag("span", finding.state, class_="badge") if finding.state != "new" else None
    return tag(
        "p",
        severity_badge(finding.severity),
        " ",
        code(finding.rule),
        " ",
        code(finding.name),
        " " if state else None,
        state,
        class_="rule",
    )


def severity_badge(severity: Severity) -> Html:
    """Give the severity as a word with its symbol."""
    symbol, word = SEVERITY[severity]
    return tag(
        "span", tag("span", symbol, aria_hidden="true", class_="symbol"), f" {word}", class_=f"severity {severity}"
    )


def _one_line(text: str) -> str:
    """A pack's text without the line breaks of its TOML."""
    return " ".join(text.split())


def _symptom(finding: Finding) -> Html | None:
    if not (finding.symptom_text or finding.symptom):
        return None
    row = tag("span", " ", code(finding.symptom), class_="id") if finding.symptom and finding.symptom_text else None
    text = finding.symptom_text or finding.symptom
    return tag("p", tag("strong", "What you see"), f" {text}", row, class_="symptom")


def _where(finding: Finding, policy: PolicyReport | None, policies: Sequence[PolicyReport], prefix: str) -> Html | None:
    parts: list[Html | str] = []
    if policy:
        number = policy_number(policies, policy.index)
        parts.append(tag("a", f"Policy {number}", href=f"#{prefix}-p{number}"))
        parts.append(f" ({policy_title(policy)})")
        if finding.directive:
            is_present = has_directive(policy, finding.directive)
            parts += [", directive " if is_present else ", no directive ", code(finding.directive)]
    if finding.place:
        place = f"line {finding.place.line}, column {finding.place.column} of the page"
        parts.append(f"; {place}" if parts else f"{place[0].upper()}{place[1:]}")
    return tag("p", *parts, class_="where") if parts else None


def _reasons(finding: Finding) -> Html | None:
    reasons = [
        ("Suppressed because", suppression_reason(finding)),
        ("Cause", finding.cause),
        ("Why it matters", finding.why),
    ]
    rows = [tag("div", tag("dt", label), tag("dd", _one_line(text))) for label, text in reasons if text.strip()]
    return tag("dl", *rows, class_="reasons") if rows else None


def _browsers(finding: Finding) -> Html | None:
    rows = list(_console(finding.console)) if finding.console else []
    differences = tag("p", f"{disagreement(finding.browsers)}.", class_="browsers") if finding.browsers else None
    if not rows:
        return differences
    consoles = tag("details", tag("summary", "Messages in the browser console"), tag("dl", *rows, class_="console"))
    return join((differences, consoles))


def _console(console: Console) -> Iterator[Html]:
    for browser, text in (("Chrome", console.chromium), ("Firefox", console.firefox), ("Safari", console.safari)):
        if text:
            yield tag("div", tag("dt", browser), tag("dd", code(_one_line(text))))


def _docs(finding: Finding) -> Html | None:
    if not finding.docs:
        return None
    return tag("p", "Read more: ", link(finding.docs), class_="docs")
