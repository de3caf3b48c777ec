"""What stands at the other end of a stream: a person at a terminal, a pipe, a log of a CI job."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from csplint.cli.choices import Colour, Links

_NOT_CI = frozenset({"", "0", "false"})
"""What CI may be set to by somebody who means "this is none"."""


def is_watched(stream: TextIO) -> bool:
    """
    Whether a person sees this stream on a terminal that knows control sequences.

    CI systems give a terminal to their jobs, too, and keep all that is written to it as a log.
    """
    if os.environ.get("CI", "").lower() not in _NOT_CI or is_runner():
        return False
    return os.environ.get("TERM") != "dumb" and stream.isatty()


def is_runner() -> bool:
    """Whether GitHub's runner reads what is written, on both streams, and would obey commands in it."""
    return bool(os.environ.get("GITHUB_ACTIONS"))


def use_colour(colour: Colour) -> bool:
    """Whether to colour: the option, then NO_COLOR, then FORCE_COLOR, then whether a terminal is there."""
    if colour is not Colour.AUTO:
        return colour is Colour.ALWAYS
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty()


def use_links(links: Links) -> bool:
    """Whether to write links for a terminal: the option, then whether somebody is there to click on them."""
    if links is not Links.AUTO:
        return links is Links.ALWAYS
    return is_watched(sys.stdout)


def report_width() -> int:
    """The columns for a report: COLUMNS, then the terminal's own word, else 100."""
    if (columns := os.environ.get("COLUMNS", "")).isdecimal() and int(columns) > 0:
        return int(columns)
    return terminal_width(sys.stdout) or 100


def terminal_width(stream: TextIO) -> int:
    """The columns of the terminal behind a stream; 0 where there is none. (shutil would do, and takes 3 ms to load.)"""
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return 0
