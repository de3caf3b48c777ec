"""Which configuration file applies; light, because every run asks."""

from __future__ import annotations

import os
import re

from csplint.files import MIB, open_file

NAMES = ("csplint.toml", "pyproject.toml")


def find_config(folder: str) -> str | None:
    """
    The nearest csplint.toml, or pyproject.toml with a [tool.csplint] table, from `folder` up to the repository's root.

    The root is the folder that holds .git; without one the search ends at the root of the file system.
    """
    folder = os.path.abspath(folder)  # noqa: PTH100 - pathlib takes 4 ms to load
    while True:
        for name in NAMES:
            path = os.path.join(folder, name)  # noqa: PTH118
            if os.path.isfile(path) and (name == NAMES[0] or _has_table(path)):  # noqa: PTH113
                return path
        parent = os.path.dirname(folder)  # noqa: PTH120
        if os.path.exists(os.path.join(folder, ".git")) or parent == folder:  # noqa: PTH110, PTH118
            return None
        folder = parent


def _has_table(path: str) -> bool:
    """Whether it has the table, in its first MIBs; a larger one that has it is then refused."""
    try:
        with open_file(path) as file:
            return re.search(rb"^\[\[?[ \t]*tool[ \t]*\.[ \t]*csplint\b", file.read(4 * MIB), re.MULTILINE) is not None
    except OSError:
        return False
