"""
A fix as text: what to change, in lines that can be copied.

Policy text and edits are never wrapped, so that what is copied is what was meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from csplint.model import Edit, Fix, PolicyReport
from csplint.report.diff import RevisedDirective, revise
from csplint.report.excerpt import excerpt, fits
from csplint.report.terminal import Lines, Part, Style
from csplint.report.words import fix_standing, header_name, policy_kind, policy_number

FIELD = 9
"""Columns of a label in a finding, its space included."""

_INDENT = " " * (FIELD + 2)
_LONGEST = 8000
"""Longest run of policy text that is printed for copying; a server would refuse a header beyond that."""
_LONGEST_DIRECTIVE = 2000
"""A directive longer than that is not repeated; what comes and goes is listed."""


def write_field(lines: Lines, label: str, text: str) -> None:
    """Write one labelled stretch of prose of a finding; nothing if there is no text."""
    if text:
        lines.prose(text, "  ", Part(label.ljust(FIELD), "dim"), hang=FIELD + 2)


def write_fix(lines: Lines, fix: Fix, policies: Sequence[PolicyReport], about: int | None = None) -> None:
    """
    Write a fix: its summary, then its edits in order, all edits of one policy together.

    about: index of the policy the finding is about; edits of another one say so.
    """
    write_field(lines, "fix", f"({fix_standing(fix)}) {fix.summary}")
    for edits in _grouped(fix.edits):
        if edits[0].kind == "policy" and edits[0].policy != about:
            _copyable(lines, f"in {_policy(edits[0].policy, policies)}:")
        _write_edits(lines, edits, policies)


def _grouped(edits: Sequence[Edit]) -> list[list[Edit]]:
    """The edits in order, but those of one policy together, where the first of them stands."""
    groups: list[list[Edit]] = []
    of_policy: dict[int | None, list[Edit]] = {}
    for edit in edits:
        if edit.kind != "policy":
            groups.append([edit])
        elif edit.policy in of_policy:
            of_policy[edit.policy].append(edit)
        else:
            groups.append(of_policy.setdefault(edit.policy, [edit]))
    return groups


def _copyable(lines: Lines, *parts: Part | str) -> None:
    lines.line(_INDENT, *(Part(part, limit=_LONGEST) if isinstance(part, str) else part for part in parts))


def _write_edits(lines: Lines, edits: Sequence[Edit], policies: Sequence[PolicyReport]) -> None:
    """Write one edit, or several of kind "policy" to the same policy."""
    edit = edits[0]
    match edit.kind:
        case "remove-policy":
            _copyable(lines, f"stop sending {_policy(edit.policy, policies)}")
        case "header":
            _copyable(lines, f"{edit.name or ''}: {edit.text}")
        case "tag":
            place = f"in the tag at line {edit.place.line}, column {edit.place.column}: " if edit.place else ""
            _copyable(lines, f'{place}{edit.name or ""}="{edit.text}"')
        case "server":
            for row in edit.text.strip("\n").split("\n"):
                _copyable(lines, row.removesuffix("\r").expandtabs(4))
        case "policy":
            _write_policy_edits(lines, edits, policies)
        case _:
            assert_never(edit.kind)


def _policy(index: int | None, policies: Sequence[PolicyReport]) -> str:
    number = policy_number(policies, index)
    if number is None:
        return "the policy"
    policy = policies[number - 1]
    kind = policy_kind(policy)
    return f"policy {number} ({kind if policy.delivery == 'text' else f'{header_name(policy)} {kind}'})"


def _write_policy_edits(lines: Lines, edits: Sequence[Edit], policies: Sequence[PolicyReport]) -> None:
    number = policy_number(policies, edits[0].policy)
    if number is None:
        return
    revision = revise(policies[number - 1].value, edits)
    for directive in revision.directives:
        _write_directive(lines, directive)
    for text in revision.removed:
        _write_change(lines, "-", "bad", text)


def _write_directive(lines: Lines, directive: RevisedDirective) -> None:
    """The directive as it should be, with marks under what is new; marks need it to fit one row of the terminal."""
    if fits(directive.text, lines.width - len(_INDENT)):
        row = excerpt(directive.text, directive.added, room=lines.width, runner=lines.look.runner, mark="+")
        _copyable(lines, row.text)
        if row.marks:
            _copyable(lines, Part(row.marks, "good"))
        return
    if len(directive.text) <= _LONGEST_DIRECTIVE:
        _copyable(lines, directive.text)
    for start, end in directive.added:
        _write_change(lines, "+", "good", directive.text[start:end])


def _write_change(lines: Lines, sign: str, style: Style, text: str) -> None:
    _copyable(lines, Part(sign, style), f" {' '.join(text.split())}")
