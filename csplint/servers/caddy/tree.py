"""The statements of a Caddyfile and its blocks, with snippets and imported files in their places."""

from __future__ import annotations

import re

from msgspec import Struct

from csplint.servers.caddy.tokens import Word, lines, word
from csplint.servers.contents import MOST_BYTES, Text
from csplint.servers.source import Reader

DEEPEST = 40
MOST_IMPORTS = 200
_ARGUMENT = re.compile(r"\{args[.\[](\d+)\]?\}")


class Statement(Struct):
    """A directive. words: its name and arguments; none for the global options. end: behind its last word or brace."""

    words: list[Word]
    file: Text
    end: int
    block: list[Statement] | None = None

    @property
    def name(self) -> str:
        return self.words[0].text if self.words else ""

    @property
    def arguments(self) -> list[str]:
        return [word.text for word in self.words[1:]]

    @property
    def span(self) -> tuple[int, int]:
        return self.file.offset(self.words[0].start), self.file.offset(self.end)


class Tree:
    """Parses a file and what it imports. limits: sentences about what was not read."""

    def __init__(self, reader: Reader) -> None:
        self.limits: list[str] = []
        self._reader, self._left, self._bytes = reader, MOST_IMPORTS, MOST_BYTES
        self._snippets: dict[str, list[Statement]] = {}

    def parse(self, file: Text, within: tuple[str, ...] = ()) -> list[Statement]:
        """The statements of a file, with imports in their places. Raises SourceError."""
        statements = _parsed(file)
        for each in statements:
            if each.words and each.block is not None and re.fullmatch(r"\(.+\)", each.name):
                self._snippets[each.name[1:-1]] = each.block
        return self._imported([each for each in statements if not each.name.startswith(("(", "&("))], within)

    def _imported(self, statements: list[Statement], within: tuple[str, ...]) -> list[Statement]:
        found: list[Statement] = []
        for each in statements:
            if each.name == "import" and each.arguments:
                found += self._import(each, within)
                continue
            block = None if each.block is None else self._imported(each.block, within)
            found.append(Statement(each.words, each.file, each.end, block))
        return found

    def _import(self, statement: Statement, within: tuple[str, ...]) -> list[Statement]:
        name, arguments = statement.arguments[0], statement.words[2:]
        if name in within:
            raise statement.file.error(f"{name} imports itself.", statement.words[0].start)
        self._left -= 1 + len(self._snippets.get(name, ())) // 100  # long snippets are copied
        if self._left < 0:
            self._limit(f"More than {MOST_IMPORTS} imports were not followed.")
            return []
        if name in self._snippets:
            if statement.block is not None:
                self._limit(f"The block that is given to the import of {name} is not followed.")
            return self._imported(_filled(self._snippets[name], arguments), (*within, name))
        data = self._reader(name)
        if data is None or len(data) > self._bytes:
            self._limit(f"The imported {name} was not read, so headers that it adds are missing here.")
            return []
        self._bytes -= len(data)
        return self.parse(Text(data, name, statement.span[0]), (*within, name))

    def _limit(self, sentence: str) -> None:
        if sentence not in self.limits:
            self.limits.append(sentence)


def _parsed(file: Text) -> list[Statement]:
    top: list[Statement] = []
    blocks = [Statement([], file, 0, top)]
    held: list[Word] = []
    for line in lines(file):
        words = held + line
        held = []
        while words and words[0].is_bare and words[0].text == "}":
            if len(blocks) == 1:
                raise file.error("This brace closes no block.", words[0].start)
            blocks.pop().end = words.pop(0).end
        if not words:
            continue
        if words[-1].is_bare and words[-1].text.endswith(",") and len(blocks) == 1:
            held = words
            continue
        _add(file, words, blocks)
    if len(blocks) > 1:
        raise file.error("This block has no closing brace.", blocks[-1].words[0].start if blocks[-1].words else 0)
    return top


def _add(file: Text, words: list[Word], blocks: list[Statement]) -> None:
    opens = words[-1].is_bare and words[-1].text == "{"
    statement = Statement(words[:-1] if opens else words, file, words[-1].end, [] if opens else None)
    inside = blocks[-1].block
    if not statement.words and (len(blocks) > 1 or inside):
        raise file.error("Caddy expects a name before this brace.", words[0].start)
    if inside is not None:
        inside.append(statement)
    if opens:
        if len(blocks) > DEEPEST:
            raise file.error(f"Blocks are nested more than {DEEPEST} deep.", words[-1].start)
        blocks.append(statement)


def _filled(statements: list[Statement], arguments: list[Word]) -> list[Statement]:
    """A snippet's statements with the import's arguments in them."""
    return [
        Statement(
            [_with_arguments(held, arguments) for held in each.words],
            each.file,
            each.end,
            None if each.block is None else _filled(each.block, arguments),
        )
        for each in statements
    ]


def _with_arguments(held: Word, arguments: list[Word]) -> Word:
    made, at = list[tuple[str, int]](), 0
    for match in _ARGUMENT.finditer(held.text):
        given = arguments[int(match[1])] if len(match[1]) < 4 and int(match[1]) < len(arguments) else None  # noqa: PLR2004
        if given is None or given.file is not held.file:
            continue
        made += [*held.characters[at : match.start()], *given.characters]
        at = match.end()
    return word(held.file, (*made, *held.characters[at:]), held.start, held.end, held.quote) if at else held
