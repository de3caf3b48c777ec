"""Gives a header another value in place, in nginx's quotes."""

from __future__ import annotations

import re

from csplint.servers.contents import Text
from csplint.servers.nginx.tokens import LONGEST_WORD, Word, lexemes
from csplint.servers.source import STAND_IN, FileEdit, Sent, SourceError, changed_stretch

_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f$]")
_NEEDS_QUOTES = re.compile(r"[ \t;{}\"'#]")


def write(data: bytes, sent: Sent, text: str) -> list[FileEdit] | None:
    """
    The edit that turns the value into `text`, in the header's directive or in the `set` or `map` that has this part of it.

    None if the change touches what is computed, is in more than one place or in an included file, or cannot be written in nginx:
    a `$` has no escape.
    """
    if sent.value is None or sent.file:
        return None
    old, starts = sent.value.text, sent.value.starts
    if old == text:
        return []
    first, end, new = changed_stretch(old, text)
    try:
        word = _word_at(Text(data), starts[first])
    except SourceError:
        return None
    return _edit(word, old[first:end], starts[first : end + 1], new) if word and STAND_IN not in new else None


def _word_at(file: Text, offset: int) -> Word | None:
    """The word that has a byte offset in it or at its end; the offset is one that reading the file gave."""
    for lexeme in lexemes(file):
        if isinstance(lexeme, Word) and file.offset(lexeme.end - len(lexeme.quote)) >= offset:
            return lexeme if file.offset(lexeme.start) <= offset else None
    return None


def _edit(word: Word, old: str, starts: tuple[int, ...], new: str) -> list[FileEdit] | None:
    offset, close = word.file.offset, word.end - len(word.quote)
    characters = [(char, offset(place)) for char, place in word.characters()]
    places = [place for _, place in characters] + [offset(close)]
    if starts[0] not in places:
        return None
    first = places.index(starts[0])
    here = characters[first : first + len(old)]
    if [char for char, _ in here] != list(old) or [place for _, place in here] != list(starts[: len(old)]):
        return None
    if "$" in old or _UNWRITABLE.search(new):
        return None
    quote = word.quote or ('"' if _NEEDS_QUOTES.search(new) else "")
    escaped = re.sub(rf"[\\{quote}]" if quote else r"\\", lambda match: "\\" + match[0], new)
    start, end = places[first], places[first + len(old)]
    if end - start > len(old.encode()) * 2 or len(word.raw) + len(escaped) - len(old) > LONGEST_WORD:
        return None
    if quote == word.quote:
        return [FileEdit(start, end, escaped)]
    raw = word.raw.encode()
    at, behind = start - offset(word.start), end - offset(word.start)
    if b'"' in raw.replace(b'\\"', b""):
        return None
    return [FileEdit(offset(word.start), offset(word.end), f'"{raw[:at].decode()}{escaped}{raw[behind:].decode()}"')]
