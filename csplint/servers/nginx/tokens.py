"""
The words of an nginx configuration, as nginx reads them (ngx_conf_read_token).

A word is bare or in quotes of either kind; a backslash keeps the next character from ending it. A comment starts with `#` where
a word could start, nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from csplint.servers.contents import Text

LONGEST_WORD = 4093
"""nginx reads its files by 4096 bytes: a word that does not end within them, with what follows it, is "too long parameter"."""

_LEXEMES = re.compile(
    r"(?P<blank>[ \t\r\n]++|\#[^\n]*+)|(?P<sign>[;{}])"
    r"|\"(?P<double>(?:[^\"\\]|\\.)*+)\"|'(?P<single>(?:[^'\\]|\\.)*+)'"
    r"|(?P<bare>(?!['\"])(?:\$\{|\\.|[^ \t\r\n;{\\])++)",
    re.DOTALL,
)
_ESCAPES = {'"': '"', "'": "'", "\\": "\\", "t": "\t", "r": "\r", "n": "\n"}
_AFTER_QUOTE = frozenset(" \t\r\n;{)")
_TEMPLATE = re.compile(r"\{\{|\{%|<%")
_LUA = re.compile(
    r"[{}]|--\[(?P<level>=*)\[.*?\](?P=level)\]|--[^\n]*|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'", re.DOTALL
)


class Word(Struct, frozen=True):
    """A word: `raw` as written without its quotes; start, end: its places in the file's text, with them. quote: one or ""."""

    file: Text
    raw: str
    start: int
    end: int
    quote: str = ""

    @property
    def is_too_long(self) -> bool:
        """Whether nginx refuses it: up to two bytes more than LONGEST_WORD fit, by what is around it."""
        following = self.file.text[self.end : self.end + 1]
        around = len(self.quote) + (1 if following in ";{" else 2)
        return len(self.raw.encode()) + around > LONGEST_WORD + 3

    @property
    def text(self) -> str:
        return "".join(char for char, _ in self.characters()) if "\\" in self.raw else self.raw

    def characters(self) -> Iterator[tuple[str, int]]:
        """Each character of the word with escapes undone, and its place in the file's text."""
        at, first = 0, self.start + len(self.quote)
        while at < len(self.raw):
            meant = _ESCAPES.get(self.raw[at + 1 : at + 2]) if self.raw[at] == "\\" else None
            yield meant or self.raw[at], first + at
            at += 2 if meant else 1


class Sign(Struct, frozen=True):
    """One of `;`, `{` and `}`."""

    sign: str
    start: int


def lexemes(file: Text) -> Iterator[Word | Sign]:
    """The words and signs of a file. Raises SourceError for what nginx cannot read, and for templates."""
    at, text, first = 0, file.text, ""
    if text.startswith("\ufeff"):
        raise file.error(
            "The file starts with a byte order mark, which nginx refuses. Save it as UTF-8 without one.", 0
        )
    while at < len(text):
        match = _LEXEMES.match(text, at)
        if match is None:
            raise file.error("The quoted text that starts here has no end.", at)
        if _TEMPLATE.match(text, at):
            raise file.error("This is a template, not a configuration yet. Check the file that is made from it.", at)
        kind, start, at = str(match.lastgroup), at, match.end()
        if kind == "sign":
            yield Sign(match[0], start)
            if match[0] == "{" and first.endswith("_by_lua_block"):
                at = _end_of_lua(file, at)
            first = ""
        elif kind != "blank":
            quote = {"double": '"', "single": "'"}.get(kind, "")
            if quote and text[at : at + 1] not in _AFTER_QUOTE and at < len(text):
                raise file.error("After a closing quote, nginx needs a space or a semicolon.", at)
            word = Word(file, match[kind], start, at, quote)
            first = first or word.raw
            yield word


def _end_of_lua(file: Text, at: int) -> int:
    """Where the `}` of a Lua block is; Lua's strings and comments can hold others."""
    depth = 1
    for match in _LUA.finditer(file.text, at):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if not depth:
            return match.start()
    raise file.error("The Lua block that starts here has no end.", at)
