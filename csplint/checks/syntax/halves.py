"""One source in two halves: a semicolon typed for the colon of https://, or copied with the rest of a data: URL."""

from __future__ import annotations

import re

from csplint.checks.syntax.fault import reads_well
from csplint.checks.syntax.reasons import lacks_colon
from csplint.csp.directives import DIRECTIVES
from csplint.csp.policy import Directive, Policy, State, Token

_SLASHED = frozenset({"http", "https", "ws", "wss"})
_DATA = re.compile(r"data:.+", re.IGNORECASE | re.DOTALL)
_REST = re.compile(r"(?:base64|charset=[\w-]+|utf-?8)", re.IGNORECASE)
"""What stands in a data: URL after its first semicolon; after a comma comes another policy."""


def whole(before: Directive, rest: Directive) -> str:
    """The source whose halves are the last of a list and the name of the directive after it; "" where it is none."""
    info = DIRECTIVES.get(before.name)
    if before.state != State.IN_FORCE or info is None or info.kind not in {"sources", "ancestors"}:
        return ""
    last, word = before.list.sources[-1] if before.list.sources else None, rest.written
    if last is None:
        return ""
    if lacks_colon(last) and last.text.lower() in _SLASHED and word.startswith("//"):
        return f"{last.text}:{word}" if reads_well(f"{last.text}:{word}") else ""
    return "data:" if _DATA.fullmatch(last.text) and _REST.fullmatch(word) else ""


def is_half(policy: Policy, directive: Directive, token: Token) -> bool:
    """Whether a token is the first half of such a source, which is told with the second."""
    if token.span.end != directive.span.end:
        return False
    spans = [each.span for each in policy.directives]
    after = policy.directives[spans.index(directive.span) + 1 :]
    return bool(after and whole(directive, after[0]))
