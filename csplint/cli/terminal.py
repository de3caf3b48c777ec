"""What is at the other end of a stream: a person at a terminal, a pipe, or the log of a CI job."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from csplint.cli.options import When

_NOT_CI = frozenset({"", "0", "false"})
"""Values of CI that mean "this is not CI"."""


def is_watched(stream: TextIO) -> bool:
    """
    Whether a person sees this stream on a terminal that supports control sequences.

    CI systems give their jobs a terminal too, and log everything that is written to it.
    """
    if os.environ.get("CI", "").lower() not in _NOT_CI or is_runner():
        return False
    return not _is_dumb() and stream.isatty()


def _is_dumb() -> bool:
    """Whether the terminal, if there is one, shows control sequences as text."""
    return os.environ.get("TERM") == "dumb"


def is_runner() -> bool:
    """Whether GitHub's runner reads both streams, and would obey commands in them."""
    return bool(os.environ.get("GITHUB_ACTIONS"))


def use_colour(colour: When) -> bool:
    """
    Whether to colour: the option, then NO_COLOR, then FORCE_COLOR, then whether the output is a terminal.

    A dumb terminal does not support colours; a CI system may give its jobs a terminal, and then shows them.
    """
    if colour != "auto":
        return colour == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return not _is_dumb() and sys.stdout.isatty()


def use_links(links: When) -> bool:
    """
    Whether to write links for a terminal: the option, then whether a person can click on them.

    A link is no colour, so NO_COLOR and FORCE_COLOR do not matter.
    """
    if links != "auto":
        return links == "always"
    return is_watched(sys.stdout)


def report_width() -> int:
    """The columns for a report: COLUMNS, else the terminal's width, else 100."""
    if (columns := os.environ.get("COLUMNS", "")).isdecimal() and int(columns) > 0:
        return int(columns)
    return terminal_width(sys.stdout) or 100


def terminal_width(stream: TextIO) -> int:
    """The columns of the terminal behind a stream; 0 if it is not one. (shutil can do this, but takes 3 ms to load.)"""
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return 0
