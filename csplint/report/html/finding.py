"""One finding as a card: what is wrong, what the visitor sees of it, where, why, and the way out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from csplint.model import Console, Finding, PolicyReport, Severity
from csplint.report.html.fix import fix_part
from csplint.report.html.policies import excerpt, policy_title
from csplint.report.html.tree import Html, code, join, link, tag
from csplint.report.words import acceptance, disagreement, policy_number

SEVERITY: dict[Severity, tuple[str, str]] = {
    "error": ("✗", "Error"),
    "warning": ("!", "Warning"),
    "info": ("i", "Info"),
}
"""Symbol and word: colour is a third way of saying it, never the only one."""


def finding_card(number: int, finding: Finding, policies: Sequence[PolicyReport], mark: str) -> Html:
    """A finding; `policies` are its target's, `mark` begins the ids of the target's elements."""
    name = f"{mark}-f{number}"
    policy = next((each for each in policies if each.index == finding.policy), None)
    return tag(
        "article",
        _rule_line(finding),
        tag("h4", tag("span", f"{number}. ", class_="number"), _flat(finding.message), id=f"{name}-title"),
        _symptom(finding),
        _where(finding, policy, policies, mark),
        excerpt(policy, finding) if policy else None,
        _reasons(finding),
        fix_part(finding.fix, policies, name) if finding.fix else None,
        _browsers(finding),
        _docs(finding),
        class_=f"finding {finding.severity}",
        id=name,
        data_severity=finding.severity,
        aria_labelledby=f"{name}-title",
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
    """The severity in a word, with its symbol."""
    symbol, word = SEVERITY[severity]
    return tag(
        "span", tag("span", symbol, aria_hidden="true", class_="symbol"), f" {word}", class_=f"severity {severity}"
    )


def _flat(text: str) -> str:
    """The pack's own words, laid out over several lines of TOML: the breaks mean nothing."""
    return " ".join(text.split())


def _symptom(finding: Finding) -> Html | None:
    if not (finding.symptom_text or finding.symptom):
        return None
    row = tag("span", " ", code(finding.symptom), class_="id") if finding.symptom and finding.symptom_text else None
    said = finding.symptom_text or finding.symptom
    return tag("p", tag("strong", "What you see"), f" {said}", row, class_="symptom")


def _where(finding: Finding, policy: PolicyReport | None, policies: Sequence[PolicyReport], mark: str) -> Html | None:
    parts: list[Html | str] = []
    if policy:
        number = policy_number(policies, policy.index)
        parts.append(tag("a", f"Policy {number}", href=f"#{mark}-p{number}"))
        parts.append(f" ({policy_title(policy)})")
        if finding.directive:
            has_it = any(each.name.lower() == finding.directive.lower() for each in policy.directives)
            parts += [", directive " if has_it else ", no directive ", code(finding.directive)]
    if finding.place:
        place = f"line {finding.place.line}, column {finding.place.column} of the page"
        parts.append(f"; {place}" if parts else f"{place[0].upper()}{place[1:]}")
    return tag("p", *parts, class_="where") if parts else None


def _reasons(finding: Finding) -> Html | None:
    rows = [("Accepted because", acceptance(finding)), ("Cause", finding.cause), ("Why it matters", finding.why)]
    told = [tag("div", tag("dt", label), tag("dd", _flat(text))) for label, text in rows if text.strip()]
    return tag("dl", *told, class_="reasons") if told else None


def _browsers(finding: Finding) -> Html | None:
    said = list(_console(finding.console)) if finding.console else []
    differ = tag("p", f"{disagreement(finding.browsers)}.", class_="browsers") if finding.browsers else None
    if not said:
        return differ
    consoles = tag("details", tag("summary", "What browsers print in the console"), tag("dl", *said, class_="console"))
    return join((differ, consoles))


def _console(console: Console) -> Iterator[Html]:
    for browser, text in (("Chrome", console.chromium), ("Firefox", console.firefox), ("Safari", console.safari)):
        if text:
            yield tag("div", tag("dt", browser), tag("dd", code(_flat(text))))


def _docs(finding: Finding) -> Html | None:
    if not finding.docs:
        return None
    return tag("p", "Read more: ", link(finding.docs), class_="docs")
