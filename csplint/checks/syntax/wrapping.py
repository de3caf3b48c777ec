"""What was copied along with a policy's text: the header's name, a server's instruction, and quotes around the whole."""

from __future__ import annotations

import re

from msgspec import Struct

from csplint.csp.directives import DIRECTIVES
from csplint.csp.edit import Replacement
from csplint.csp.memo import memo
from csplint.csp.parse import parse_source
from csplint.csp.policy import Policy, State
from csplint.csp.source import SourceKind

_SPACE = r"[\t\n\f\r ]"
_INSTRUCTION = (
    rf"(?:add_header|more_set_headers|header(?:{_SPACE}+(?:always|onsuccess))?{_SPACE}+(?:set|add|append|merge|setifempty)"
    rf"|http-response{_SPACE}+(?:set|add)-header){_SPACE}+"
)
"""nginx's, Apache's and HAProxy's."""
_QUOTE = rf"(?:[\"`]|'(?=[A-Za-z-]+{_SPACE}))"
"""A quote that opens a whole policy; 'self' begins with one of its own."""
_NAME = r"(?:X-(?:WebKit-)?)?Content-Security-Policy(?:-Report-Only)?(?![A-Za-z0-9-])"
_HEADER = re.compile(
    rf"(?:{_INSTRUCTION}|<meta{_SPACE}+http-equiv=)?[\"'`]?{_NAME}[\"'`]?[\t\n\f\r :=]*(?:content=)?({_QUOTE}?)",
    re.IGNORECASE,
)
_QUOTED = re.compile(rf"({_QUOTE})([A-Za-z-]+)", re.IGNORECASE)
_BETWEEN = "\t\n\f\r ;"


class Wrapping(Struct, frozen=True):
    """What is around a policy: all before `start`, and from `end` on."""

    start: int
    end: int


def header(text: str) -> re.Match[str] | None:
    """The header's name at the beginning of a text, with the instruction before it; its group is the quote after it or ""."""
    return _HEADER.match(text)


@memo
def wrapping(policy: Policy) -> Wrapping | None:
    """The quotes around a whole policy, with what stands outside them; None where they are not both there."""
    if policy.directives[0].state == State.IN_FORCE:
        return None
    found = header(policy.text) or _QUOTED.match(policy.text)
    if found is None or not found[1] or (found.re is _QUOTED and found[2].lower() not in DIRECTIVES):
        return None
    end = _closing(policy.text, found[1])
    return Wrapping(found.end(1), end) if end > found.end(1) else None


def unwrapped(policy: Policy, found: Wrapping) -> tuple[Replacement, ...]:
    """The policy alone."""
    return Replacement(0, found.start, ""), Replacement(found.end, len(policy.text), "")


def _closing(text: str, quote: str) -> int:
    """Where the quote stands that ends the policy, but for what configurations have after it; -1 where there is none."""
    bare = text.rstrip(_BETWEEN)
    for tail in (">", "/", "always"):
        if bare.lower().endswith(tail):
            bare = bare.removesuffix(bare[-len(tail) :]).rstrip(_BETWEEN)
    if not bare.endswith(quote):
        return -1
    last = re.split(r"[\t\n\f\r ;]", bare[-200:])[-1]
    own = last.startswith(quote) and parse_source(last).kind != SourceKind.INVALID
    return -1 if own else len(bare) - 1
