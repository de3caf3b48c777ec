"""
Lines of a browser's console, one or a whole dump, of any browser and any age.

The console puts the place of the message before or after it and says "Uncaught"; none of that matters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from csplint.messages import chromium, firefox, other_kinds, policy_texts, webkit
from csplint.messages.message import Message

MAX_MESSAGE = 16 * 1024
"""Characters of a message that are read; browsers shorten long URLs and print no longer policies."""

_CONTINUES = re.compile(r"\s*(?:Note (?:also )?that |Source: |Either the '|\(Missing ')")
_STACK = re.compile(
    r"\s+at \S|\s*[\w.$<>/]*@(?:https?|blob|data):|\s*\(anonymous\)|\s*(?:Promise|setTimeout|await)\b.{0,40}$"
)
_CSP_IN_ISSUES = re.compile(
    r"Content Security Policy of your site blocks (?:the use of (?P<eval>'?eval)|some resources)"
    r"|Content Security Policy (?:blocks|prevents|blocked) (?P<inline>inline execution)",
    re.IGNORECASE,
)


def read_line(text: str) -> Message:
    """What one message says; kind "unknown" for a text that no browser is known to print."""
    said = text[:MAX_MESSAGE].strip()
    for reader in (
        firefox.read,
        chromium.read,
        webkit.read,
        policy_texts.read,
        chromium.read_fragment,
        _issue,
        other_kinds.read,
    ):
        if (found := reader(said)) is not None:
            return found
    return Message(kind="unknown", text=said)


def read_dump(lines: Iterable[str]) -> Iterator[Message]:
    """
    The messages of a console's text, in order.

    A line that continues the one before it ("Note that …") belongs to that message; stack traces and empty lines are left out.
    """
    before = ""
    for line in lines:
        if before and _CONTINUES.match(line):
            before = f"{before.rstrip()} {line.strip()}"[:MAX_MESSAGE]
            continue
        if before:
            yield read_line(before)
        before = "" if not line.strip() or _STACK.match(line) else line[:MAX_MESSAGE]
    if before:
        yield read_line(before)


def _issue(text: str) -> Message | None:
    """A heading of the panel Issues of Chromium's developer tools, which names no address."""
    found = _CSP_IN_ISSUES.search(text)
    if found is None:
        return None
    blocked = "eval" if found["eval"] else "inline" if found["inline"] else ""
    directive = "script-src" if found["eval"] else ""
    code = "eval" if found["eval"] else ""
    return Message(kind="csp", browser="chromium", directive=directive, blocked=blocked, code=code, text=text)
