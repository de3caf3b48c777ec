"""One target: its verdict, what to send instead, the findings; and folded, what the widget needs, the policies, the rest."""

from __future__ import annotations

from csplint.model import TargetReport
from csplint.packs.merge import PackSet
from csplint.report.html.answer import answer
from csplint.report.html.facts import facts, facts_line, facts_list
from csplint.report.html.finding import About, about, finding_row
from csplint.report.html.needs import needs
from csplint.report.html.other_rules import other_rules
from csplint.report.html.policies import Numbered, policies
from csplint.report.html.tree import Html, code, join, tag
from csplint.report.html.verdict import target_verdict
from csplint.report.options import shown_findings
from csplint.report.phrases import counted, no_findings


def only_target(target: TargetReport, packs: PackSet, counts: Html, *, known: bool = False) -> Html:
    """
    Give the section of a report's only target; the report's heading has its verdict.

    counts: those of the report. known: unfold suppressed and baselined findings.
    """
    heading = tag("h2", code(target.target), id="t1")
    return tag(
        "section",
        heading,
        _line(target),
        counts,
        _content(target, packs, "t1", known=known),
        class_="target",
        aria_labelledby="t1",
    )


def target_fold(number: int, target: TargetReport, packs: PackSet, *, is_open: bool, known: bool = False) -> Html:
    """
    Give the section on target `number`, from 1, one of several: its name and verdict, which unfold the rest.

    known: unfold suppressed and baselined findings.
    """
    prefix = f"t{number}"
    verdict = target_verdict(target)
    symbol = tag("span", verdict.symbol, aria_hidden="true", class_="symbol")
    name = tag("h2", tag("span", f"{number}. ", class_="number"), code(target.target))
    title = tag(
        "span", tag("strong", symbol, f" {verdict.title}"), f" {verdict.detail}", class_=f"verdict {verdict.tone}"
    )
    content = tag("div", _line(target), _content(target, packs, prefix, known=known), class_="content", id=prefix)
    return tag("details", tag("summary", name, " ", title), content, class_="target", open=is_open)


def _line(target: TargetReport) -> Html | None:
    line = facts_line(target)
    return tag("p", line, class_="about") if line else None


def _content(target: TargetReport, packs: PackSet, prefix: str, *, known: bool) -> Html:
    return _failure(target) if target.outcome == "failed" else _checked(target, packs, prefix, known=known)


def _failure(target: TargetReport) -> Html:
    """Why a target could not be checked, and what is known about it."""
    message = target.error.message if target.error else "no reason was recorded"
    hint = target.error.hint if target.error else ""
    reason = tag("p", tag("strong", "Why"), f" {message}")
    advice = tag("p", tag("strong", "Hint"), f" {hint}") if hint else None
    return join((tag("div", reason, advice, class_="failure"), facts_list(target)))


def _checked(target: TargetReport, packs: PackSet, prefix: str, *, known: bool) -> Html:
    new = shown_findings(target, known=False)
    numbered = list(enumerate(shown_findings(target, known=True), start=1))
    shown, hidden = numbered[: len(new)], numbered[len(new) :]
    common = about(target, prefix)
    return join(
        (
            tag("p", target.no_widget, class_="detail") if target.no_widget else None,
            answer(target, numbered, prefix),
            _findings(target, shown, common),
            _known_findings(hidden, common, unfolded=known) if hidden else None,
            needs(target, packs, prefix) if target.requirements else None,
            policies(target, shown, prefix),
            facts(target, prefix),
            other_rules(target, packs, prefix),
        )
    )


def _findings(target: TargetReport, numbered: Numbered, common: About) -> Html:
    """The findings in the report's order, advice folded together at the end."""
    worse = [finding_row(number, finding, common) for number, finding in numbered if finding.severity != "info"]
    advice = [finding_row(number, finding, common) for number, finding in numbered if finding.severity == "info"]
    button = tag("button", "Unfold all", type="button", class_="unfold", hidden=True) if numbered else None
    heading = tag("h3", "Findings", id=f"{common.prefix}-findings")
    return tag(
        "section",
        tag("div", heading, button, class_="bar-head"),
        *worse,
        _advice(advice) if advice else None,
        None if worse or advice else _none(target),
        class_="findings",
    )


def _advice(rows: list[Html]) -> Html:
    title = tag("summary", f"Advice ({len(rows)}): nothing is wrong, but something could be better")
    return tag("details", title, *rows, class_="advice")


def _none(target: TargetReport) -> Html:
    text = no_findings(target)
    words = text.replace("no findings", "No new findings" if target.findings else "No findings")
    return tag("p", f"{words}.", class_="none")


def _known_findings(hidden: Numbered, common: About, *, unfolded: bool) -> Html:
    title = f"{counted(len(hidden), 'known finding')}: baselined or suppressed"
    rows = [finding_row(number, finding, common) for number, finding in hidden]
    return tag("details", tag("summary", title), *rows, class_="rest", open=unfolded)
