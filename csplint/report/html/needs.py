"""What the widget needs against what each policy allows: a bar, and a table in symbols and words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from csplint.model import PolicyReport, RequirementReport, State, TargetReport
from csplint.packs.merge import PackSet
from csplint.packs.pack import Requirement
from csplint.report.html.fold import fold
from csplint.report.html.policy_answers import AnswerState, PolicyAnswer, policy_answers
from csplint.report.html.tree import Html, code, join, tag
from csplint.report.phrases import counted
from csplint.report.policy_facts import delivery_text, disposition_text

_STATES: dict[State, tuple[str, str]] = {
    "met": ("✓", "met"),
    "unmet": ("✗", "not met"),
    "partly": ("~", "partly met"),
    "unknown": ("?", "unknown"),
    "not-applicable": ("–", "not applicable"),
}
"""Symbol and words of each state."""

_ANSWERS: dict[AnswerState, tuple[str, str, str]] = {
    "met": ("✓", "allows", "would allow"),
    "unmet": ("✗", "blocks", "would block"),
    "partly": ("~", "allows part", "would allow part"),
    "unknown": ("?", "unknown", "unknown"),
    "not-applicable": ("–", "not applicable", "not applicable"),
}
"""Symbol, and the words for an enforced and a report-only policy."""

_MOST_COLUMNS = 3
"""Policies that fit side by side on a page of usual width."""


class _Table(Struct, frozen=True):
    """What every row needs. answers: one per policy, by requirement; columns: positions of the policies with a column."""

    target: TargetReport
    packs: PackSet
    answers: dict[str, list[PolicyAnswer]]
    columns: Sequence[int]


def needs(target: TargetReport, packs: PackSet, prefix: str) -> Html:
    """Give the section on requirements; prefix: begins the ids of this target's elements."""
    applicable = [each for each in target.requirements if each.state != "not-applicable"]
    others = [each for each in target.requirements if each.state == "not-applicable"]
    answers = {each.id: policy_answers(target, each, packs) for each in target.requirements}
    table = _Table(target, packs, answers, _known_columns(target, answers))
    met = sum(each.state == "met" for each in applicable)
    return fold(
        f"{prefix}-needs",
        "What the widget needs",
        f"{met} of {len(applicable)} met" if applicable else "",
        _bar(applicable) if applicable else None,
        _table(table, applicable, "What the widget needs and what allows it") if applicable else None,
        _others(table, others) if others else None,
        class_="needs",
    )


def _bar(requirements: Sequence[RequirementReport]) -> Html:
    """A picture of the states in the table's order, with the counts as text."""
    states = [each.state for each in requirements]
    counts = ", ".join(f"{states.count(state)} {words}" for state, (_, words) in _STATES.items() if state in states)
    step, gap = 1000, 4 * len(states)  # the picture is stretched to the page's width, so the gaps stay 0.4 % of it
    blocks = [
        tag("rect", x=number * step, y=0, width=max(step - gap, 1), height=8, class_=state)
        for number, state in enumerate(states)
    ]
    picture = tag(
        "svg",
        *blocks,
        class_="bar",
        viewBox=f"0 0 {len(states) * step - gap} 8",
        preserveAspectRatio="none",
        aria_hidden="true",
        focusable="false",
    )
    return tag("div", picture, tag("p", f"{counted(len(states), 'need')}: {counts}"), class_="meter")


def _known_columns(target: TargetReport, answers: dict[str, list[PolicyAnswer]]) -> list[int]:
    """
    The policies with at least one known answer.

    None for a single enforced policy: its answers are the verdicts.
    """
    if len(target.policies) == 1 and target.policies[0].disposition == "enforce":
        return []
    known = [any(row[number].state in {"met", "unmet", "partly"} for row in answers.values())
             for number in range(len(target.policies))]  # fmt: skip
    return [number for number, is_known in enumerate(known) if is_known]


def _others(table: _Table, requirements: Sequence[RequirementReport]) -> Html:
    title = f"{counted(len(requirements), 'need')} of optional features, not in use"
    return tag("details", tag("summary", title), _table(table, requirements, "Requirements that do not apply"))


def _table(table: _Table, rows: Sequence[RequirementReport], caption: str) -> Html:
    heads = [_head("Requirement"), _head("Needs"), *map(_policy_head, _columns(table)), _head("Verdict")]
    width = "many" if len(table.columns) > _MOST_COLUMNS else "some" if table.columns else ""
    made = tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", *heads, role="row"), role="rowgroup"),
        tag("tbody", *(_row(table, each) for each in rows), role="rowgroup"),
        role="table",  # explicit, because the narrow layout changes `display`, and some browsers then drop the role
        class_=f"matrix {width}".strip(),
    )
    # A scrolling box must be reachable by keyboard; nothing else should be.
    return tag("div", made, class_="scroll", role="group", aria_label=caption, tabindex=0) if width == "many" else made


def _columns(table: _Table) -> list[tuple[int, PolicyReport]]:
    return [(number, table.target.policies[number]) for number in table.columns]


def _head(text: str, *more: Html) -> Html:
    return tag("th", text, *more, scope="col", role="columnheader")


def _policy_head(column: tuple[int, PolicyReport]) -> Html:
    number, policy = column
    sent = f"{disposition_text(policy)}, {delivery_text(policy)}"
    return _head(f"Policy {number + 1} ", tag("span", sent, class_="by"))


def _row(table: _Table, each: RequirementReport) -> Html:
    needed = tag("td", code(each.directive), " ", code(each.needs), role="cell", data_label="Needs")
    cells = [
        _answer(policy, table.answers[each.id][number], f"Policy {number + 1}") for number, policy in _columns(table)
    ]
    return tag("tr", _title(table, each), needed, *cells, _verdict(table, each), role="row")


def _title(table: _Table, each: RequirementReport) -> Html:
    known = _known(table.packs, each)
    purpose = f"{known.purpose[0].upper()}{known.purpose[1:]}" if known and known.purpose else ""
    feature = tag("span", f"feature {each.feature}", class_="badge") if each.feature else None
    name = tag("span", code(each.id), class_="id") if purpose else code(each.id)
    return tag(
        "th", purpose, " " if purpose else None, name, " " if feature else None, feature, scope="row", role="rowheader"
    )


def _known(packs: PackSet, each: RequirementReport) -> Requirement | None:
    return packs.requirement(each.vendor, each.id)


def _answer(policy: PolicyReport, answer: PolicyAnswer, head: str) -> Html:
    symbol, enforced, report_only = _ANSWERS[answer.state]
    is_enforced = policy.disposition == "enforce"
    detail = tag("span", "not restricted", class_="by") if answer.is_unrestricted else None
    if answer.by:
        detail = tag("span", "by ", code(answer.by), class_="by")
    state = _state(
        answer.state if is_enforced else f"{answer.state} dry", symbol, enforced if is_enforced else report_only
    )
    return tag("td", state, " ", detail, role="cell", data_label=head)


def _verdict(table: _Table, each: RequirementReport) -> Html:
    state = _state(each.state, *_STATES[each.state])
    return tag("td", state, " ", join(_detail(table, each)), role="cell", data_label="Verdict")


def _state(class_: str, symbol: str, words: str) -> Html:
    return tag("span", tag("span", symbol, aria_hidden="true", class_="symbol"), " ", words, class_=f"state {class_}")


def _detail(table: _Table, each: RequirementReport) -> Iterator[Html | None]:
    """What meets the requirement, if no column shows it, or why the widget needs it."""
    if each.state == "met" and not table.columns:
        if each.by is None:
            yield tag("span", " ".join(each.why.split()) or "not restricted", class_="by")
            return
        yield tag("span", "by ", code(f"{each.by.directive} {each.by.source}"), class_="by")
    elif each.state != "met" and each.why:
        yield tag("span", " ".join(each.why.split()), class_="by")
