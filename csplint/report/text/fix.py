"""
A fix as text: what to change, in lines to copy.

Policy text and edits are never wrapped, so that a copy is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from csplint.model import Edit, Fix, PolicyReport, Region
from csplint.report.diff import RevisedDirective, revise
from csplint.report.excerpt import excerpt, fits
from csplint.report.phrases import file_change, fix_label
from csplint.report.policy_facts import delivery_with_header, policy_number
from csplint.report.terminal import Lines, Part, Style
from csplint.report.to_send import tag_attribute

FIELD = 9
"""Columns of a label in a finding, its space included."""

_INDENT = " " * (FIELD + 2)
_LONGEST = 8000
"""Characters of the longest token to copy; servers refuse longer headers."""
_LONGEST_DIRECTIVE = 2000
"""Characters of the longest directive that is repeated; of a longer one, only the changes are listed."""


def write_field(lines: Lines, label: str, text: str) -> None:
    """Write one labelled field of a finding, wrapped; nothing if the text is empty."""
    if text:
        lines.prose(text, "  ", Part(label.ljust(FIELD), "dim"), hang=FIELD + 2)


def write_fix(lines: Lines, fix: Fix, policies: Sequence[PolicyReport], finding_policy: int | None = None) -> None:
    """
    Write a fix: its summary, then its edits in order, those of one policy grouped.

    finding_policy: index of the finding's policy; edits of another policy name that policy.
    """
    write_field(lines, "fix", f"({fix_label(fix)}) {fix.summary}")
    for edits in _grouped(fix.edits):
        if edits[0].kind == "server" and edits[0].text == fix.summary:
            continue  # the summary says it already
        if edits[0].kind == "policy" and edits[0].policy != finding_policy:
            _copyable(lines, f"in {_policy(edits[0].policy, policies)}:")
        _write_edits(lines, edits, policies)


def _grouped(edits: Sequence[Edit]) -> list[list[Edit]]:
    """The edits in order, those of one policy grouped at the position of the first."""
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
            _copyable(lines, f"{place}{tag_attribute(edit)}")
        case "server":
            for row in edit.text.strip("\n").split("\n"):
                _copyable(lines, row.removesuffix("\r").expandtabs(4))
        case "file":
            _write_file_edit(lines, edit)
        case "policy":
            _write_policy_edits(lines, edits, policies)
        case _:
            assert_never(edit.kind)


def _write_file_edit(lines: Lines, edit: Edit) -> None:
    if not isinstance(edit.region, Region):
        return
    _copyable(lines, f"in the file, {file_change(edit, edit.region)}")
    for row in edit.text.strip("\n").split("\n"):
        if row.strip():
            _copyable(lines, Part("+", "good"), f" {row.strip().expandtabs(4)}")


def _policy(index: int | None, policies: Sequence[PolicyReport]) -> str:
    number = policy_number(policies, index)
    if number is None:
        return "the policy"
    return f"policy {number} ({delivery_with_header(policies[number - 1])})"


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
    """The new directive, with `+` below new text if it fits one row of the terminal."""
    if fits(directive.text, lines.width - len(_INDENT)):
        row = excerpt(directive.text, directive.added, room=lines.width, caret="+")
        _copyable(lines, row.text)
        if row.carets:
            _copyable(lines, Part(row.carets, "good"))
        return
    if len(directive.text) <= _LONGEST_DIRECTIVE:
        _copyable(lines, directive.text)
    for start, end in directive.added:
        _write_change(lines, "+", "good", directive.text[start:end])


def _write_change(lines: Lines, sign: str, style: Style, text: str) -> None:
    _copyable(lines, Part(sign, style), f" {' '.join(text.split())}")
