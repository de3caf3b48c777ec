"""Say on standard error which entries of a baseline are no longer needed, and what to do about it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence

from csplint.cli.terminal import is_runner
from csplint.model import KnownFinding
from csplint.report.escape import guard_runner, visible
from csplint.report.phrases import counted

_MOST = 5
"""Entries told one by one; after a large repair the number says enough, and the JSON report has them all."""


def tell_gone(gone: Sequence[KnownFinding], path: str) -> None:
    """Tell which entries of the baseline at `path` no longer occur; nothing where there are none."""
    lines = [guard_runner(visible(line), runner=is_runner()) for line in _lines(gone, path)]
    with contextlib.suppress(OSError):  # the report is out: who does not listen here changes nothing about the result
        sys.stderr.write("".join(f"{line}\n" for line in lines))


def _lines(gone: Sequence[KnownFinding], path: str) -> Iterator[str]:
    if not gone:
        return
    yield f"csplint: {path}: {counted(len(gone), 'known finding')} no longer there"
    for entry in gone[:_MOST]:
        yield f"  {entry.target}: {entry.rule}: {entry.message}"
    if len(gone) > _MOST:
        yield f"  and {len(gone) - _MOST} more"
    yield "Until the baseline is written anew, with csplint baseline and all its targets, they pass if they come back."
