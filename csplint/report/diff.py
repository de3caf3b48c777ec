"""How a policy's directives read after its edits, and what the edits remove."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from msgspec import Struct

from csplint.model import Edit


class RevisedDirective(Struct, frozen=True):
    """A changed directive: its text after the edits, and the spans of that text that are new."""

    text: str
    added: tuple[tuple[int, int], ...]


class Revision(Struct, frozen=True):
    """The changed directives, in order, and the removed text."""

    directives: tuple[RevisedDirective, ...]
    removed: tuple[str, ...]


_Traced = list[tuple[str, int | None]]
"""Characters, each with its index in the original policy, or None if it is new."""


def revise(value: str, edits: Iterable[Edit]) -> Revision:
    """
    Apply edits of kind "policy" to a policy's text.

    Positions are those of the original text, so edits are applied from the back; they do not overlap.
    """
    traced: _Traced = [(char, index) for index, char in enumerate(value)]
    for edit in sorted(edits, key=_position, reverse=True):
        start, end, text = _position(edit)
        traced[start:end] = [(char, None) for char in text]
    removed = _removed(len(value), traced)
    changed = [part for part in _directives(traced) if _is_changed(part, removed, value)]
    texts = (value[start:end].strip("; \t\r\n\f") for start, end in removed)
    return Revision(tuple(map(_revised, changed)), tuple(filter(None, texts)))


def _position(edit: Edit) -> tuple[int, int, str]:
    start = edit.start or 0
    return start, max(start, edit.end or 0), edit.text


def _removed(length: int, traced: _Traced) -> list[tuple[int, int]]:
    """The ranges of the original text that the edits removed."""
    remaining = [-1, *(index for _, index in traced if index is not None), length]
    return [(before + 1, after) for before, after in pairwise(remaining) if before + 1 < after]


def _directives(traced: _Traced) -> Iterator[_Traced]:
    """Split at every semicolon, as browsers do, and strip white space."""
    part: _Traced = []
    for char, index in [*traced, (";", None)]:
        if char != ";":
            part.append((char, index))
            continue
        while part and part[-1][0].isspace():
            part.pop()
        while part and part[0][0].isspace():
            part.pop(0)
        if part:
            yield part
        part = []


def _is_changed(part: _Traced, removed: list[tuple[int, int]], value: str) -> bool:
    """Whether text was inserted into this directive, or removed from inside it."""
    indexes = {index for _, index in part}
    if None in indexes:
        return True
    within = [(start, end) for start, end in removed if ";" not in value[start:end]]
    return any(start - 1 in indexes or end in indexes for start, end in within)


def _revised(part: _Traced) -> RevisedDirective:
    added: list[tuple[int, int]] = []
    for position, (char, index) in enumerate(part):
        if index is not None or (char.isspace() and not (added and added[-1][1] == position)):
            continue
        start = added.pop()[0] if added and added[-1][1] == position else position
        added.append((start, position + 1))
    text = "".join(char for char, _ in part)
    trimmed = ((start, start + len(text[start:end].rstrip())) for start, end in added)
    return RevisedDirective(text, tuple(trimmed))
