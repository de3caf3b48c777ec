"""The report to standard output, in the format asked for; nothing else goes there."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

from csplint.cli.choices import Colour, Format
from csplint.cli.outcome import silence_stdout
from csplint.errors import UsageError
from csplint.model import Report
from csplint.packset import PackSet

if TYPE_CHECKING:
    from csplint.report.location import Anchors


def write_report(
    report: Report, form: Format, colour: Colour, packs: PackSet, *, quiet: bool, anchors: Anchors | None = None
) -> None:
    """Write a report; a reader who has gone away is no error. anchors: where its targets stand in the repository."""
    try:
        if form is Format.TEXT:
            _write_text(report, sys.stdout, colour=use_colour(colour), quiet=quiet)
        else:
            sys.stdout.write(_rendered(report, form, packs, anchors))
        sys.stdout.flush()
    except BrokenPipeError:
        silence_stdout()


def write_file(report: Report, form: Format, path: str, packs: PackSet, anchors: Anchors | None = None) -> None:
    """Write a report into a file; UsageError where that cannot be."""
    try:
        with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:  # noqa: PTH123
            if form is Format.TEXT:
                _write_text(report, file, colour=False, quiet=False)
            else:
                file.write(_rendered(report, form, packs, anchors))
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from error


def _rendered(report: Report, form: Format, packs: PackSet, anchors: Anchors | None) -> str:
    if form is Format.HTML:
        from csplint.report.html_report import write_html  # noqa: PLC0415 - a run loads what it writes

        return write_html(report, packs)
    from csplint.report.location import NO_ANCHORS  # noqa: PLC0415
    from csplint.report.writers import writers  # noqa: PLC0415

    return writers(anchors or NO_ANCHORS)[form.value](report, packs)


def _write_text(report: Report, out: TextIO, *, colour: bool, quiet: bool) -> None:
    from csplint.report.text import write_text  # noqa: PLC0415

    runner = bool(os.environ.get("GITHUB_ACTIONS"))
    write_text(report, out, colour=colour, width=_width(), runner=runner, quiet=quiet)


def _width() -> int:
    """The terminal's columns: COLUMNS, then the terminal's own word, else 100. (shutil would do, and takes 3 ms to load.)"""
    if (columns := os.environ.get("COLUMNS", "")).isdecimal() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 100
    except (OSError, ValueError):
        return 100


def use_colour(colour: Colour) -> bool:
    """Whether to colour: the option, then NO_COLOR, then FORCE_COLOR, then whether a terminal is there."""
    if colour is not Colour.AUTO:
        return colour is Colour.ALWAYS
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty()
