"""An upper bound on the number of elements that the parser reopens for unclosed formatting tags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from typing import Literal, NamedTuple

FORMATTING = frozenset(
    {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}
)
_SINGLE = frozenset({"a", "nobr"})
_MARKERS = frozenset({"applet", "object", "marquee", "template", "td", "th", "caption"})
_CLEARING = frozenset({"applet", "object", "marquee", "template"})
# This many steps of a search cost as much as one reopened element.
_SEARCH_STEPS = 4
# HTML Standard, "the Noah's Ark clause": at most three equal elements stay in the list.
_NOAH = 3


class Token(NamedTuple):
    """One tag, text or comment of a page, before it is parsed; source: its text as written, of a comment its data."""

    kind: Literal["start", "end", "text", "comment"]
    name: str
    source: str
    attributes: int


class Reopening:
    """
    The list of active formatting elements, as far as it can be known from tokens.

    Where tokens are not enough, it assumes the longer list: only elements written alike are equal, and a cell's end removes
    nothing, because outside a table a cell's start was ignored. Searching the list counts too, so that counting stays cheap.
    """

    def __init__(self, deepest: int) -> None:
        self.total = 0
        self._deepest = deepest
        self._open: list[tuple[str, str]] = []
        # The length of self._open without markers, and the number of elements of each spelling.
        self._length = 0
        self._alike: Counter[str] = Counter()
        self._popped = False
        self._trusts_ends = True

    def count(self, token: Token) -> int:
        """Add one token; returns the number of reopened elements so far."""
        if token.kind == "comment":
            # In foreign content this is text, and the tag after it may not be a tag at all.
            self._trusts_ends = self._trusts_ends and not token.source.startswith("[CDATA[")
            return self.total
        if token.kind == "text" or token.name in FORMATTING:
            self._reopen()
        if token.kind == "start":
            self._start(token)
        elif token.kind == "end":
            self._end(token.name)
        return self.total

    def _reopen(self) -> None:
        if self._popped:
            self.total += min(self._length, self._deepest)
            self._popped = False

    def _start(self, token: Token) -> None:
        if token.name in _MARKERS:
            self._open.append((token.name, ""))
        elif token.name not in FORMATTING:
            self._reopen()
        else:
            if token.name in _SINGLE:
                self._close(token.name)
            if self._alike[token.source] < _NOAH:
                self._open.append((token.name, token.source))
                self._alike[token.source] += 1
                self._length += 1
            return
        self._popped = True

    def _end(self, name: str) -> None:
        self._popped = True
        if not self._trusts_ends:
            return
        if name in FORMATTING:
            self._close(name)
        elif name in _MARKERS:
            self._leave(name)

    def _close(self, name: str) -> None:
        """Remove the last element of this name, unless a marker comes after it."""
        index = self._search({name})
        if index is not None and self._open[index][0] == name:
            self._forget(index, index + 1)

    def _search(self, names: Set[str]) -> int | None:
        """The index of the last entry that has one of these names or is a marker."""
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index][0] in names or self._open[index][0] in _MARKERS:
                self.total += (len(self._open) - index) // _SEARCH_STEPS
                return index
        self.total += len(self._open) // _SEARCH_STEPS
        return None

    def _leave(self, name: str) -> None:
        marker = self._search(_MARKERS)
        if marker is None or self._open[marker][0] != name:
            return
        if name in _CLEARING:
            self._forget(marker + 1, len(self._open))
        del self._open[marker]

    def _forget(self, start: int, end: int) -> None:
        for _, source in self._open[start:end]:
            self._alike[source] -= 1
        self._length -= end - start
        del self._open[start:end]
