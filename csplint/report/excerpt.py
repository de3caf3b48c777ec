"""
One line of a policy, with carets under the part that matters.

A header may have thousands of characters. An excerpt shows the directive's name and as much around the marked part as
fits, with `…` for the rest. The carets are in the right columns whatever was escaped, folded, wide or cut before them.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from csplint.report.escape import cell_width, guard_parts, piece_columns, pieces

_LONGEST_NAME = 30
"""Columns of the longest first word that a cut line still begins with; directive names are shorter."""


class Excerpt(Struct, frozen=True):
    """Escaped text, and the line of carets below it, "" for none."""

    text: str
    carets: str


class _Line(Struct, frozen=True):
    """A text as shown, one piece per character, and the column at which each begins."""

    shown: list[str]
    columns: list[int]

    def width(self, start: int, end: int) -> int:
        return self.columns[end] - self.columns[start]


def excerpt(text: str, spans: Sequence[tuple[int, int]], *, room: int, caret: str = "^") -> Excerpt:
    """
    Show `text` in at most `room` columns, with `caret` under the characters of each span.

    room: at least 20. An empty span gets one caret, where something is missing.
    """
    shown = guard_parts(pieces(text, fold=True))
    line = _Line(shown, piece_columns(shown))
    clamped = [(min(start, len(text)), min(max(start, end), len(text))) for start, end in spans]
    row, columns = _laid_out(line, _visible_ranges(line, clamped, room))
    return Excerpt(row, _carets(clamped, columns, caret))


def fits(text: str, room: int) -> bool:
    """Whether the whole text fits in `room` columns."""
    return cell_width("".join(pieces(text, fold=True))) <= room


def _visible_ranges(line: _Line, spans: Sequence[tuple[int, int]], room: int) -> list[tuple[int, int]]:
    """The ranges of the text to show, in order."""
    last = len(line.shown)
    if line.columns[-1] <= room:
        return [(0, last)]
    start = min((start for start, _ in spans), default=0)
    end = max((end for _, end in spans), default=0)
    name = _name_end(line, start, min(_LONGEST_NAME, room // 2))
    budget = room - line.columns[name] - 3  # three: the most ellipses a line can have
    if line.width(start, end) > budget:
        around = [_from_left(line, start, end, budget // 2), _from_right(line, start, end, budget // 2)]
    else:
        around = [_around(line, start, end, budget)]
    return _joined([(0, name), *around])


def _name_end(line: _Line, start: int, longest: int) -> int:
    """Where the first word and its space end, if the word is short and before the marked part."""
    end = line.shown.index(" ") + 1 if " " in line.shown else 0
    return end if end <= start and line.columns[end] <= longest else 0


def _from_left(line: _Line, start: int, end: int, budget: int) -> tuple[int, int]:
    stop = start
    while stop < end and line.width(start, stop + 1) <= budget:
        stop += 1
    return start, stop


def _from_right(line: _Line, start: int, end: int, budget: int) -> tuple[int, int]:
    begin = end
    while begin > start and line.width(begin - 1, end) <= budget:
        begin -= 1
    return begin, end


def _around(line: _Line, start: int, end: int, budget: int) -> tuple[int, int]:
    """The marked part and the whole tokens that fit beside it."""
    first, _ = _from_right(line, 0, start, (budget - line.width(start, end)) // 2)
    _, last = _from_left(line, end, len(line.shown), budget - line.width(first, end))
    first, _ = _from_right(line, 0, start, budget - line.width(start, last))
    before, after = line.shown[first:start], line.shown[end:last]
    if first > 0 and " " in before:
        first += before.index(" ")
    if last < len(line.shown) and " " in after:
        last -= after[::-1].index(" ")
    return first, last


def _joined(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted ranges without the empty ones; ranges that touch become one."""
    joined: list[tuple[int, int]] = []
    for start, end in ranges:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return joined


def _laid_out(line: _Line, ranges: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """
    The line with `…` for hidden ranges, and the columns of each character.

    A hidden character has the column of its `…`; the last entry is the end of the text.
    """
    row: list[str] = []
    columns: list[tuple[int, int]] = []
    width = 0
    position = 0
    for start, end in [*ranges, (len(line.shown), len(line.shown))]:
        if position < start:
            columns += [(width, width + 1)] * (start - position)
            row.append("…")
            width += 1
        for piece in line.shown[start:end]:
            columns.append((width, width + cell_width(piece)))
            row.append(piece)
            width = columns[-1][1]
        position = end
    return "".join(row), [*columns, (width, width)]


def _carets(spans: Sequence[tuple[int, int]], columns: list[tuple[int, int]], caret: str) -> str:
    marked: set[int] = set()
    for start, end in spans:
        first = columns[start][0]
        last = columns[end - 1][1] if start < end else first
        marked.update(range(first, max(last, first + 1)))
    return "".join(caret if column in marked else " " for column in range(max(marked, default=-1) + 1))
