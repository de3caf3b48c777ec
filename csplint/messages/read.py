"""A text that somebody copied from a browser: console lines, reports as JSON, or both, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.messages.console import read_dump, read_line
from csplint.messages.message import Message
from csplint.messages.report_json import UnreadableReportError, parse

MAX_TEXT = 4 * 1024 * 1024
"""Characters of a text that are read; a console holds a few thousand lines."""

MAX_MESSAGES = 10_000
"""Messages of one text."""


def read_text(text: str) -> Iterator[Message]:
    """The messages in a text: one JSON value, JSON values a line each, or lines of a console; up to MAX_MESSAGES."""
    whole = text[:MAX_TEXT].strip().removeprefix("\ufeff")
    if whole[:1] in {"{", "["}:
        found = _reports(whole)
        yield from found[:MAX_MESSAGES]
        if found:
            return
    left = MAX_MESSAGES
    for message in _by_line(whole):
        yield message
        left -= 1
        if not left:
            return


def read_one(line: str) -> tuple[Message, ...]:
    """The messages in one line: one of a console, or the reports in one JSON value."""
    stripped = line.strip()
    found = _reports(stripped) if stripped[:1] in {"{", "["} else ()
    return found or (read_line(stripped),)


def _by_line(text: str) -> Iterator[Message]:
    console: list[str] = []
    for line in text.splitlines():
        if line.lstrip()[:1] in {"{", "["} and (found := _reports(line)):
            yield from read_dump(console)
            console.clear()
            yield from found
        else:
            console.append(line)
    yield from read_dump(console)


def _reports(line: str) -> tuple[Message, ...]:
    try:
        return parse(line.strip())
    except UnreadableReportError:
        return ()


def is_message(text: str) -> bool:
    """Whether a text holds a message of a browser about a policy, and so is one for `csplint why`."""
    return any(message.kind == "csp" for message in read_text(text[:_LOOKED_AT]))


_LOOKED_AT = 64 * 1024
