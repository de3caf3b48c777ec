"""What a policy reads like after its edits, directive by directive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from msgspec import Struct

from csplint.model import Edit


class RevisedDirective(Struct, frozen=True):
    """A directive that the edits touched: its text afterwards, and the spans of it that are new."""

    text: str
    added: tuple[tuple[int, int], ...]


class Revision(Struct, frozen=True):
    """The directives that were touched, in order, and the stretches of text that are gone."""

    directives: tuple[RevisedDirective, ...]
    removed: tuple[str, ...]


_Traced = list[tuple[str, int | None]]
"""Characters, each with its index in the original policy; None for a new one."""


def revise(value: str, edits: Iterable[Edit]) -> Revision:
    """
    Apply edits of kind "policy" to a policy's text.

    Their positions are those of the original text, as everywhere in the report,
    so they are made from the back; they do not overlap.
    """
    traced: _Traced = [(char, index) for index, char in enumerate(value)]
    for edit in sorted(edits, key=_position, reverse=True):
        start, end, text = _position(edit)
        traced[start:end] = [(char, None) for char in text]
    gone = _gone(len(value), traced)
    touched = [part for part in _directives(traced) if _is_touched(part, gone, value)]
    removed = tuple(text for start, end in gone if (text := value[start:end].strip("; \t\r\n\f")))
    return Revision(tuple(_revised(part) for part in touched), removed)


def _position(edit: Edit) -> tuple[int, int, str]:
    start = edit.start or 0
    return start, max(start, edit.end or 0), edit.text


def _gone(length: int, traced: _Traced) -> list[tuple[int, int]]:
    """The stretches of the original that are not there any more."""
    left = [-1, *(index for _, index in traced if index is not None), length]
    return [(before + 1, after) for before, after in pairwise(left) if before + 1 < after]


def _directives(traced: _Traced) -> Iterator[_Traced]:
    """Split at semicolons, as browsers do whatever stands around them, and drop outer white space."""
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


def _is_touched(part: _Traced, gone: list[tuple[int, int]], value: str) -> bool:
    """Whether something was put into this directive, or taken out of it while the rest of it stayed."""
    indexes = {index for _, index in part}
    if None in indexes:
        return True
    within = [(start, end) for start, end in gone if ";" not in value[start:end]]
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
