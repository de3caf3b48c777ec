"""Values of a JSON or TOML file with the places where they are written."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from csplint.servers.source import Written


class Member(Struct, frozen=True):
    """One key of a table with its value. start: where the key begins."""

    key: str
    start: int
    node: Node


class Node(Struct, frozen=True, kw_only=True):
    """
    A value and where it is written, in bytes.

    Strings have `text`, tables `members` in the order written (also repeated keys), lists `items`; any other value has none of
    them. quote: what the string is written in: `"`, `'`, `\"""`, `'''`.
    """

    start: int
    end: int
    text: Written | None = None
    members: tuple[Member, ...] | None = None
    items: tuple[Node, ...] | None = None
    quote: str = '"'

    def get(self, key: str) -> Node | None:
        """The value of a key of a table, the last one if it is repeated; None if there is none, or this is not a table."""
        return next((each.node for each in reversed(self.members or ()) if each.key == key), None)

    def string(self, key: str) -> str:
        """The text of a key of a table; "" if it is not a string."""
        found = self.get(key)
        return found.text.text if found and found.text else ""

    def elements(self, key: str) -> tuple[Node, ...]:
        """The list that a key of a table has; empty if it is not a list."""
        found = self.get(key)
        return (found.items or ()) if found else ()

    def tables(self, key: str) -> Iterator[Node]:
        """The tables in the list that a key of a table has."""
        return (each for each in self.elements(key) if each.members is not None)


def list_span(places: tuple[tuple[int, int], ...], index: int) -> tuple[int, int]:
    """
    What to remove to take one of several parts with commas between them out of the file.

    places: start and end of each part. With the part goes the comma after it or, of the last one, that before it.
    """
    start, end = places[index]
    if index + 1 < len(places):
        return start, places[index + 1][0]
    return (places[index - 1][1] if index else start), end
