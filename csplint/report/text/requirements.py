"""The table of what the widget needs and whether the page's policies give it."""

from __future__ import annotations

from typing import assert_never

from csplint.model import AllowedBy, RequirementReport, State, TargetReport
from csplint.report.escape import cell_width, visible
from csplint.report.terminal import Lines, Part, Style
from csplint.report.words import policy_number

_STATES: dict[State, tuple[str, Style]] = {
    "met": ("met ✓", "good"),
    "unmet": ("unmet ✗", "bad"),
    "partly": ("partly ~", "warning"),
    "not-applicable": ("not applicable –", "dim"),
}
_HEADINGS = ("requirement", "directive", "needs", "state")
_WIDEST = 48
"""Longest cell that is shown whole: one long value must not push every other row apart."""
_DETAIL = 6
"""How far the reason stands in when it gets lines of its own."""


def write_requirements(lines: Lines, target: TargetReport) -> None:
    """Write one row a requirement; the reason follows on the row or, where it does not fit and something is wrong, below."""
    rows = [_cells(each) for each in target.requirements]
    widths = [max(map(cell_width, column)) for column in zip(_HEADINGS, *rows, strict=True)]
    lines.line("  ", Part("  ".join(map(_padded, _HEADINGS, widths)).rstrip(), "bold"))
    for each, cells in zip(target.requirements, rows, strict=True):
        _write_row(lines, [_padded(cell, width) for cell, width in zip(cells, widths, strict=True)], each, target)


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
    if detail and requirement.state in {"unmet", "partly"}:
        lines.prose(detail, " " * _DETAIL, hang=_DETAIL)


def _detail(requirement: RequirementReport, target: TargetReport) -> str:
    """What meets the requirement, or why it matters that nothing does."""
    why = " ".join(requirement.why.split())
    match requirement.state:
        case "met":
            return _source(requirement.by, requirement, target) if requirement.by else "nothing restricts it"
        case "partly":
            return f"{_source(requirement.by, requirement, target)}; {why}" if requirement.by else why
        case "unmet":
            return why
        case "not-applicable":
            return f"--feature {requirement.feature}" if requirement.feature else why
        case _:
            assert_never(requirement.state)


def _source(by: AllowedBy, requirement: RequirementReport, target: TargetReport) -> str:
    """Where the requirement is met: only what the row does not say already."""
    number = policy_number(target.policies, by.policy)
    said = []
    if by.directive != requirement.directive:
        said.append(by.directive)
    if by.source != requirement.needs:
        said.append(by.source)
    if number and len(target.policies) > 1:
        said.append(f"in policy {number}" if said else f"policy {number}")
    return f"by {' '.join(said)}" if said else "as written"
