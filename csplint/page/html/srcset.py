"""
The URLs of a srcset attribute.

HTML Standard #parse-a-srcset-attribute, up to the choice among the candidates: it depends on the visitor's screen, so the
page may request any of them. A candidate with an invalid descriptor is ignored, as in browsers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# Patterns that cannot backtrack: a page may hold a srcset of several megabytes.
_BEFORE = re.compile(r"[\t\n\f\r ,]*")
_URL = re.compile(r"[^\t\n\f\r ]+")
_MARK = re.compile(r"[(),]")
_DESCRIPTOR = re.compile(r"\d+[wh]|(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?x")


def srcset_urls(value: str) -> Iterator[str]:
    """Each candidate's URL as written, in order, with repeats."""
    position = 0
    while True:
        before = _BEFORE.match(value, position)
        found = _URL.match(value, position if before is None else before.end())
        if found is None:
            return
        url, position = found[0], found.end()
        if url.endswith(","):
            yield url.rstrip(",")
            continue
        start, position = position, _descriptors_end(value, position)
        if all(_DESCRIPTOR.fullmatch(word) for word in value[start:position].split()):
            yield url


def _descriptors_end(value: str, start: int) -> int:
    """The position of the comma that ends a candidate; a comma inside parentheses does not."""
    in_parentheses = False
    for mark in _MARK.finditer(value, start):
        if mark[0] == "," and not in_parentheses:
            return mark.start()
        if mark[0] != ",":
            in_parentheses = mark[0] == "("
    return len(value)
