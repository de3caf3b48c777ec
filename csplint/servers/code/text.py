"""
Strings in a program: which characters they have, and where each of them is written.

A string can be made of several literals and of computed expressions. Only what is in a literal can be changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from csplint.servers.source import STAND_IN, FileEdit, Written, stand_in, text_changes

LONGEST_EXPRESSION = 100
"""Characters of an expression that are kept; the rest is cut off."""

MOST_CHARACTERS = 1_000_000
"""Characters of all values of a file, each counted every time it is used. What follows is taken as computed."""

_PLAIN = re.compile(r"[ -~]*")
_NEVER = frozenset("\\`${}#")


class Literal(Struct, frozen=True):
    """
    A string literal.

    start, end: the bytes between its quotes. quote: the character that ends it. raw: a quote in it cannot be escaped.
    """

    start: int
    end: int
    quote: str
    raw: bool = False


Char = tuple[str, int, int, Literal | None]
"""A character, the bytes that it is written with (start, end), and its literal; None if it is not in one."""


class Text(Struct, frozen=True):
    """
    A string expression.

    chars: its value. start, end: the bytes of the expression. computed: the expressions in it that the program computes.
    named: it is a name, and its value is written elsewhere, where others may use it too.
    """

    chars: tuple[Char, ...]
    start: int
    end: int
    computed: tuple[str, ...] = ()
    named: bool = False

    @property
    def text(self) -> str:
        return "".join(char[0] for char in self.chars)

    def moved(self, start: int, end: int) -> Text:
        """The same value, as the name at `start` to `end` that stands for it."""
        return Text(self.chars, start, end, self.computed, True)


def literal_text(chars: Iterable[tuple[str, int, int]], literal: Literal, start: int, end: int) -> Text:
    """The text of one literal, whose expression is at `start` to `end`."""
    return Text(tuple((char, first, last, literal) for char, first, last in chars), start, end)


def fixed(text: str, start: int, end: int) -> Text:
    """A value that is known, but is not in a literal: a constant such as CSP.SELF."""
    return Text(tuple((char, start, end, None) for char in text), start, end)


def expression(source: str, start: int, end: int, before: str = "") -> Text:
    """
    An expression that the program computes.

    source: as written. before: the value up to it, which shows whether it is a nonce.
    """
    shown = " ".join(source.split())[:LONGEST_EXPRESSION]
    made = stand_in(re.sub(r"[\s;,]+", "", shown), before)
    return Text(tuple((char, start, end, None) for char in made), start, end, (shown,))


def joined(parts: Sequence[Text], start: int, end: int, between: str = "") -> Text:
    """The parts one after another, with `between` between them."""
    chars: list[Char] = []
    for number, part in enumerate(parts):
        if number and between:
            chars += [(char, part.start, part.start, None) for char in between]
        chars += part.chars
    return Text(tuple(chars), start, end, tuple(each for part in parts for each in part.computed))


def written(text: Text) -> Written:
    """The text as the interface of servers has it."""
    end = text.chars[-1][2] if text.chars else text.end
    return Written(text.text, (*(char[1] for char in text.chars), end))


def escaped(literal: Literal, text: str) -> str | None:
    """
    The text as it is written in a literal, in any of the languages; None if that is not certain.

    Only printable ASCII without what begins an escape or an interpolation somewhere.
    """
    if not _PLAIN.fullmatch(text) or _NEVER & set(text) or STAND_IN in text:
        return None
    if literal.quote not in text:
        return text
    return None if literal.raw else text.replace(literal.quote, "\\" + literal.quote)


def quoted(text: str, like: str = '"') -> str | None:
    """The text as a new literal, in the quotes `like` where it has none of them; None if that is not certain."""
    quote = like if like in ("'", '"') and like not in text else '"'
    made = escaped(Literal(0, 0, quote), text)
    return None if made is None else quote + made + quote


def text_edits(old: Text, new: str) -> tuple[FileEdit, ...] | None:
    """The edits in the literals of `old` that give it the value `new`; None if one is not in a literal."""
    edits: list[FileEdit] = []
    for first, last, text in text_changes(old.text, new):
        made = _edits_at(old, first, last, text)
        if made is None:
            return None
        edits += made
    return tuple(edits)


def _edits_at(old: Text, first: int, last: int, text: str) -> list[FileEdit] | None:
    """Replace the characters `first` to `last`: the new text goes to the first literal of them, or to the one before."""
    spans: list[tuple[int, int, Literal]] = []
    for char in old.chars[first:last]:
        if char[3] is None:
            return None
        if spans and spans[-1][2] is char[3]:
            spans[-1] = (spans[-1][0], char[2], char[3])
        else:
            spans.append((char[1], char[2], char[3]))
    spans = spans or _gap(old, first)
    if not spans:
        return None
    made = escaped(spans[0][2], text)
    if made is None:
        return None
    return [FileEdit(start, end, made if number == 0 else "") for number, (start, end, _) in enumerate(spans)]


def _gap(old: Text, place: int) -> list[tuple[int, int, Literal]]:
    """The empty span of a literal where a text before the character `place` is inserted."""
    if place and (before := old.chars[place - 1])[3] is not None:
        return [(before[2], before[2], before[3])]
    if place < len(old.chars) and (after := old.chars[place])[3] is not None:
        return [(after[1], after[1], after[3])]
    return []
