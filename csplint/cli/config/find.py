"""Which configuration file applies; light, because every run asks."""

from __future__ import annotations

import os
import re

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
    try:
        with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            return re.search(r"^\[\[?\s*tool\s*\.\s*csplint\b", file.read(), re.MULTILINE) is not None
    except OSError:
        return False
