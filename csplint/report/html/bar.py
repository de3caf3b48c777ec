"""The states of all requirements as one bar, and in words."""

from __future__ import annotations

from collections.abc import Sequence

from csplint.model import RequirementReport, State
from csplint.report.html.tree import Html, tag
from csplint.report.words import counted

STATES: dict[State, tuple[str, str]] = {
    "met": ("✓", "met"),
    "unmet": ("✗", "unmet"),
    "partly": ("~", "partly met"),
    "not-applicable": ("–", "not in use"),
}
"""Symbol and words for each."""


def bar(asked: Sequence[RequirementReport]) -> Html | None:
    """A picture of the states in the table's order; its text says the same."""
    if not asked:
        return None
    told = ", ".join(f"{count} {STATES[state][1]}" for state in STATES if (count := _count(asked, state)))
    step, gap = 1000, 4 * len(asked)  # stretched to the page's width, so that the gaps stay 0.4 % of it
    blocks = [
        tag("rect", x=number * step, y=0, width=max(step - gap, 1), height=8, class_=each.state)
        for number, each in enumerate(asked)
    ]
    picture = tag(
        "svg",
        *blocks,
        class_="bar",
        viewBox=f"0 0 {len(asked) * step - gap} 8",
        preserveAspectRatio="none",
        aria_hidden="true",
        focusable="false",
    )
    return tag("div", picture, tag("p", f"{counted(len(asked), 'requirement')}: {told}"), class_="meter")


def _count(asked: Sequence[RequirementReport], state: State) -> int:
    return sum(each.state == state for each in asked)
