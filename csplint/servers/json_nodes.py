"""A JSON file as values with the places where they are written."""

from __future__ import annotations

import json
import re

from csplint.servers.contents import BOM, line_and_column, utf8_text
from csplint.servers.nodes import Member, Node
from csplint.servers.source import SourceError, Written

MAX_DEPTH = 50

_SPACE = re.compile(rb"[ \t\n\r]*")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
_OTHER = re.compile(rb"[^\s,\]}]+")
_CHARACTER = re.compile(
    rb"\\u[dD][89aAbB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[\xc0-\xff][\x80-\xbf]*|."
)
"""One character as written: an escape (two, where they are one character), or UTF-8."""
_COMMENT = re.compile(rb'("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_BLANK = re.compile(rb"[^\n]")


def json_root(data: bytes, *, comments: bool = False) -> Node:
    """
    The file's outermost value, which is a table.

    comments: whether // and /* */ are allowed, as in some platforms' files. Raises SourceError, with line and column where the
    JSON is not valid.
    """
    text = utf8_text(data)
    if comments:
        data = _COMMENT.sub(lambda found: found[1] or _BLANK.sub(b" ", found[0]), data)
        text = data.decode()
    skipped = len(BOM) if data.startswith(BOM) else 0
    try:
        json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as exc:
        raise SourceError(f"It is not valid JSON: {exc.msg}.", exc.lineno, exc.colno) from None
    except (RecursionError, ValueError):
        raise SourceError(
            "Its JSON cannot be read: it is nested too deeply or has a number that is too long."
        ) from None
    root = _Parser(data).value(skipped, 0)
    if root.members is None:
        raise SourceError("It is not a JSON object.", 1, 1)
    return root


def escaped(text: str) -> str:
    """New text for the inside of a string."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


class _Parser:
    """Reads valid JSON. Every method gets the offset of what it reads (white space may come before it)."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def value(self, at: int, depth: int) -> Node:
        at = self._space(at)
        if depth > MAX_DEPTH:
            raise SourceError("It is nested too deeply.", *line_and_column(self._data, at))
        match self._data[at : at + 1]:
            case b"{":
                return self._table(at, depth)
            case b"[":
                return self._list(at, depth)
            case b'"':
                return self._string(at)
        return Node(start=at, end=_end(_OTHER, self._data, at))

    def _table(self, start: int, depth: int) -> Node:
        members: list[Member] = []
        at = self._space(start + 1)
        while self._data[at] != ord("}"):
            key = self._string(at)
            node = self.value(self._space(key.end) + 1, depth + 1)
            members.append(Member(key.text.text if key.text else "", at, node))
            at = self._next(node.end)
        return Node(start=start, end=at + 1, members=tuple(members))

    def _list(self, start: int, depth: int) -> Node:
        items: list[Node] = []
        at = self._space(start + 1)
        while self._data[at] != ord("]"):
            items.append(self.value(at, depth + 1))
            at = self._next(items[-1].end)
        return Node(start=start, end=at + 1, items=tuple(items))

    def _string(self, start: int) -> Node:
        end = _end(_STRING, self._data, start)
        characters: list[str] = []
        starts: list[int] = []
        for found in _CHARACTER.finditer(self._data, start + 1, end - 1):
            characters.append(_character(found[0]))
            starts.append(found.start())
        return Node(start=start, end=end, text=Written("".join(characters), (*starts, end - 1)))

    def _next(self, at: int) -> int:
        at = self._space(at)
        return self._space(at + 1) if self._data[at] == ord(",") else at

    def _space(self, at: int) -> int:
        return _end(_SPACE, self._data, at)


def _end(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    found = pattern.match(data, at)
    return found.end() if found else at


def _character(written: bytes) -> str:
    if not written.startswith(b"\\"):
        return written.decode("utf-8", "replace")
    text: str = json.loads(b'"' + written + b'"')
    return "\ufffd" if "\ud800" <= text <= "\udfff" else text
