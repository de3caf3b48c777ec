"""
A TOML file as values with the places where they are written, which tomllib does not report.

tomllib reads the file first, so what is scanned here is valid TOML; only names, strings, lists and tables are kept.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from msgspec import Struct

from csplint.servers.contents import BOM, character_starts, line_and_column, utf8_text
from csplint.servers.nodes import Member, Node
from csplint.servers.source import SourceError, Written

MAX_DEPTH = 50
MAX_PARTS = 100
"""Parts of a dotted key; tomllib's work is their number squared."""

_ERROR = re.compile(
    r"(?P<message>.*?) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL
)
_SPACE = re.compile(rb"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(rb'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[A-Za-z0-9_-]+')
_LONG_KEY = re.compile(
    rb"""(?:^|[\[{,])[ \t]*+(?:(?:"[^"\n]*+"|'[^'\n]*+'|[A-Za-z0-9_-]++)[ \t]*+\.[ \t]*+){%d}""" % MAX_PARTS,
    re.MULTILINE,
)
_OTHER = re.compile(rb"[^,\]}#\r\n]+")
_STRINGS = (
    ('"""', re.compile(rb'"""(?:\r?\n)?((?:[^"\\]|\\.|"{1,2}(?!"))*"{0,2})"""', re.DOTALL)),
    ("'''", re.compile(rb"'''(?:\r?\n)?((?:[^']|'{1,2}(?!'))*'{0,2})'''")),
    ('"', re.compile(rb'"((?:[^"\\\n]|\\.)*)"')),
    ("'", re.compile(rb"'([^'\n]*)'")),
)
_CHARACTER = re.compile(
    rb"\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|\\x[0-9a-fA-F]{2}|\\[ \t]*\r?\n[ \t\r\n]*|\\.|\r\n|[\xc0-\xff][\x80-\xbf]*|.",
    re.DOTALL,
)


class Statement(Struct, frozen=True):
    """
    `key = value`, or the line of a table, with an empty key. table: the keys of the table that it is in. start: where it begins.
    """

    table: tuple[str, ...]
    key: tuple[str, ...]
    node: Node
    start: int


def statements(data: bytes) -> list[Statement]:
    """All statements of the file. Raises SourceError, with line and column where the TOML is not valid."""
    text = utf8_text(data).removeprefix("\ufeff")
    if found := _LONG_KEY.search(data):
        raise SourceError(f"It has a key with more than {MAX_PARTS} parts.", *line_and_column(data, found.start()))
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise _not_valid(data, str(exc)) from None
    except (RecursionError, ValueError):
        raise SourceError(
            "Its TOML cannot be read: it is nested too deeply or has a number that is too long."
        ) from None
    return list(_Scanner(data).statements())


def _not_valid(data: bytes, message: str) -> SourceError:
    found = _ERROR.fullmatch(message)
    if not found:
        return SourceError(f"It is not valid TOML: {message}.")
    line, column = (int(found["line"]), int(found["column"])) if found["line"] else line_and_column(data, len(data))
    return SourceError(f"It is not valid TOML: {found['message']}.", line, column)


class _Scanner:
    """Reads valid TOML from a place, which it keeps in `at`."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = len(BOM) if data.startswith(BOM) else 0

    def statements(self) -> Iterator[Statement]:
        table: tuple[str, ...] = ()
        while self._skip() < len(self._data):
            start = self.at
            if self._data[start : start + 1] == b"[":
                self.at += 2 if self._data[start : start + 2] == b"[[" else 1
                table = self._key()
                while self._data[self.at : self.at + 1] == b"]":
                    self.at += 1
                yield Statement(table, (), Node(start=start, end=self.at), start)
            else:
                key = self._key()
                self.at += 1
                yield Statement(table, key, self._value(0), start)

    def _key(self) -> tuple[str, ...]:
        """A dotted key, and the space after it."""
        names: list[str] = []
        while True:
            self._skip()
            found = _KEY.match(self._data, self.at)
            written = found[0] if found else b""
            names.append(_name(written))
            self.at += len(written)
            self._skip()
            if self._data[self.at : self.at + 1] != b".":
                return tuple(names)
            self.at += 1

    def _value(self, depth: int) -> Node:
        self._skip()
        start = self.at
        if depth > MAX_DEPTH:
            raise SourceError("It is nested too deeply.", *line_and_column(self._data, start))
        match self._data[start : start + 1]:
            case b"[":
                return self._list(start, depth)
            case b"{":
                return self._table(start, depth)
            case b'"' | b"'":
                return self._string(start)
        self.at = _end(_OTHER, self._data, start)
        return Node(start=start, end=self.at)

    def _list(self, start: int, depth: int) -> Node:
        items: list[Node] = []
        self.at += 1
        while self._data[self._skip() : self.at + 1] != b"]":
            items.append(self._value(depth + 1))
            self._comma()
        self.at += 1
        return Node(start=start, end=self.at, items=tuple(items))

    def _table(self, start: int, depth: int) -> Node:
        members: list[Member] = []
        self.at += 1
        while self._data[self._skip() : self.at + 1] != b"}":
            at = self.at
            key = self._key()
            self.at += 1
            members.append(_nested(key, at, self._value(depth + 1)))
            self._comma()
        self.at += 1
        return Node(start=start, end=self.at, members=tuple(members))

    def _string(self, start: int) -> Node:
        quote, found = next((quote, found) for quote, each in _STRINGS if (found := each.match(self._data, start)))
        self.at = found.end()
        if quote[0] == "'":
            text = found[1].decode().replace("\r\n", "\n")
            starts = character_starts(found[1].decode(), found.start(1))
            if b"\r\n" in found[1]:
                starts = (*(each.start() for each in _LITERAL.finditer(self._data, *found.span(1))), found.end(1))
            return Node(start=start, end=self.at, text=Written(text, starts), quote=quote)
        characters: list[str] = []
        places: list[int] = []
        for each in _CHARACTER.finditer(self._data, *found.span(1)):
            if character := _character(each[0]):
                characters.append(character)
                places.append(each.start())
        return Node(start=start, end=self.at, text=Written("".join(characters), (*places, found.end(1))), quote=quote)

    def _comma(self) -> None:
        if self._data[self._skip() : self.at + 1] == b",":
            self.at += 1

    def _skip(self) -> int:
        self.at = _end(_SPACE, self._data, self.at)
        return self.at


_LITERAL = re.compile(rb"\r\n|[\xc0-\xff][\x80-\xbf]*|.", re.DOTALL)


def _end(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    found = pattern.match(data, at)
    return found.end() if found else at


def _name(written: bytes) -> str:
    """A key without its quotes and escapes."""
    if written[:1] in (b'"', b"'"):
        return next(iter(tomllib.loads(f"{written.decode()} = 0")))
    return written.decode()


def _nested(key: tuple[str, ...], start: int, node: Node) -> Member:
    """A dotted key in an inline table is a table in a table."""
    for name in reversed(key[1:]):
        node = Node(start=node.start, end=node.end, members=(Member(name, start, node),))
    return Member(key[0], start, node)


def _character(written: bytes) -> str:
    """One character of a basic string; "" for a line end after a backslash."""
    if not written.startswith(b"\\"):
        return "\n" if written == b"\r\n" else written.decode()
    if written[1:2].isspace():
        return ""
    text: str = tomllib.loads(f'a = "{written.decode()}"')["a"]
    return text
