"""What Netlify makes of a header's value, from `_headers` and from netlify.toml alike (@netlify/headers-parser, normalize.js)."""

from __future__ import annotations

from csplint.servers.contents import is_header_value
from csplint.servers.source import Written


def netlify_value(value: Written) -> Written:
    """The value without white space around it, and with one space after each comma and none before."""
    made: list[str] = []
    starts: list[int] = []
    at = end = 0
    parts = value.text.split(",")
    for number, part in enumerate(parts):
        kept = part.strip()
        first = at + len(part) - len(part.lstrip())
        end = first + len(kept)
        made.append(kept)
        starts += value.starts[first:end]
        at += len(part) + 1
        if number + 1 < len(parts):
            starts += [value.starts[at - 1], value.starts[at]]
    return Written(", ".join(made), (*starts, value.starts[end]))


def stripped(value: Written) -> Written:
    """The value without white space around it, which is all that Netlify changes in a list's strings."""
    kept = value.text.strip()
    first = len(value.text) - len(value.text.lstrip()) if kept else 0
    return Written(kept, value.starts[first : first + len(kept) + 1])


def is_netlify_value(text: str) -> bool:
    """Whether Netlify sends this text as it is."""
    return is_header_value(text) and ", ".join(part.strip() for part in text.split(",")) == text
