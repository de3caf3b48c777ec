"""Gives a header another value in place, in Apache's quotes and formats."""

from __future__ import annotations

import re

from csplint.servers.apache.lines import Word
from csplint.servers.apache.sections import Configuration, Section
from csplint.servers.apache.values import value
from csplint.servers.contents import Text
from csplint.servers.source import STAND_IN, FileEdit, Sent, SourceError, changed_stretch

_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f]|\$\{")


def write(data: bytes, sent: Sent, text: str) -> list[FileEdit] | None:
    """
    The edit that turns the value into `text`, in the Header directive that has this part of it.

    None if the change touches what is computed, is in more than one directive or in an included file, or cannot be written.
    """
    if sent.value is None or sent.file:
        return None
    old, starts = sent.value.text, sent.value.starts
    if old == text:
        return []
    first, end, new = changed_stretch(old, text)
    if STAND_IN in new or _UNWRITABLE.search(new):
        return None
    configuration = Configuration(lambda _: None)
    try:
        configuration.read(Text(data))
    except SourceError:
        return None
    found = [
        edits
        for word in _words(configuration.root)
        if (edits := _edit(word, old[first:end], starts[first : end + 1], new))
    ]
    return found[0] if found else None


def _words(section: Section) -> list[Word]:
    """The words of values; those of `edit` have a syntax of their own and stay as they are."""
    own = [each.words[0] for each in section.operations if each.value is not None]
    return own + [word for each in section.inside for word in _words(each)]


def _edit(word: Word, old: str, starts: tuple[int, ...], new: str) -> list[FileEdit] | None:
    if not word.file.offset(word.start) <= starts[0] <= word.file.offset(word.end):
        return None
    made = value(word, {})
    pieces = [(piece, word.file.offset(place)) for piece, place, computed in made.pieces]
    computed = [place for _, place, is_computed in made.pieces if is_computed]
    places = [place for _, place in pieces] + [word.file.offset(made.end)]
    if starts[0] not in places:
        return None
    first = places.index(starts[0])
    here = pieces[first : first + len(old)]
    if [piece for piece, _ in here] != list(old) or [place for _, place in here] != list(starts[: len(old)]):
        return None
    if {word.file.offset(place) for place in computed} & {place for _, place in here}:
        return None
    quote = word.quote or ('"' if re.search(r"[\s\"']", new) else "")
    if quote and not word.quote and '"' in word.text + new:
        quote = "'" if "'" not in word.text + new else quote
    escaped = new.replace("%", "%%").replace("\\", "\\\\\\\\")
    escaped = escaped.replace(quote, "\\" + quote) if quote else escaped
    start, end = places[first], places[first + len(old)]
    if quote == word.quote and not (not quote and first == 0 and escaped[:1] in {'"', "'"}):
        return [FileEdit(start, end, escaped)]
    if quote in word.text:
        return None
    opening, closing = word.file.offset(word.start), word.file.offset(word.end)
    raw = word.file.text.encode()
    return [
        FileEdit(opening, closing, f"{quote}{raw[opening:start].decode()}{escaped}{raw[end:closing].decode()}{quote}")
    ]
