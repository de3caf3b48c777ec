"""
What is known of the variables in a value.

`set` gives a text that may hold other variables; `map`, `geo` and `split_clients` choose one of several texts for each request,
so a value with such a variable has variants. Everything else is computed when the server runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from csplint.servers.nginx.tokens import Word
from csplint.servers.nginx.tree import Statement
from csplint.servers.source import STAND_IN, Written, stand_in

_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))", re.ASCII)
_CHOOSERS = frozenset({"map", "geo", "split_clients"})
_PARAMETERS = frozenset({"hostnames", "volatile", "ranges", "proxy", "proxy_recursive", "delete"})
MOST_PIECES = 30_000
MOST_SET = 400_000
"""Characters that the `set`s of a file make, for all its locations together."""
DEEPEST = 10
"""Variables within variables; more than nginx configurations have, few enough for a loop of maps."""


class Piece(Struct, frozen=True):
    """A character, or an expression that is computed. start: its offset. name: of the variable if computed."""

    text: str
    start: int
    name: str = ""


class Chooser(Struct):
    """A `map`. source: what it looks at. entries: the keys for each text, with the word that has it (None: empty)."""

    source: str
    entries: list[tuple[list[str], Word | None]]
    constant: bool = False


Setting = tuple[Statement, tuple[str, ...]]
"""A `set` or an `if`, and the variables that it sets."""


class Work(Struct):
    """left: the characters that the `set`s of a file may still make; each location has its own variables."""

    left: int = MOST_SET


class UnchosenError(Exception):
    """A value needs a choice of what the chooser `name` gives."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def choosers(statements: list[Statement]) -> dict[str, Chooser]:
    """The choosers of a configuration by their variables' names, from any block."""
    found: dict[str, Chooser] = {}
    for statement in statements:
        if statement.name in _CHOOSERS and statement.block is not None and statement.arguments:
            variable = statement.arguments[-1].removeprefix("$")
            source = statement.arguments[0] if len(statement.arguments) > 1 else "$remote_addr"
            found[variable] = Chooser(source, _entries(statement.block), statement.name != "map")
        elif statement.block is not None:
            found |= choosers(statement.block)
    return found


def _entries(block: list[Statement]) -> list[tuple[list[str], Word | None]]:
    by_text: dict[str, tuple[list[str], Word | None]] = {}
    has_default = False
    for entry in block:
        if entry.name in _PARAMETERS or not entry.arguments:
            continue
        is_default = entry.name in {"default", "*"}
        has_default |= is_default
        keys, _ = by_text.setdefault(entry.arguments[0], ([], entry.words[1]))
        keys.append("" if is_default else entry.name)
    if not has_default:
        by_text.setdefault("", ([], None))[0].append("")
    return list(by_text.values())


class Variables:
    """
    The variables as one location has them.

    chosen: for each chooser's variable, the word whose text it gives; a variable that is there with `False` is computed.
    work: what is left of the file's.
    """

    def __init__(self, choosers: dict[str, Chooser], chosen: dict[str, Word | bool | None], work: Work) -> None:
        self._choosers, self._chosen, self._work = choosers, chosen, work
        self._set: dict[str, list[Piece] | None] = {}

    def run(self, settings: Iterable[Setting], taken: Statement | None = None) -> None:
        """Run the `set`s of a block, and those of the `if` that is `taken`; what other `if`s set is not known."""
        for statement, names in settings:
            if statement.name == "set":
                self._set |= {name: self._evaluated(statement) for name in names}
            elif statement is taken:
                inside = (each for each in statement.block or () if each.name == "set" and len(each.words) == 3)  # noqa: PLR2004 - with a value
                self.run((each, (each.words[1].text.removeprefix("$"),)) for each in inside)
            else:
                self._set |= dict.fromkeys(names)

    def _evaluated(self, statement: Statement) -> list[Piece] | None:
        """What a `set` gives its variable; None, as for what is computed, once the file's work is done."""
        if self._work.left <= 0:
            return None
        made = self.pieces(statement.words[2])
        self._work.left -= len(made)
        return made

    def pieces(self, word: Word, depth: int = 0) -> list[Piece]:
        """A word's characters, and those of the variables in it that are known. Raises UnchosenError."""
        characters = list(word.characters())
        text, pieces, at = "".join(char for char, _ in characters), list[Piece](), 0
        offset = word.file.offset
        for match in _VARIABLE.finditer(text):
            pieces += [Piece(char, offset(place)) for char, place in characters[at : match.start()]]
            known = self._known(match[1] or match[2], depth)
            if known is None or len(pieces) + len(known) > MOST_PIECES:
                known = [Piece(match[0], offset(characters[match.start()][1]), match[1] or match[2])]
            pieces += known
            at = match.end()
        return pieces + [Piece(char, offset(place)) for char, place in characters[at:]]

    def _known(self, name: str, depth: int) -> list[Piece] | None:
        if name in self._set:
            return self._set[name]
        if name not in self._choosers or depth > DEEPEST:
            return None
        if name not in self._chosen:
            raise UnchosenError(name)
        word = self._chosen[name]
        if isinstance(word, bool):
            return None
        if word is None:
            return []
        if self._choosers[name].constant:
            return [Piece(char, word.file.offset(place)) for char, place in word.characters()]
        return self.pieces(word, depth + 1)


def written(word: Word, pieces: list[Piece]) -> tuple[Written | None, tuple[str, ...], tuple[str, ...]]:
    """The value that these pieces of a word make (None if nothing of it is known), its expressions, and those that are nonces."""
    text, starts, nonces = list[str](), list[int](), list[str]()
    for piece in pieces:
        shown = stand_in(piece.text, "".join(text[-len("'nonce-") :])) if piece.name else piece.text
        if shown == STAND_IN:
            nonces.append(piece.text)
        text += shown
        starts += [piece.start] * len(shown)
    starts.append(word.file.offset(word.end - len(word.quote)))
    computed = tuple(piece.text for piece in pieces if piece.name)
    known = not computed or any(not piece.name for piece in pieces)
    return Written("".join(text), tuple(starts)) if known else None, computed, tuple(nonces)
