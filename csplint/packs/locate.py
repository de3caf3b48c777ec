"""
The line and column of a key in a TOML text.

tomllib keeps no positions, so the text is parsed up to growing line numbers: the first part that has the key ends
with the key's own line.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from typing import Any

Path = Sequence[str | int]


def locate(text: str, path: Path) -> tuple[int, int]:
    """Line and column, from 1, at which the key named by `path` is set; (1, 1) if it is not found."""
    lines = text.splitlines()
    number = _first_line(lines, path)
    if number is None:
        return 1, 1
    names = [part for part in path if isinstance(part, str)]
    line = lines[number - 1]
    column = line.find(names[-1]) if names else -1
    return number, max(column, 0) + 1


def _first_line(lines: list[str], path: Path) -> int | None:
    """
    The first line that completes the key, by bisection over the number of lines read.

    A text that is cut inside a value is not TOML; the next longer one is used instead.
    """
    low, high = 1, len(lines)
    found: int | None = None
    while low <= high:
        middle = (low + high) // 2
        end, data = _parsed(lines, middle, high)
        if data is not None and _holds(data, path):
            found = _start(lines, end, path)
            high = middle - 1
        else:
            low = max(end, middle) + 1
    return found


def _parsed(lines: list[str], number: int, most: int) -> tuple[int, dict[str, Any] | None]:
    for end in range(number, most + 1):
        try:
            return end, tomllib.loads("\n".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue
    return most, None


def _start(lines: list[str], end: int, path: Path) -> int:
    """The line of the key itself, for a value of several lines: the last line up to `end` that begins with the key."""
    names = [part for part in path if isinstance(part, str)]
    for number in range(end, 0, -1):
        stripped = lines[number - 1].lstrip(" \t[")
        if names and stripped.startswith((names[-1], f'"{names[-1]}"')):
            return number
    return end


def _holds(data: Any, path: Path) -> bool:
    for part in path:
        here = part in data if isinstance(data, dict) else isinstance(data, list) and part in range(len(data))
        if not here:
            return False
        data = data[part]
    return True
