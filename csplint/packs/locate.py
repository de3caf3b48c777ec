"""
The line and column of a key in a TOML text.

tomllib keeps no positions, so the text is read a second time, for its keys only. It is valid TOML by then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache

from csplint.packs.toml import TOKEN, TomlError, parse_toml, position

Path = Sequence[str | int]
_Keys = tuple[str | int, ...]


def locate(text: str, path: Path) -> tuple[int, int]:
    """
    Line and column, from 1, at which the key named by `path` is set; (1, 1) if it is not found.

    A value in an array has the place of the array's key, a table in an array its own.
    """
    places = _places(text)
    keys = tuple(path)
    while keys and keys not in places and isinstance(keys[-1], int):
        keys = keys[:-1]
    return position(text, places[keys]) if keys in places else (1, 1)


@lru_cache(maxsize=8)
def _places(text: str) -> dict[_Keys, int]:
    """The offset of each key and each table."""
    reader = _Reader(text)
    with suppress(IndexError):  # the text ends in the middle of a value: what was found still holds
        reader.read()
    return reader.places


class _Reader:
    """
    Walk through the tokens of a text.

    last: of each array of tables, the index of its last one.
    """

    def __init__(self, text: str) -> None:
        found = ((token[0], token.start()) for token in TOKEN.finditer(text))
        self.tokens = [token for token in found if not token[0].startswith("#")]
        self.number = 0
        self.places: dict[_Keys, int] = {}
        self.last: dict[_Keys, int] = {}

    def read(self) -> None:
        table: _Keys = ()
        while self.number < len(self.tokens):
            mark = self._mark()
            if mark == "\n":
                self.number += 1
            elif mark == "[":
                table = self._header()
            else:
                self._pair(table)

    def _mark(self) -> str:
        return self.tokens[self.number][0]

    def _header(self) -> _Keys:
        is_array = self.tokens[self.number + 1][0] == "["
        self.number += 1 + is_array
        names = list(self._names("]"))
        self.number += 1 + is_array
        path: _Keys = ()
        for place, (name, offset) in enumerate(names, start=1):
            path = (*path, name)
            self.places.setdefault(path, offset)
            if is_array and place == len(names):
                self.last[path] = self.last.get(path, -1) + 1
            if path in self.last:
                path = (*path, self.last[path])
                self.places.setdefault(path, offset)
        return path

    def _names(self, end: str) -> Iterator[tuple[str, int]]:
        """The parts of a key up to a mark, each with its offset."""
        while self._mark() != end:
            text, offset = self.tokens[self.number]
            if text != ".":
                yield _name(text), offset
            self.number += 1

    def _pair(self, table: _Keys) -> None:
        path = table
        for name, offset in self._names("="):
            path = (*path, name)
            self.places.setdefault(path, offset)
        self.number += 1
        self._value(path)

    def _value(self, path: _Keys) -> None:
        mark = self._mark()
        self.number += 1
        if mark == "[":
            self._array(path)
        elif mark == "{":
            self._inline_table(path)
        else:
            while self.number < len(self.tokens) and self._mark() not in ",]}\n":
                self.number += 1

    def _array(self, path: _Keys) -> None:
        index = 0
        while (mark := self._mark()) != "]":
            if mark in ",\n":
                index += mark == ","
                self.number += 1
                continue
            if mark == "{":
                self.places.setdefault((*path, index), self.tokens[self.number][1])
            self._value((*path, index))
        self.number += 1

    def _inline_table(self, path: _Keys) -> None:
        while (mark := self._mark()) != "}":
            if mark in ",\n":
                self.number += 1
            else:
                self._pair(path)
        self.number += 1


def _name(text: str) -> str:
    """A part of a key without its quotes."""
    if text.startswith("'"):
        return text[1:-1]
    if not text.startswith('"'):
        return text
    try:
        return str(parse_toml(f"x = {text}")["x"])
    except TomlError:
        return text
