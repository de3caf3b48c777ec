"""Gives a header another value in place, in Caddy's quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from csplint.servers.caddy.headers import written
from csplint.servers.caddy.tokens import Word, lines
from csplint.servers.contents import Text
from csplint.servers.source import STAND_IN, FileEdit, Sent, SourceError, changed_stretch

_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f{}]")


def write(data: bytes, sent: Sent, text: str) -> list[FileEdit] | None:
    """
    The edit that turns the value into `text`, in the word that has this part of it.

    None if the change touches what is computed, is in more than one word or in an imported file, or cannot be written.
    """
    if sent.value is None or sent.file:
        return None
    old, starts = sent.value.text, sent.value.starts
    if old == text:
        return []
    first, end, new = changed_stretch(old, text)
    if STAND_IN in new or _UNWRITABLE.search(new) or text != text.strip():
        return None
    try:
        found = [edits for word in _words(data) if (edits := _edit(word, old[first:end], starts[first : end + 1], new))]
    except SourceError:
        return None
    return found[0] if found else None


def _words(data: bytes) -> Iterator[Word]:
    for line in lines(Text(data)):
        yield from line


def _edit(word: Word, old: str, starts: tuple[int, ...], new: str) -> list[FileEdit] | None:
    offset = word.file.offset
    if not offset(word.start) <= starts[0] <= offset(word.end):
        return None
    value, computed, _ = written(word)
    if value is None or (computed and STAND_IN in old) or starts[0] not in value.starts:
        return None
    places, first = list(value.starts), value.starts.index(starts[0])
    here = places[first : first + len(old)]
    if value.text[first : first + len(old)] != old or here != list(starts[: len(old)]) or len(set(here)) < len(old):
        return None
    escaped = _escaped(word, value.text[:first], new)
    if escaped is None:
        return None
    start, end = places[first], places[first + len(old)]
    if word.quote or not re.search(r"[\s\"`#\\]", new):
        return [FileEdit(start, end, escaped)]
    return _quoted(word, start, end, new)


def _escaped(word: Word, before: str, new: str) -> str | None:
    """New text as it is written in a word's quotes. A backslash before a quote has no escape in Caddy."""
    if word.quote == "`":
        return None if "`" in new else new
    if word.quote != '"':
        return new
    if re.search(r"\\(?:\"|\Z)|\\\\", new) or (new[:1] in {"\\", '"'} and before.endswith("\\")):
        return None
    return new.replace('"', '\\"')


def _quoted(word: Word, start: int, end: int, new: str) -> list[FileEdit] | None:
    """The edit that gives a bare word quotes and new text from `start` to `end`."""
    quote = next((each for each in ('"', "`") if each not in word.text + new and "\\" not in word.text + new), None)
    if quote is None:
        return None
    opening, closing = word.file.offset(word.start), word.file.offset(word.end)
    raw = word.file.text.encode()
    return [FileEdit(opening, closing, f"{quote}{raw[opening:start].decode()}{new}{raw[end:closing].decode()}{quote}")]
