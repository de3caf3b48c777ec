"""Gives a header another value in place, in Caddy's quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from csplint.servers.caddy.headers import written
from csplint.servers.caddy.tokens import Word, lines
from csplint.servers.files import Text
from csplint.servers.source import STAND_IN, FileEdit, Sent, SourceError

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
    most = min(len(old), len(text))
    first = next((n for n in range(most) if old[n] != text[n]), most)
    last = next((n for n in range(most - first) if old[-1 - n] != text[-1 - n]), most - first)
    new, end = text[first : len(text) - last], len(old) - last
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
    if value is None or (computed and STAND_IN in old):
        return None
    places = list(value.starts)
    if starts[0] not in places:
        return None
    first = places.index(starts[0])
    if value.text[first : first + len(old)] != old or list(starts[: len(old)]) != places[first : first + len(old)]:
        return None
    if len(set(places[first : first + len(old)])) < len(old):
        return None
    if word.quote == "`" and "`" in new:
        return None
    escaped = new
    if word.quote == '"':
        if re.search(r"\\(?:\"|\Z)|\\\\", new) or (new[:1] in {"\\", '"'} and value.text[:first].endswith("\\")):
            return None
        escaped = new.replace('"', '\\"')
    start, end = places[first], places[first + len(old)]
    if word.quote or not re.search(r"[\s\"`#\\]", new):
        return [FileEdit(start, end, escaped)]
    quote = next((each for each in ('"', "`") if each not in word.text + new and "\\" not in word.text + new), None)
    if quote is None:
        return None
    opening, closing = offset(word.start), offset(word.end)
    raw = word.file.text.encode()
    return [
        FileEdit(opening, closing, f"{quote}{raw[opening:start].decode()}{escaped}{raw[end:closing].decode()}{quote}")
    ]
