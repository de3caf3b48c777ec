"""What the widget needs against what each policy allows: a bar, and a table that says it in symbols and words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from csplint.model import PolicyReport, RequirementReport, TargetReport
from csplint.packs.merge import PackSet
from csplint.packs.pack import Requirement
from csplint.report.html.allows import Allowance, Look, allowances
from csplint.report.html.bar import STATES, bar
from csplint.report.html.tree import Html, code, join, tag
from csplint.report.words import counted, policy_kind

_ANSWERS: dict[Look, tuple[str, str, str]] = {
    "met": ("✓", "allows", "would allow"),
    "unmet": ("✗", "blocks", "would block"),
    "partly": ("~", "allows part", "would allow part"),
    "unknown": ("?", "not judged by itself", "not judged by itself"),
    "not-applicable": ("–", "not asked", "not asked"),
}
"""Symbol, an enforced policy's words, a report-only policy's."""


_FEW = 3
"""Policies that fit beside one another on a page of usual width."""


class _Table(Struct, frozen=True):
    """What every row needs to know. answers: by requirement, one a policy; columns: the policies that get a column."""

    target: TargetReport
    packs: PackSet
    answers: dict[str, list[Allowance]]
    columns: Sequence[int]


def needs(target: TargetReport, packs: PackSet, mark: str) -> Html:
    """The section on requirements; `mark` begins the ids of this target's elements."""
    asked = [each for each in target.requirements if each.state != "not-applicable"]
    aside = [each for each in target.requirements if each.state == "not-applicable"]
    answers = {each.id: allowances(target, each, packs) for each in target.requirements}
    table = _Table(target, packs, answers, _told(target, answers))
    return tag(
        "section",
        tag("h3", "What the widget needs", id=f"{mark}-needs"),
        bar(asked),
        _table(table, asked, "What the widget needs and what allows it") if asked else None,
        _aside(table, aside) if aside else None,
        class_="needs",
    )


def _told(target: TargetReport, answers: dict[str, list[Allowance]]) -> list[int]:
    """
    The policies that get a column: those with anything known of them by themselves.

    None where only one policy is there and enforced: its answers are the verdicts, and would stand there twice.
    """
    if len(target.policies) == 1 and target.policies[0].disposition == "enforce":
        return []
    known = [any(row[number].look in {"met", "unmet", "partly"} for row in answers.values())
             for number in range(len(target.policies))]  # fmt: skip
    return [number for number, is_known in enumerate(known) if is_known]


def _aside(table: _Table, aside: Sequence[RequirementReport]) -> Html:
    title = f"{counted(len(aside), 'requirement')} of optional features, not in use here"
    return tag("details", tag("summary", title), _table(table, aside, "Requirements that were not asked"))


def _table(table: _Table, rows: Sequence[RequirementReport], caption: str) -> Html:
    heads = [_head("Requirement"), _head("Needs"), *map(_policy_head, _columns(table)), _head("Verdict")]
    width = "many" if len(table.columns) > _FEW else "some" if table.columns else ""
    made = tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", *heads, role="row"), role="rowgroup"),
        tag("tbody", *(_row(table, each) for each in rows), role="rowgroup"),
        role="table",  # stated, because the narrow layout takes the table's display away, and some browsers its role with it
        class_=f"matrix {width}".strip(),
    )
    # What scrolls has to be reachable by keyboard; nothing else should be.
    return tag("div", made, class_="scroll", role="group", aria_label=caption, tabindex=0) if width == "many" else made


def _columns(table: _Table) -> list[tuple[int, PolicyReport]]:
    return [(number, table.target.policies[number]) for number in table.columns]


def _head(text: str, *more: Html) -> Html:
    return tag("th", text, *more, scope="col", role="columnheader")


def _policy_head(column: tuple[int, PolicyReport]) -> Html:
    number, policy = column
    how = "enforced" if policy.disposition == "enforce" else "report-only"
    return _head(f"Policy {number + 1} ", tag("span", f"{how}, {policy_kind(policy)}", class_="by"))


def _row(table: _Table, each: RequirementReport) -> Html:
    wanted = tag("td", code(each.directive), " ", code(each.needs), role="cell", data_label="Needs")
    cells = [
        _answer(policy, table.answers[each.id][number], f"Policy {number + 1}") for number, policy in _columns(table)
    ]
    return tag("tr", _title(table, each), wanted, *cells, _verdict(table, each), role="row")


def _title(table: _Table, each: RequirementReport) -> Html:
    asked = _known(table.packs, each)
    purpose = f"{asked.purpose[0].upper()}{asked.purpose[1:]}" if asked and asked.purpose else ""
    feature = tag("span", f"feature {each.feature}", class_="badge") if each.feature else None
    name = tag("span", code(each.id), class_="id") if purpose else code(each.id)
    return tag(
        "th", purpose, " " if purpose else None, name, " " if feature else None, feature, scope="row", role="rowheader"
    )


def _known(packs: PackSet, each: RequirementReport) -> Requirement | None:
    return packs.requirement(each.vendor, each.id)


def _answer(policy: PolicyReport, answer: Allowance, head: str) -> Html:
    symbol, enforced, dry = _ANSWERS[answer.look]
    said = enforced if policy.disposition == "enforce" else dry
    detail = tag("span", "not restricted", class_="by") if answer.is_free else None
    if answer.by:
        detail = tag("span", "by ", code(answer.by), class_="by")
    look = answer.look if policy.disposition == "enforce" else f"{answer.look} dry"
    return tag("td", _state(look, symbol, said), " ", detail, role="cell", data_label=head)


def _verdict(table: _Table, each: RequirementReport) -> Html:
    state = _state(each.state, *STATES[each.state])
    return tag("td", state, " ", join(_detail(table, each)), role="cell", data_label="Verdict")


def _state(look: str, symbol: str, said: str) -> Html:
    return tag("span", tag("span", symbol, aria_hidden="true", class_="symbol"), " ", said, class_=f"state {look}")


def _detail(table: _Table, each: RequirementReport) -> Iterator[Html | None]:
    """What meets the requirement, where no column says it, or why it matters that nothing does."""
    if each.state == "met" and not table.columns:
        if each.by is None:
            yield tag("span", " ".join(each.why.split()) or "nothing restricts it", class_="by")
            return
        yield tag("span", "by ", code(f"{each.by.directive} {each.by.source}"), class_="by")
    elif each.state != "met" and each.why:
        yield tag("span", " ".join(each.why.split()), class_="by")
