"""
One line of a policy with marks under the part that matters.

A header may be four thousand characters long. Shown is the directive's name and
as much around the marked part as fits, with `…` for what was left out; the marks
stand under what they mean whatever was escaped, folded, wide or cut before it.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from csplint.report.escape import cell_width, guard_parts, piece_columns, pieces

_LONGEST_NAME = 30
"""Columns of the first word that are worth keeping at the start of a cut line; directive names are shorter."""


class Excerpt(Struct, frozen=True):
    """Text that is fit to be shown, and the line of marks to print below it."""

    text: str
    marks: str


class _Line(Struct, frozen=True):
    """The pieces of a text, one for each character, and the column each begins at."""

    shown: list[str]
    columns: list[int]

    def width(self, start: int, end: int) -> int:
        return self.columns[end] - self.columns[start]


def excerpt(
    text: str, spans: Sequence[tuple[int, int]], *, room: int, runner: bool = False, mark: str = "^"
) -> Excerpt:
    """
    Show `text` in at most `room` columns, with `mark` under the characters of each span.

    `room` is at least 20. An empty span gets one mark, where something is missing. `runner`: see `guard_runner`.
    """
    shown = pieces(text, fold=True)
    if runner:
        shown = guard_parts(shown)
    line = _Line(shown, piece_columns(shown))
    inside = [(min(start, len(text)), min(max(start, end), len(text))) for start, end in spans]
    kept = _kept(line, inside, room)
    row, columns = _laid_out(line, kept)
    return Excerpt(row, _marks(inside, columns, mark))


def fits(text: str, room: int) -> bool:
    """Whether the text can be shown in so many columns without leaving anything out."""
    return cell_width("".join(pieces(text, fold=True))) <= room


def _kept(line: _Line, spans: Sequence[tuple[int, int]], room: int) -> list[tuple[int, int]]:
    """The stretches of the text to show, in order."""
    last = len(line.shown)
    if line.columns[-1] <= room:
        return [(0, last)]
    start = min((start for start, _ in spans), default=0)
    end = max((end for _, end in spans), default=0)
    name = _name_end(line, start, min(_LONGEST_NAME, room // 2))
    budget = room - line.columns[name] - 3  # three: the most ellipses a line can hold
    if line.width(start, end) > budget:
        around = [_from_left(line, start, end, budget // 2), _from_right(line, start, end, budget // 2)]
    else:
        around = [_around(line, start, end, budget)]
    return _joined([(0, name), *around])


def _name_end(line: _Line, start: int, longest: int) -> int:
    """Where the first word and the space after it end, if it is short and stands before the marked part."""
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
    """The marked part and what fits beside it: in whole tokens, but for the one the marks are in."""
    first, _ = _from_right(line, 0, start, (budget - line.width(start, end)) // 2)
    _, last = _from_left(line, end, len(line.shown), budget - line.width(first, end))
    first, _ = _from_right(line, 0, start, budget - line.width(start, last))
    before, after = line.shown[first:start], line.shown[end:last]
    if first > 0 and " " in before:
        first += before.index(" ")
    if last < len(line.shown) and " " in after:
        last -= after[::-1].index(" ")
    return first, last


def _joined(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted stretches without the empty ones, those that touch made one."""
    joined: list[tuple[int, int]] = []
    for start, end in stretches:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return joined


def _laid_out(line: _Line, kept: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """
    The line with `…` for what is not kept, and for each character the columns it is shown in.

    A character that is left out is shown by its `…`; one place more stands for the end of the text.
    """
    row: list[str] = []
    columns: list[tuple[int, int]] = []
    width = 0
    done = 0
    for start, end in [*kept, (len(line.shown), len(line.shown))]:
        if done < start:
            columns += [(width, width + 1)] * (start - done)
            row.append("…")
            width += 1
        for piece in line.shown[start:end]:
            columns.append((width, width + cell_width(piece)))
            row.append(piece)
            width = columns[-1][1]
        done = end
    return "".join(row), [*columns, (width, width)]


def _marks(spans: Sequence[tuple[int, int]], columns: list[tuple[int, int]], mark: str) -> str:
    marked: set[int] = set()
    for start, end in spans:
        first = columns[start][0]
        last = columns[end - 1][1] if start < end else first
        marked.update(range(first, max(last, first + 1)))
    return "".join(mark if column in marked else " " for column in range(max(marked, default=-1) + 1))
