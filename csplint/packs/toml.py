"""
Parse TOML that somebody else may have written: its size is bounded by `csplint.files`, its nesting here.

tomllib takes minutes for a key of a hundred thousand parts, and Python's stack ends in brackets that are as deep.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

MAX_DEPTH = 16
"""Of brackets, and dots in one key; `tool.csplint.target.headers.NAME` has four."""

MAX_TOKENS = 100_000
"""Words and marks; the largest pack of csplint has 6,500."""

TOKEN = re.compile(
    r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:"{3,5}|\Z)?'
    r"|'''(?:[^']++|'(?!''))*+(?:'{3,5}|\Z)?"
    r'|"(?:[^"\\\n]++|\\[^\n])*+"?'
    r"|'[^'\n]*+'?"
    r"|\#[^\n]*+"
    r"|[\[\]{}.=,\n]"
    r"|[^\s\"'\#\[\]{}.=,]++",
    re.DOTALL,
)
"""Strings, comments, marks, line ends, and the words between them; each part of a text is read once."""


class TomlError(ValueError):
    """A text that is not TOML, or nested too deep: the message, and the line and column from 1."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.line, self.column = line, column


def parse_toml(text: str) -> dict[str, Any]:
    """The values of a text. Raises TomlError."""
    _require_shallow(text)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r" *\(at (?:line (\d+), column (\d+)|end of document)\)$", str(error))
        if found and found[1]:
            raise TomlError(f"not TOML: {str(error)[: found.start()]}", int(found[1]), int(found[2])) from error
        raise TomlError(f"not TOML: {error}", *position(text, len(text))) from error
    except (RecursionError, ValueError) as error:  # an integer of thousands of digits is a ValueError
        raise TomlError(f"not TOML: {error}") from error


def _require_shallow(text: str) -> None:
    depth = parts = 0
    for number, token in enumerate(TOKEN.finditer(text)):
        mark = token[0]
        if mark in "[{":
            depth, parts = depth + 1, 0
        elif mark in "]}":
            depth = max(depth - 1, 0)
        elif mark == ".":
            parts += 1
        elif mark in "=,\n":
            parts = 0
        if depth > MAX_DEPTH or parts > MAX_DEPTH:
            raise TomlError(f"nested more than {MAX_DEPTH} levels deep", *position(text, token.start()))
        if number == MAX_TOKENS:
            raise TomlError(
                f"too long: csplint reads {MAX_TOKENS:,} words and marks at most", *position(text, token.start())
            )


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
