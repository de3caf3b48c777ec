"""
How far a run over several targets is: one line on the terminal, rewritten at each step and gone before the report.

To a person who watches, and to nobody else: it is no part of the report, and a
log that keeps every line would hold it many times.
"""

from __future__ import annotations

import contextlib
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import TextIO

from csplint.cli.terminal import is_watched, terminal_width
from csplint.engine.run import Progress, ignore_progress
from csplint.report.escape import cell_width, visible

ERASE = "\r\x1b[K"
"""Back to the first column, and what stands there away (ECMA-48, CR and EL)."""

_NARROW = 80
"""The columns of a terminal that does not say how many it has."""


@contextlib.contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[Progress], None]]:
    """
    Give what a run tells its steps to; nothing of it is left on the terminal afterwards, whatever happened.

    Not worth it for one target, which is done before a line about it could be read.
    """
    if quiet or not is_watched(sys.stderr):
        yield ignore_progress
        return

    def show(step: Progress) -> None:
        _write(ERASE + fitting(sentence(step), (terminal_width(sys.stderr) or _NARROW) - 1, sys.stderr.encoding))

    try:
        yield show
    finally:
        _write(ERASE)


def sentence(step: Progress) -> str:
    """One step in words: "checked 3 of 12: https://shop.example/", fit for a terminal whatever the target is called."""
    said = f"{step.stage} {step.done} of {step.total}"
    return f"{said}: {visible(step.target)}" if step.target else said


def fitting(line: str, room: int, encoding: str) -> str:
    """As much of the beginning of a visible line as a terminal with this encoding shows in `room` columns."""
    shown = line.encode(encoding, "backslashreplace").decode(encoding)  # as the stream will write it
    if cell_width(shown) <= room:
        return shown
    ends = list(accumulate(map(cell_width, shown)))
    return f"{shown[: bisect_right(ends, room - 3)]}..."


def _write(text: str) -> None:
    """A terminal that has gone away is no reason to stop: the report goes elsewhere."""
    stream: TextIO = sys.stderr
    with contextlib.suppress(OSError):
        stream.write(text)
        stream.flush()
