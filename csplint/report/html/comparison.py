"""What is new in a corrected policy, source by source, and what it no longer has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from csplint.report.to_send import directives

_SEPARATORS = ";,"


class DirectiveLine(Struct, frozen=True):
    """
    A directive of the new policy.

    pieces: its text, cut where new text begins or ends; each with whether it is new. end: ";" or "," before the next
    directive, "" after the last.
    """

    pieces: tuple[tuple[str, bool], ...]
    end: str

    @property
    def is_new(self) -> bool:
        """Whether any of it is new."""
        return any(is_new for _, is_new in self.pieces)


class Comparison(Struct, frozen=True):
    """The new policy's directives in order, and the removed text, one entry per directive of the old policy."""

    lines: tuple[DirectiveLine, ...]
    removed: tuple[str, ...]


def compare(before: str, after: str) -> Comparison:
    """
    Compare two values of a header or a meta element.

    A directive of the old value is looked up by its name, whichever of several policies in one header it is in. Spaces
    and the order of directives and sources do not count.
    """
    old, new = _split(before), _split(after)
    return Comparison(
        tuple(_lines(old, new)), tuple(_removed([words for words, _ in old], [words for words, _ in new]))
    )


def _split(value: str) -> list[tuple[list[str], str]]:
    """The words of each directive, and what ends it."""
    found = []
    for directive in directives(value):
        text = directive.rstrip(_SEPARATORS)
        if words := text.split():
            found.append((words, directive[len(text) :][:1]))
    return found


def _lines(old: Sequence[tuple[list[str], str]], new: Sequence[tuple[list[str], str]]) -> Iterator[DirectiveLine]:
    known = _sources([words for words, _ in old])
    for words, end in new:
        sources = known.get(words[0].lower())
        marked = [(word, sources is None or (at > 0 and word not in sources)) for at, word in enumerate(words)]
        yield DirectiveLine(tuple(_pieces(marked)), end)


def _sources(found: Sequence[list[str]]) -> dict[str, set[str]]:
    """All sources of the directives of each name."""
    sources: dict[str, set[str]] = {}
    for name, *rest in found:
        sources.setdefault(name.lower(), set()).update(rest)
    return sources


def _pieces(marked: Sequence[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    for is_new, group in groupby(marked, key=lambda each: each[1]):
        yield " ".join(word for word, _ in group), is_new


def _removed(old: Sequence[list[str]], new: Sequence[list[str]]) -> Iterator[str]:
    kept = _sources(new)
    room = Counter(words[0].lower() for words in new)
    for name, *sources in old:
        key = name.lower()
        if not room[key]:  # the whole directive, or one of several of this name
            yield " ".join((name, *sources))
            continue
        room[key] -= 1
        if lost := [each for each in sources if each not in kept[key]]:
            yield " ".join((name, *lost))
