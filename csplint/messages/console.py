"""
Lines of a browser's console, one or a whole dump, of any browser and any age.

The console puts the place of the message before or after it and says "Uncaught"; none of that matters. Nor does what mail
and chat programs do to a copy: quotation marks, bullets, typographic quotes, and lines that are broken at a width.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from csplint.messages import chromium, chromium_cut, firefox, issues, other_kinds, policy_texts, webkit
from csplint.messages.message import Message
from csplint.messages.quoted import directive_name

MAX_MESSAGE = 16 * 1024
"""Characters of a message that are read; browsers shorten long URLs and print no longer policies."""

A_POLICY = "a policy"
"""What an unknown text is about that is a policy's own text."""

_CONTINUES = re.compile(
    r"\s*(?:Note (?:also )?that |Source: |Refused to connect because it violates the document|Either the '|Consider using "
    r"|The (?:action|request) has been blocked|The policy is report-only|\(Missing ')"
)
_OPEN = re.compile(
    r"[.\"”)] (?:Note|Either|The|Consider)\b(?:[^.]|\.(?!\s|$))*$|\bdirective(?: of(?: the(?: Content(?: Security)?)?)?)?$"
)
"""A message that ends within a sentence, after what matters most."""

_STACK = re.compile(
    r"\s+at \S|\s*[\w.$<>/]*@(?:https?|blob|data):|\s*\(anonymous\)|\s*(?:Promise|setTimeout|await)\b.{0,40}$"
)
_BEGINS = re.compile(
    r"refused to |Content[- ]Security[- ]Policy\s?:"
    r"|\b(?:loading (?:the|media|plugin|a manifest)|connecting to|framing|sending form|setting the document|creating a worker"
    r"|(?:pre)?fetching content|executing inline|applying inline|running the JavaScript|evaluating a string|compiling or)\b",
    re.IGNORECASE,
)
"""How the messages about a policy begin."""

_MOST_PARTS = 12
"""Lines of a message that is broken at a width; a phone's window has 40 characters."""

_QUOTED = re.compile(r"(?:\s*(?:>|[-*•·](?=\s)|\d{1,3}[.)](?=\s)))*\s*")
_STRAIGHT = str.maketrans({**dict.fromkeys("‘’‚‛′", "'"), **dict.fromkeys("“”„‟″", '"'), "\xa0": " ", "\u202f": " "})
_LINK = re.compile(r"<((?:https?|wss?)://[^\s<>|]{1,9000})(?:\|[^\s<>]{0,9000})?>")
_HEADER = re.compile(r"Content-Security-Policy(?:-Report-Only)?\s?:\s*", re.IGNORECASE)


def read_line(text: str) -> Message:
    """What one message says; kind "unknown" for a text that no browser is known to print."""
    said = _unquoted(text[:MAX_MESSAGE])
    found = _read(said)
    if found is None or found.kind != "csp":
        plain = _LINK.sub(r"\1", said.translate(_STRAIGHT))
        again = _read(plain) if plain != said else None
        found = replace(again, text=said) if again is not None and (found is None or again.kind == "csp") else found
    if found is not None:
        return found
    about = A_POLICY if directive_name(_HEADER.sub("", said, count=1)) else ""
    return Message(kind="unknown", about=about, text=said)


def _read(said: str) -> Message | None:
    for reader in (
        issues.read_row,
        firefox.read,
        chromium.read,
        webkit.read,
        policy_texts.read,
        chromium.read_fragment,
        issues.read_title,
        chromium_cut.read,
        other_kinds.read,
    ):
        if (found := reader(said)) is not None:
            return found
    return None


def _unquoted(text: str) -> str:
    """A line without the marks of a quotation, a list or code around it."""
    found = _QUOTED.match(text)
    return text[found.end() if found else 0 :].strip().strip("`").strip()


def read_dump(lines: Iterable[str]) -> Iterator[Message]:
    """
    The messages of a console's text, in order.

    A line that continues the one before it ("Note that …") belongs to that message; stack traces and empty lines are left
    out, and so is the title of an issue that has rows.
    """
    title: Message | None = None
    for message in map(read_line, _messages(lines)):
        if "heading" in message.notes:
            if title is not None:
                yield title
            title = message
            continue
        if title is not None and message.kind == "csp":
            title = None if "\t" in message.text else title
        yield message
    if title is not None:
        yield title


def _messages(lines: Iterable[str]) -> Iterator[str]:
    """The texts of messages, each whole."""
    parts: list[str] = []
    for each in lines:
        line = _QUOTED.sub(_indent, each, count=1)[:MAX_MESSAGE]
        if parts and line.strip() and (_CONTINUES.match(line) or _goes_on(parts, line)):
            parts.append(line.strip())
            continue
        yield from _joined(parts)
        parts = [] if not line.strip() or _STACK.match(line) else [line]
    yield from _joined(parts)


def _joined(parts: list[str]) -> list[str]:
    """The parts as one message; as they are if they make none together."""
    text = " ".join(part.rstrip() for part in parts)[:MAX_MESSAGE]
    whole = len(parts) == 1 or read_line(text).kind == "csp" or any(map(_CONTINUES.match, parts))
    return [text] if parts and whole else parts


def _indent(quoted: re.Match[str]) -> str:
    """White space at the beginning of a line, which marks a stack trace, without the marks before it and their one space."""
    marks = quoted[0].rstrip()
    return " " if len(quoted[0]) - len(marks) > bool(marks) else ""


def _goes_on(parts: list[str], line: str) -> bool:
    """Whether a message that is broken at a width goes on in this line."""
    before = " ".join(parts).rstrip()
    is_begun = len(parts) < _MOST_PARTS and _BEGINS.search(before) and not before.endswith(("…", "..."))
    if not is_begun or _BEGINS.match(line.strip()) or _STACK.match(line):
        return False
    found = read_line(before)
    return found.kind == "unknown" or "cut" in found.notes or _OPEN.search(before) is not None
