"""The lines of a `_headers` file: a path, then the headers that responses at that path get."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from csplint.servers.contents import character_starts, is_header_value, utf8_text
from csplint.servers.source import Fault, FileEdit, Sent, SourceError, Written, changed_text
from csplint.servers.static_faults import is_policy, literal_nonces

_PATH = re.compile(r"/|\S+://")
_COMMENT = re.compile(r"(?<!\s)\s+#.*$")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
MAX_BLOCKS = 100
"""Blocks that are compared with each other, which is what Cloudflare takes."""

MAX_LINES = 5_000


class Line(Struct, frozen=True):
    """A line that is neither empty nor a comment, without the space around it. start: its offset in bytes. whole: with its line end."""

    text: str
    start: int
    whole: tuple[int, int]

    @property
    def end(self) -> int:
        return self.start + len(self.text.encode())


class Block(Struct, frozen=True):
    """A path with its headers. removed: lower-case names after `!`."""

    path: Line
    sent: tuple[Sent, ...]
    removed: tuple[str, ...] = ()


def lines(data: bytes) -> Iterator[Line]:
    """The lines that say something. Raises SourceError if the file is not text, or too long."""
    at, number = 0, 0
    for raw in utf8_text(data).split("\n"):
        size = len(raw.encode())
        text = raw.strip().removeprefix("\ufeff")
        if text and not text.startswith("#"):
            number += 1
            if number > MAX_LINES:
                raise SourceError(f"It has more than {MAX_LINES:,} lines with paths and headers, so it was not read.")
            yield Line(text, at + len(raw[: raw.index(text)].encode()), (at, min(at + size + 1, len(data))))
        at += size + 1


def blocks(
    read: Sequence[Line],
    *,
    paths: re.Pattern[str] = _PATH,
    value: Callable[[Written], Written] = lambda written: written,
) -> tuple[list[Block], list[Fault]]:
    """The file's blocks and the faults of its lines. paths: how a path begins. value: what the platform makes of a value."""
    found: list[Block] = []
    faults: list[Fault] = []
    path: Line | None = None
    sent: list[Sent] = []
    removed: list[str] = []
    for line in read:
        if paths.match(line.text):
            if path:
                found.append(Block(path, tuple(sent), tuple(removed)))
            path, sent, removed = line, [], []
        elif line.text.startswith("! ") and ":" not in line.text:
            removed.append(line.text[2:].strip().lower())
        elif (header := _header(line, value)) and path:
            sent.append(header)
        else:
            faults.append(_ignored(line, has_path=path is not None))
    if path:
        found.append(Block(path, tuple(sent), tuple(removed)))
    return found, faults


def _header(line: Line, made: Callable[[Written], Written]) -> Sent | None:
    name, colon, rest = line.text.partition(":")
    value = rest.strip()
    if not colon or not value or not _NAME.fullmatch(name.strip()):
        return None
    at = line.start + len((name + colon).encode()) + len(rest[: rest.index(value)].encode())
    written = made(Written(value, character_starts(value, at)))
    return Sent(name=name.strip(), value=written, start=line.whole[0], end=line.whole[1])


def _ignored(line: Line, *, has_path: bool) -> Fault:
    if not has_path:
        message, fix = (
            "This header has no path above it, so it is ignored.",
            "Add a line with a path, such as /*, above it.",
        )
    else:
        message = "This line is not a header: it needs a name without spaces, a colon and a value. It is ignored."
        fix = "Write each header on one line, as Name: value. A long policy cannot continue on the next line."
    return Fault(rule="ignored-line", message=message, start=line.start, end=line.end, fix=fix)


def value_faults(sent: Sequence[Sent]) -> Iterator[Fault]:
    """What is wrong in single values, whichever platform reads them."""
    yield from literal_nonces(sent, "a _headers file")
    for each in sent:
        found = _COMMENT.search(each.value.text) if each.value and is_policy(each) else None
        if found and each.value:
            start, end = each.value.starts[found.start()], each.value.starts[found.end()]
            yield Fault(
                rule="value-with-comment",
                message=f"The text after # is sent as part of {each.name}: a comment needs a line of its own.",
                start=start,
                end=end,
                fix="Move the comment to its own line.",
                edits=(FileEdit(start, end, ""),) if found.start() else (),
            )


def write(data: bytes, sent: Sent, text: str) -> Sequence[FileEdit] | None:
    """The edits that give a header another value; None if a line of this file cannot have it."""
    if sent.value is None or sent.computed or not is_header_value(text):
        return None
    return changed_text(sent.value, text, lambda new: new)
