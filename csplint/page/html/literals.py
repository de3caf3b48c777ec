"""
The addresses that an inline script names in clear: `fetch('https://api.example/')`, `new WebSocket('wss://…')`.

csplint runs no scripts, so this is a search of their text: only a string that is a call's whole first argument counts, with
comments left out. Whether the call is ever made is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from csplint.csp.request import Kind

MAX_TEXT = 2_000_000
"""Characters of scripts that are searched, over the whole page."""

MAX_LITERALS = 200
"""Addresses that are found on one page."""

_CALLS: dict[str, Kind] = {
    "fetch": "connect",
    "sendBeacon": "beacon",
    "open": "connect",
    "WebSocket": "ws",
    "EventSource": "eventsource",
    "import": "dynamic-script",
    "Worker": "worker",
    "SharedWorker": "worker",
    "register": "worker",
}
_CALL = re.compile(
    r"(?:(?<![\w$.])(?:window\.|self\.|globalThis\.)?(fetch)"
    r"|\bnavigator\.(sendBeacon)"
    r"|\bserviceWorker\.(register)"
    r"|\bnew\s+(?:window\.)?(WebSocket|EventSource|Worker|SharedWorker)"
    r"|\.(open)\s*\(\s*(?:\"[A-Za-z]{3,7}\"|'[A-Za-z]{3,7}')\s*,"
    r"|(?<![\w$.])(import))\s*(?(5)|\()\s*"
    r"(?:\"(?P<double>[^\"\\\n]{1,2000})\"|'(?P<single>[^'\\\n]{1,2000})'|`(?P<back>[^`\\$]{1,2000})`)\s*[,)]"
)
_ADDRESS = re.compile(r"(?:https?:|wss?:)?//[^/\s]|/(?!/)", re.IGNORECASE)
# Strings first: an address in one is no comment. What is not closed goes on to the end, so that nothing is read twice.
_COMMENT = re.compile(
    r"\"(?:[^\"\\\n]|\\.)*+\"?|'(?:[^'\\\n]|\\.)*+'?|`(?:[^`\\]|\\.)*+`?|(?P<comment>//[^\n]*+|/\*(?:.*?\*/|.*+))",
    re.DOTALL,
)
_NAMES = re.compile(r"\b(?:fetch|sendBeacon|open|WebSocket|EventSource|import|Worker|SharedWorker|register)\b")
_POLICY = re.compile(r"content-security-policy", re.IGNORECASE)


class Literal(Struct, frozen=True):
    """An address as written, the call's name, the kind of request that it makes, and its offset in the script."""

    written: str
    call: str
    kind: Kind
    offset: int


def literals(script: str) -> Iterator[Literal]:
    """The addresses in one script, in their order. Only absolute ones, and those that begin with a slash."""
    if len(script) > MAX_TEXT or not _NAMES.search(script):
        return
    for found in _CALL.finditer(_without_comments(script)):
        call = next(filter(None, found.groups()[:6]))
        name = next(name for name in ("double", "single", "back") if found[name] is not None)
        if _ADDRESS.match(found[name]):
            yield Literal(found[name], call, _CALLS[call], found.start(name))


def writes_policy(script: str) -> bool:
    """Whether a script names the header or the meta element of a policy, so that it may write one into the page."""
    return _POLICY.search(script) is not None


def _without_comments(script: str) -> str:
    """The script with spaces in place of comments, so that offsets stay."""
    return _COMMENT.sub(lambda found: " " * len(found[0]) if found["comment"] is not None else found[0], script)
