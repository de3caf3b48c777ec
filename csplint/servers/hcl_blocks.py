"""
The blocks and literal strings of a Terraform file (HCL) with the places where they are written.

This finds literals only. Every other expression is skipped: its value is known when Terraform runs.
"""

from __future__ import annotations

import json
import re
from typing import NoReturn

from msgspec import Struct

from csplint.servers.contents import line_and_column, utf8_text
from csplint.servers.source import SourceError, Written, stand_in

MAX_DEPTH = 50

_SPACE = re.compile(rb"(?:\s|#[^\n]*|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_LINE_SPACE = re.compile(rb"[ \t\r]*(?:(?:#|//)[^\n]*)?")
_NAME = re.compile(rb"[^\W\d][\w-]*")
_HEREDOC = re.compile(rb"<<-?([^\W\d][\w-]*)\r?\n")
_PIECE = re.compile(
    rb"""(?P<escape>\\u[0-9a-fA-F]{4}|\\["\\nrt])|(?P<doubled>\$\$\{|%%\{)|(?P<template>[$%]\{)|(?P<end>")"""
    rb"""|(?P<character>[\xc0-\xff][\x80-\xbf]*|[^\\\n])"""
)
_BRACKETS = {b"(": b")", b"[": b"]", b"{": b"}"}


class Text(Struct, frozen=True):
    """A string literal; computed: its `${…}` and `%{…}`, as written."""

    written: Written
    computed: tuple[str, ...]


class Attribute(Struct, frozen=True):
    """`name = value`. text: None if the value is not a string literal. start, end: the whole statement."""

    name: str
    text: Text | None
    start: int
    end: int


class Block(Struct, frozen=True):
    """`name "label" … { … }`."""

    name: str
    labels: tuple[str, ...]
    attributes: tuple[Attribute, ...]
    blocks: tuple[Block, ...]
    start: int
    end: int

    def named(self, name: str) -> tuple[Block, ...]:
        return tuple(each for each in self.blocks if each.name == name)

    def attribute(self, name: str) -> Attribute | None:
        return next((each for each in self.attributes if each.name == name), None)


def hcl_blocks(data: bytes) -> tuple[Block, ...]:
    """The file's blocks. Raises SourceError, with line and column, where the file does not have HCL's form."""
    utf8_text(data)
    return _Scanner(data).body(0).blocks


class _Scanner:
    """Reads HCL from a place, which it keeps in `at`."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._depth = 0
        self.at = 3 if data.startswith(b"\xef\xbb\xbf") else 0

    def body(self, depth: int) -> Block:
        """What is between braces, up to the closing one or the end of the file."""
        start, attributes, blocks = self.at, list[Attribute](), list[Block]()
        while self._skip() < len(self._data) and not self._is(b"}"):
            begin, name = self.at, self._name()
            self._skip()
            if self._is(b"=") and not self._is(b"=="):
                self.at += 1
                text = self._expression()
                attributes.append(Attribute(name, text, begin, self.at))
            else:
                blocks.append(self._block(name, begin, depth))
        return Block("", (), tuple(attributes), tuple(blocks), start, self.at)

    def _block(self, name: str, begin: int, depth: int) -> Block:
        labels = []
        while not self._is(b"{"):
            labels.append(self._string().written.text if self._is(b'"') else self._name())
            self._skip()
        if depth >= MAX_DEPTH:
            self._fail("It is nested too deeply.")
        self.at += 1
        inside = self.body(depth + 1)
        if not self._is(b"}"):
            self.at = begin
            self._fail("A block has no closing brace.")
        self.at += 1
        return Block(name, tuple(labels), inside.attributes, inside.blocks, begin, self.at)

    def _expression(self) -> Text | None:
        """Goes to the end of an expression: the text, if it is a string and nothing else."""
        self.at = _end(_LINE_SPACE, self._data, self.at)
        text = self._string() if self._is(b'"') else None
        after = self.at
        self._rest()
        return text if not self._data[after : self.at].strip() else None

    def _rest(self) -> None:
        """Skips to the end of the line, or to a brace that closes the block, over what is in brackets, strings and heredocs."""
        closing: list[bytes] = []
        while self.at < len(self._data):
            if closing:
                self._skip()
            else:
                end = _end(_LINE_SPACE, self._data, self.at)
                if self._data[end : end + 1] in (b"\n", b""):
                    return
                self.at = end
            character = self._data[self.at : self.at + 1]
            if closing and character == closing[-1]:
                closing.pop()
            elif character in _BRACKETS:
                closing.append(_BRACKETS[character])
            elif character in (b"}", b")", b"]"):
                if character == b"}" and not closing:
                    return
                self._fail("A bracket is closed that was not opened.")
            elif character == b'"':
                self._string()
                continue
            elif found := _HEREDOC.match(self._data, self.at):
                self._heredoc(found)
                continue
            self.at += 1
        if closing:
            self._fail("A bracket is not closed.")

    def _heredoc(self, opened: re.Match[bytes]) -> None:
        closed = re.compile(rb"^[ \t]*" + opened[1] + rb"[ \t]*\r?$", re.MULTILINE).search(self._data, opened.end())
        if not closed:
            self._fail("A heredoc is not closed.")
        self.at = closed.end()

    def _string(self) -> Text:
        begin = self.at
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail("It is nested too deeply.")
        self.at += 1
        text: list[str] = []
        starts: list[int] = []
        computed: list[str] = []
        while found := _PIECE.match(self._data, self.at):
            start, self.at = self.at, found.end()
            if found["end"]:
                self._depth -= 1
                return Text(Written("".join(text), (*starts, start)), tuple(computed))
            if found["template"]:
                self._template(start)
                computed.append(self._data[start : self.at].decode())
                made = stand_in(computed[-1], "".join(text))
            else:
                made = _decoded(found)
            text.append(made)
            starts += [start] * len(made)
        self.at = begin
        self._fail("A string is not closed, or has an escape that HCL does not have.")

    def _template(self, begin: int) -> None:
        """Skips the rest of `${…}`, which may have strings and braces inside."""
        open_braces = 1
        while open_braces and self.at < len(self._data):
            if self._is(b'"'):
                self._string()
                continue
            open_braces += {b"{": 1, b"}": -1}.get(self._data[self.at : self.at + 1], 0)
            self.at += 1
        if open_braces:
            self.at = begin
            self._fail("An interpolation is not closed.")

    def _name(self) -> str:
        found = _NAME.match(self._data, self.at)
        if not found:
            self._fail("A name was expected here.")
        self.at = found.end()
        return found[0].decode()

    def _is(self, text: bytes) -> bool:
        return self._data.startswith(text, self.at)

    def _skip(self) -> int:
        self.at = _end(_SPACE, self._data, self.at)
        if self._is(b"/*"):
            self._fail("A comment is not closed.")
        return self.at

    def _fail(self, message: str) -> NoReturn:
        raise SourceError(message, *line_and_column(self._data, self.at))


def _end(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    found = pattern.match(data, at)
    return found.end() if found else at


def _decoded(found: re.Match[bytes]) -> str:
    if found["escape"]:
        text: str = json.loads(b'"' + found["escape"] + b'"')
        return "\ufffd" if "\ud800" <= text <= "\udfff" else text
    return (found["doubled"] or b"").decode()[1:] or (found["character"] or b"").decode()


def escaped(new: str) -> str:
    """New text for the inside of a string literal."""
    text = new.replace("\\", "\\\\").replace('"', '\\"')
    return text.replace("${", "$${").replace("%{", "%%{")
