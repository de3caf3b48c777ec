"""The report to standard output, in the format asked for; nothing else goes there."""

from __future__ import annotations

import os
import sys

from csplint.cli.choices import Colour, Format
from csplint.cli.outcome import silence_stdout
from csplint.model import Report


def write_report(report: Report, form: Format, colour: Colour, *, quiet: bool) -> None:
    """Write a report; a reader who has gone away is no error."""
    try:
        if form is Format.JSON:
            _write_json(report)
        else:
            _write_text(report, colour, quiet=quiet)
        sys.stdout.flush()
    except BrokenPipeError:
        silence_stdout()


def _write_json(report: Report) -> None:
    from csplint.report.json_report import encode  # noqa: PLC0415

    sys.stdout.write(encode(report).decode("utf-8"))


def _write_text(report: Report, colour: Colour, *, quiet: bool) -> None:
    from csplint.report.text import write_text  # noqa: PLC0415

    write_text(
        report,
        sys.stdout,
        colour=use_colour(colour),
        width=_width(),
        runner=bool(os.environ.get("GITHUB_ACTIONS")),
        quiet=quiet,
    )


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
