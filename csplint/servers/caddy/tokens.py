"""
The words of a Caddyfile and their lines, as Caddy's lexer reads them.

A word is bare, in double quotes (with `\\"` as the only escape), in backticks, or a heredoc. A comment starts with `#` where a
word could start. A backslash at the end of a line continues it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from csplint.servers.contents import Text

_LEXEMES = re.compile(
    r"(?P<blank>[^\S\n]++|\\\r?\n|#[^\n]*+)|(?P<line>\n)"
    r"|<<(?P<marker>[A-Za-z0-9_-]+)\r?\n(?P<heredoc>.*?)\n[ \t]*(?P=marker)(?=\s|\Z)"
    r"|\"(?P<double>(?:[^\"\\]|\\.)*+)\"|`(?P<back>[^`]*+)`|(?P<bare>(?![\"`])(?:\\(?!\r?\n)|[^\s\\])++)",
    re.DOTALL,
)
_TEMPLATE = re.compile(r"\{\{|\{%|<%")


class Word(Struct, frozen=True):
    """
    A word. text: with escapes undone. characters: of the text, and their places. start, end: its places with its quotes.
    quote: one or "".
    """

    file: Text
    text: str
    characters: tuple[tuple[str, int], ...]
    start: int
    end: int
    quote: str = ""

    @property
    def is_bare(self) -> bool:
        return not self.quote


def lines(file: Text) -> Iterator[list[Word]]:
    """The words of each line that has some. Raises SourceError."""
    at, text, line = 0, file.text, list[Word]()
    while at < len(text):
        match = _LEXEMES.match(text, at)
        if match is None:
            raise file.error("The quoted text that starts here has no end.", at)
        if not line and _TEMPLATE.match(text, at):
            raise file.error("This is a template, not a Caddyfile yet. Check the file that is made from it.", at)
        if match.lastgroup == "line" and line:
            yield line
            line = []
        elif match.lastgroup not in {"blank", "line"}:
            line.append(_word(file, match))
        at = match.end()
    if line:
        yield line


def word(file: Text, characters: Iterable[tuple[str, int]], start: int, end: int, quote: str = "") -> Word:
    """A word of these characters and their places."""
    held = tuple(characters)
    return Word(file, "".join(char for char, _ in held), held, start, end, quote)


def _word(file: Text, match: re.Match[str]) -> Word:
    if match["double"] is not None:
        return word(file, _unescaped(match["double"], match.start("double")), match.start(), match.end(), '"')
    if match["heredoc"] is not None:
        return word(file, _dedented(match), match.start(), match.end(), "<<")
    group = "back" if match["back"] is not None else "bare"
    start, end = match.span(group)
    characters = tuple(zip(match[group], range(start, end), strict=True))
    return Word(file, match[group], characters, match.start(), match.end(), "`" if group == "back" else "")


def _unescaped(raw: str, first: int) -> Iterator[tuple[str, int]]:
    at = 0
    while at < len(raw):
        escapes = raw.startswith('\\"', at)
        yield raw[at + escapes], first + at
        at += 1 + escapes
        if not escapes and raw[at - 1] == "\\" and at < len(raw):  # a backslash keeps itself and what follows
            yield raw[at], first + at
            at += 1


def _dedented(match: re.Match[str]) -> Iterator[tuple[str, int]]:
    """A heredoc without the blanks that its closing marker has before it."""
    padding = match[0].rpartition("\n")[2].removesuffix(match["marker"])
    at = match.start("heredoc")
    for number, line in enumerate(match["heredoc"].split("\n")):
        if number:
            yield "\n", at - 1
        skipped = len(padding) if line.startswith(padding) else 0
        yield from zip(line[skipped:], range(at + skipped, at + len(line)), strict=True)
        at += len(line) + 1
