"""
The lines and words of an Apache configuration, as Apache reads them (ap_cfg_getline, ap_getword_conf).

A backslash at the end of a line joins the next one to it, in comments too. A word is bare or in quotes; in quotes a backslash
escapes the quote and itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from csplint.servers.contents import Text

Characters = list[tuple[str, int]]
"""Characters and their places in the file's text."""

_LINE = re.compile(r"(?:[^\n\\]|\\\r?\n|\\)*+(?:\n|\Z)", re.DOTALL)
_READ = re.compile(
    r"\s*(?:<|\{\{|\{%|(?:header|include(?:optional)?|define|servername|documentroot|proxypass|sethandler)(?:\s|\\|$))",
    re.IGNORECASE,
)
_JOIN = re.compile(r"\\\r?\n")


class Word(Struct, frozen=True):
    """A word. characters: with escapes undone. start, end: its places, with its quotes. quote: one or ""."""

    file: Text
    characters: Characters
    start: int
    end: int
    quote: str

    @property
    def text(self) -> str:
        return "".join(char for char, _ in self.characters)


class Line(Struct, frozen=True):
    """A line with the ones that continue it, without the blanks around it. end: the place behind it in the file's text."""

    file: Text
    characters: Characters
    end: int

    @property
    def start(self) -> int:
        return self.characters[0][1]

    @property
    def text(self) -> str:
        return "".join(char for char, _ in self.characters)

    def words(self, at: int = 0) -> Iterator[Word]:
        """Its words from the character `at` on."""
        line = self.characters
        while at < len(line):
            if line[at][0].isspace():
                at += 1
                continue
            word, at = self._word(at)
            yield word

    def _word(self, at: int) -> tuple[Word, int]:
        line, start = self.characters, at
        quote = line[at][0] if line[at][0] in "\"'" else ""
        at += len(quote)
        found: Characters = []
        while at < len(line) and (line[at][0] != quote if quote else not line[at][0].isspace()):
            following = line[at + 1][0] if at + 1 < len(line) else ""
            escapes = line[at][0] == "\\" and following in {"\\", quote or "\\"}
            found.append((following if escapes else line[at][0], line[at][1]))
            at += 2 if escapes else 1
        at += bool(quote) and at < len(line)
        return Word(self.file, found, line[start][1], line[at][1] if at < len(line) else self.end, quote), at


def lines(file: Text) -> Iterator[Line]:
    """The lines of a file that matter for headers, and those with a section's bounds."""
    for match in _LINE.finditer(file.text):
        first, text = match.start(), match[0]
        if not _READ.match(text):
            continue
        characters: Characters = []
        at = 0
        for join in [*_JOIN.finditer(text), None]:
            characters += zip(
                text[at : join.start() if join else len(text)], range(first + at, first + len(text)), strict=False
            )
            at = join.end() if join else at
        while characters and characters[-1][0].isspace():
            characters.pop()
        while characters and characters[0][0].isspace():
            characters.pop(0)
        if characters:
            yield Line(file, characters, characters[-1][1] + 1)
