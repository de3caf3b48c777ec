"""One target: its verdict, the facts, what the widget needs, the policies, the findings and the other rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from csplint.model import TargetReport, WidgetReport
from csplint.packs.merge import PackSet
from csplint.report.html.finding import finding_card
from csplint.report.html.needs import needs
from csplint.report.html.policies import Numbered, policies
from csplint.report.html.tree import Child, Html, code, join, tag
from csplint.report.html.verdict import target_verdict
from csplint.report.options import shown_findings
from csplint.report.phrases import counted, no_findings


def target_section(number: int, target: TargetReport, packs: PackSet, *, is_only: bool, known: bool = False) -> Html:
    """
    Give the section on target `number`, from 1.

    is_only: the report has no other target, so the report's heading already gives the verdict. known: unfold suppressed
    and baselined findings.
    """
    prefix = f"t{number}"
    verdict = target_verdict(target)
    count = None if is_only else tag("span", f"{number}. ", class_="number")  # two targets may have the same name
    heading = tag("h2", count, code(target.target), id=prefix)
    line: list[Child] = [] if is_only else [tag("strong", verdict.title), " ", verdict.detail]
    body = _failure(target) if target.outcome == "failed" else _checked(target, packs, prefix, known=known)
    return tag(
        "section",
        heading,
        tag("p", *line, class_=f"verdict {verdict.tone}") if line else None,
        body,
        class_="target",
        aria_labelledby=prefix,
    )


def _failure(target: TargetReport) -> Html:
    """Why a target could not be checked, and what is known about it."""
    message = target.error.message if target.error else "no reason was recorded"
    hint = target.error.hint if target.error else ""
    reason = tag("p", tag("strong", "Why"), f" {message}")
    advice = tag("p", tag("strong", "Hint"), f" {hint}") if hint else None
    return join((tag("div", reason, advice, class_="failure"), _facts(target)))


def _checked(target: TargetReport, packs: PackSet, prefix: str, *, known: bool) -> Html:
    new = shown_findings(target, known=False)
    numbered = list(enumerate(shown_findings(target, known=True), start=1))
    shown, hidden = numbered[: len(new)], numbered[len(new) :]
    return join(
        (
            _facts(target),
            _jumps(target, prefix, len(new)),
            needs(target, packs, prefix) if target.requirements else None,
            policies(target, shown, prefix),
            _findings(target, shown, prefix),
            _known_findings(target, hidden, prefix, unfolded=known) if hidden else None,
            _other_rules(target, packs, prefix),
        )
    )


def _jumps(target: TargetReport, prefix: str, count: int) -> Html:
    """Links to the sections, because the findings are far below on a phone."""
    parts = [("needs", "What the widget needs")] if target.requirements else []
    parts += [("policies", counted(len(target.policies), "policy").replace("policys", "policies"))]
    parts += [("findings", counted(count, "finding"))]
    links = [tag("li", tag("a", label, href=f"#{prefix}-{part}")) for part, label in parts]
    return tag("ul", *links, class_="jumps")


def _facts(target: TargetReport) -> Html | None:
    rows = [tag("div", tag("dt", label), tag("dd", *content)) for label, content in _known_facts(target)]
    return tag("dl", *rows, class_="facts") if rows else None


def _known_facts(target: TargetReport) -> Iterator[tuple[str, Sequence[Child]]]:
    if target.final_url and target.final_url != target.target:
        yield ("Page URL" if target.status is None else "Final URL"), [code(target.final_url)]
    if target.status is not None:
        hops = f", after {counted(len(target.redirects), 'redirect')}" if target.redirects else ""
        yield "Response", [f"{target.status}{hops}"]
    if target.platforms:
        yield "Platform", [", ".join(target.platforms)]
    for widget in target.widgets:
        yield "Widget", list(_widget(widget))
    for limit in target.limits:
        yield "Note", [limit]


def _widget(widget: WidgetReport) -> Iterator[Child]:
    yield f"{widget.vendor} {widget.embed}, {widget.where}, line {widget.place.line}"
    for number, host in enumerate(widget.hosts):
        yield ", loads from " if number == 0 else ", "
        yield code(host)


def _findings(target: TargetReport, numbered: Numbered, prefix: str) -> Html:
    heading = tag("h3", "Findings", id=f"{prefix}-findings")
    cards = [finding_card(number, finding, target.policies, prefix) for number, finding in numbered]
    return tag("section", heading, *(cards or [_none(target)]), class_="findings")


def _none(target: TargetReport) -> Html:
    text = no_findings(target)
    return tag(
        "p", f"{text.replace('no findings', 'No new findings' if target.findings else 'No findings')}.", class_="none"
    )


def _known_findings(target: TargetReport, hidden: Numbered, prefix: str, *, unfolded: bool) -> Html:
    title = f"{counted(len(hidden), 'known finding')}: baselined or suppressed"
    cards = [finding_card(number, finding, target.policies, prefix) for number, finding in hidden]
    return tag("details", tag("summary", title), *cards, class_="rest", open=unfolded)


def _other_rules(target: TargetReport, packs: PackSet, prefix: str) -> Html | None:
    """The rules that found nothing, and the skipped ones."""
    if not (target.passed or target.skipped):
        return None
    names = {rule.id: rule.name for rule in packs.rules.values()}
    title = f"{counted(len(target.passed), 'rule')} found nothing, {len(target.skipped)} skipped"
    passed = [tag("li", *_rule(rule, names)) for rule in target.passed]
    parts = [
        tag("h4", "Found nothing") if passed else None,
        tag("ul", *passed, class_="rules") if passed else None,
        tag("h4", "Skipped") if target.skipped else None,
        tag("dl", *_skipped(target, names), class_="skipped") if target.skipped else None,
    ]
    heading = tag("h3", "Other rules", id=f"{prefix}-rules")
    return tag("section", heading, tag("details", tag("summary", title), *parts), class_="others")


def _rule(rule: str, names: dict[str, str]) -> Iterator[Child]:
    yield code(rule)
    if rule in names:
        yield f" {names[rule]}"


def _skipped(target: TargetReport, names: dict[str, str]) -> Iterator[Html]:
    """The skipped rules, grouped by reason."""
    for reason in dict.fromkeys(skipped.reason for skipped in target.skipped):
        rules = [tag("li", *_rule(each.rule, names)) for each in target.skipped if each.reason == reason]
        yield tag("div", tag("dt", reason), tag("dd", tag("ul", *rules, class_="rules")))
