"""
Progress over several targets: one line on the terminal, rewritten at each step and erased before the report.

Only a person who watches gets it: it is not part of the report, and a log would keep every version of the line.
"""

from __future__ import annotations

import contextlib
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import TextIO

from csplint.cli.streams import own
from csplint.cli.terminal import is_watched, terminal_width
from csplint.engine.run import Progress, ignore_progress
from csplint.report.escape import cell_width, visible

ERASE = "\r\x1b[K"
"""Go back to the first column and erase the line (ECMA-48, CR and EL)."""

_DEFAULT_WIDTH = 80
"""The columns of a terminal that does not report its width."""


@contextlib.contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[Progress], None]]:
    """
    Give the function that shows each step of a run; the line is erased afterwards, whatever happens.

    Not meant for one target, which is finished before its line can be read.
    """
    if quiet or not is_watched(sys.stderr):
        yield ignore_progress
        return

    def show(step: Progress) -> None:
        columns = terminal_width(sys.stderr) or _DEFAULT_WIDTH
        to_terminal(ERASE + fitting(sentence(step), columns - 1, sys.stderr.encoding))

    try:
        yield show
    finally:
        to_terminal(ERASE)


def sentence(step: Progress) -> str:
    """One step in words, such as "checked 3 of 12: https://shop.example/"; safe for a terminal."""
    text = f"{step.stage} {step.done} of {step.total}"
    return f"{text}: {visible(step.target)}" if step.target else text


def fitting(line: str, columns: int, encoding: str) -> str:
    """The beginning of a visible line, as far as a terminal with this encoding can show it in so many columns."""
    shown = line.encode(encoding, "backslashreplace").decode(encoding)  # as the stream will write it
    if cell_width(shown) <= columns:
        return shown
    ends = list(accumulate(map(cell_width, shown)))
    return f"{shown[: bisect_right(ends, columns - 3)]}..."


def to_terminal(text: str) -> None:
    """Write to the terminal; if it has gone away, the run continues, as the report goes elsewhere."""
    stream: TextIO = own(sys.stderr)
    with contextlib.suppress(OSError):
        stream.write(text)
        stream.flush()
