"""What Netlify makes of a header's value, from `_headers` and from netlify.toml alike (@netlify/headers-parser, normalize.js)."""

from __future__ import annotations

import re

from csplint.servers.contents import is_header_value
from csplint.servers.source import Written

_COMMA = re.compile(r"\s*,\s*")


def netlify_value(value: Written) -> Written:
    """The value without white space around it, and with one space after each comma and none before."""
    text, starts = value.text, value.starts
    first = len(text) - len(text.lstrip())
    last = max(first, len(text.rstrip()))
    made: list[str] = []
    places: list[int] = []
    at = first
    for found in _COMMA.finditer(text, first, last):
        made += [text[at : found.start()], ", "]
        comma = text.index(",", found.start())
        places += [*starts[at : found.start()], starts[comma], starts[min(comma + 1, found.end())]]
        at = found.end()
    return Written("".join([*made, text[at:last]]), (*places, *starts[at:last], starts[last]))


def is_netlify_value(text: str) -> bool:
    """Whether Netlify sends this text as it is."""
    return is_header_value(text) and _COMMA.sub(", ", text) == text
