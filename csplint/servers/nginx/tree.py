"""The statements of an nginx configuration and its blocks, with included files in their places."""

from __future__ import annotations

from msgspec import Struct

from csplint.servers.contents import MOST_BYTES, Text
from csplint.servers.nginx.tokens import Sign, Word, lexemes
from csplint.servers.source import Reader

DEEPEST = 60
"""Blocks within blocks; nginx's own contexts need six, nested locations a few more."""
MOST_INCLUDES = 200
_WITHOUT_HEADERS = ("mime.types", "_params", "fastcgi.conf", "koi-utf", "koi-win", "win-utf")


class Statement(Struct):
    """
    A directive.

    words: its name and arguments. end: the place in its file's text behind its `;` or `}`. block: the statements in its
    braces, None if it has none.
    """

    words: list[Word]
    end: int = 0
    block: list[Statement] | None = None

    @property
    def name(self) -> str:
        return self.words[0].text if "\\" in self.words[0].raw else self.words[0].raw

    @property
    def file(self) -> Text:
        return self.words[0].file

    @property
    def arguments(self) -> list[str]:
        return [word.text for word in self.words[1:]]

    @property
    def span(self) -> tuple[int, int]:
        """Its offsets in the first file; empty if it is written in an included one."""
        return self.file.offset(self.words[0].start), self.file.offset(self.end)


class Tree:
    """Parses a file and what it includes. limits: sentences about what was not read."""

    def __init__(self, reader: Reader) -> None:
        self.limits: list[str] = []
        self._reader = reader
        self._left, self._bytes = MOST_INCLUDES, MOST_BYTES

    def parse(self, file: Text, within: tuple[str, ...] = ()) -> list[Statement]:
        """The statements of a file. within: the paths of the files that include it. Raises SourceError."""
        top: list[Statement] = []
        blocks, words = [Statement([], block=top)], list[Word]()
        for lexeme in lexemes(file):
            if isinstance(lexeme, Word):
                words.append(lexeme)
                continue
            self._sign(file, lexeme, words, blocks, within)
            words = []
        if words:
            raise file.error("The file ends in a directive that has no semicolon.", words[0].start)
        if len(blocks) > 1:
            raise file.error(f"The block {blocks[-1].name!r} has no closing brace.", blocks[-1].words[0].start)
        return top

    def _sign(
        self, file: Text, sign: Sign, words: list[Word], blocks: list[Statement], within: tuple[str, ...]
    ) -> None:
        if (sign.sign == "}") == bool(words):
            raise file.error(f"nginx does not expect {sign.sign!r} here.", sign.start)
        if sign.sign == "}":
            if len(blocks) == 1:
                raise file.error("This brace closes no block.", sign.start)
            blocks.pop().end = sign.start + 1
            return
        statement = Statement(words, sign.start + 1)
        inside = blocks[-1].block
        if inside is None:  # only statements with a block are pushed
            return
        if sign.sign == ";" and statement.name == "include" and len(words) == 2:  # noqa: PLR2004 - a name and a path
            inside += self._include(statement, within)
            return
        inside.append(statement)
        if sign.sign == "{":
            if len(blocks) > DEEPEST:
                raise file.error(f"Blocks are nested more than {DEEPEST} deep.", sign.start)
            statement.block = []
            blocks.append(statement)

    def _include(self, statement: Statement, within: tuple[str, ...]) -> list[Statement]:
        path = statement.arguments[0]
        if path.endswith(_WITHOUT_HEADERS):
            return []
        if path in within:
            raise statement.file.error(f"{path} includes itself.", statement.words[0].start)
        self._left -= 1
        data = self._reader(path) if self._left >= 0 else None
        if data is None or len(data) > self._bytes:
            self._limit(f"The included file {path} was not read, so headers that it adds are missing here.")
            return []
        self._bytes -= len(data)
        return self.parse(Text(data, path, statement.span[0]), (*within, path))

    def _limit(self, sentence: str) -> None:
        if sentence not in self.limits:
            self.limits.append(sentence)
