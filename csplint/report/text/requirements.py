"""The table of what the widget needs and whether the page's policies allow it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from csplint.model import AllowedBy, RequirementReport, State, TargetReport
from csplint.report.escape import cell_width, visible
from csplint.report.policy_facts import policy_number
from csplint.report.terminal import Lines, Part, Style

_STATES: dict[State, tuple[str, Style]] = {
    "met": ("met ✓", "good"),
    "unmet": ("not met ✗", "bad"),
    "partly": ("partly met ~", "warning"),
    "unknown": ("unknown ?", "warning"),
    "not-applicable": ("not applicable –", "dim"),
}
_HEADINGS = ("need", "directive", "allows", "state")
_NARROW_HEADINGS = ("need", "state")
_WIDEST = 48
"""Columns of the longest cell shown whole: one long value must not widen every row."""
_DETAIL = 6
"""Indentation of a reason on its own lines."""


def write_requirements(lines: Lines, target: TargetReport) -> None:
    """
    Write one row per need; the reason is in the row or, if it does not fit and the need is not met, below.

    Four columns if they fit the width, else two: the directive with what it needs, and the state.
    """
    rows = [_cells(each) for each in target.requirements]
    headings: tuple[str, ...] = _HEADINGS
    if 2 + sum(_widths(headings, rows)) + 2 * len(headings) > lines.width:
        headings, rows = _NARROW_HEADINGS, [_two(row) for row in rows]
    widths = _widths(headings, rows)
    lines.line("  ", Part("  ".join(map(_padded, headings, widths)).rstrip(), "bold"))
    for each, cells in zip(target.requirements, rows, strict=True):
        _write_row(lines, [_padded(cell, width) for cell, width in zip(cells, widths, strict=True)], each, target)


def _widths(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(cell_width, column)) for column in zip(headings, *rows, strict=True)]


def _two(row: tuple[str, ...]) -> tuple[str, ...]:
    _, directive, needs, state = row
    return f"{directive} {needs}", state


def _cells(requirement: RequirementReport) -> tuple[str, ...]:
    name = f"{requirement.id} ({requirement.feature})" if requirement.feature else requirement.id
    shown = (visible(text, _WIDEST) for text in (name, requirement.directive, requirement.needs))
    return (*shown, _STATES[requirement.state][0])


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - cell_width(cell))


def _write_row(lines: Lines, cells: list[str], requirement: RequirementReport, target: TargetReport) -> None:
    detail = visible(_detail(requirement, target))
    *facts, state = cells
    row = ("  ", *(f"{fact}  " for fact in facts))
    style = _STATES[requirement.state][1]
    used = 2 + sum(cell_width(cell) + 2 for cell in cells)
    if detail and used + cell_width(detail) <= lines.width:
        lines.line(*row, Part(state, style), f"  {detail}")
        return
    lines.line(*row, Part(state.rstrip(), style))
    if detail and requirement.state in {"unmet", "partly", "unknown"}:
        lines.prose(detail, " " * _DETAIL, hang=_DETAIL)


def _detail(requirement: RequirementReport, target: TargetReport) -> str:
    """What meets the requirement, or why the widget needs it."""
    why = " ".join(requirement.why.split())
    match requirement.state:
        case "met":
            return _source(requirement.by, requirement, target) if requirement.by else "not restricted"
        case "partly":
            return f"{_source(requirement.by, requirement, target)}; {why}" if requirement.by else why
        case "unmet" | "unknown":
            return why
        case "not-applicable":
            return f"--feature {requirement.feature}" if requirement.feature else why
        case _:
            assert_never(requirement.state)


def _source(by: AllowedBy, requirement: RequirementReport, target: TargetReport) -> str:
    """What meets the requirement, without what the row already shows."""
    number = policy_number(target.policies, by.policy)
    parts = []
    if by.directive != requirement.directive:
        parts.append(by.directive)
    if by.source != requirement.needs:
        parts.append(by.source)
    if number and len(target.policies) > 1:
        parts.append(f"in policy {number}" if parts else f"policy {number}")
    return f"by {' '.join(parts)}" if parts else "as written"
