"""The value of a Header directive: its `%` formats, and the variables of the configuration (mod_headers.c)."""

from __future__ import annotations

import re

from msgspec import Struct

from csplint.servers.apache.lines import Characters, Word
from csplint.servers.source import STAND_IN, Written, stand_in

_FORMAT = re.compile(r"%%|%\Z|%(?:\{[^}]*\})?[Dteslib]|%|\$\{[^}]+\}|\\[\\rnt]")
_ESCAPES = {"\\\\": "\\", "\\r": "\r", "\\n": "\n", "\\t": "\t", "%%": "%", "%": "%"}
_HEX = re.compile(r"%[0-9A-Fa-f]{2}")


class Value(Struct, frozen=True):
    """
    A value in pieces: (text, place, whether it is computed). end: the place behind it. wrong: the places of each `%` that
    Apache takes for a format where an escaped character was meant, or does not know.
    """

    pieces: list[tuple[str, int, bool]]
    end: int
    wrong: tuple[int, ...] = ()


def value(word: Word, defined: dict[str, str]) -> Value:
    """What Apache sends for a word. defined: the variables by Define."""
    text, places = word.text, [place for _, place in word.characters]
    end = word.end - len(word.quote)
    if text.startswith("expr="):
        return Value([(text, places[0], True)], end)
    pieces: list[tuple[str, int, bool]] = []
    wrong, at = list[int](), 0
    for match in _FORMAT.finditer(text):
        pieces += [(char, place, False) for char, place in _plain(word.characters, at, match.start())]
        found, place, at = match[0], places[match.start()], match.end()
        if found in _ESCAPES:
            pieces.append((_ESCAPES[found], place, False))
        elif found.startswith("${") and found[2:-1] in defined:
            pieces += [(char, place, False) for char in defined[found[2:-1]]]
        else:
            pieces.append((found, place, True))
        if (found == "%" and match.end() < len(text)) or (len(found) == 2 and _HEX.match(text, match.start())):  # noqa: PLR2004
            wrong.append(place)
    pieces += [(char, place, False) for char, place in _plain(word.characters, at, len(text))]
    return Value(pieces, end, tuple(wrong))


def _plain(characters: Characters, start: int, end: int) -> Characters:
    return characters[start:end]


def written(word: Word, value: Value) -> tuple[Written | None, tuple[str, ...], tuple[str, ...]]:
    """The value (None if nothing of it is known), the expressions in it, and those that are nonces."""
    text, starts, nonces = list[str](), list[int](), list[str]()
    for piece, place, computed in value.pieces:
        shown = stand_in(piece, "".join(text[-len("'nonce-") :])) if computed else piece
        if shown == STAND_IN:
            nonces.append(piece)
        text += shown
        starts += [word.file.offset(place)] * len(shown)
    starts.append(word.file.offset(value.end))
    expressions = tuple(piece for piece, _, computed in value.pieces if computed)
    known = not expressions or any(not computed for _, _, computed in value.pieces)
    return Written("".join(text), tuple(starts)) if known else None, expressions, tuple(nonces)
