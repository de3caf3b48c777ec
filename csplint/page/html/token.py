"""What a page's text falls into before a tree is built of it."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Token(NamedTuple):
    """One tag, text or comment; source is its text as it stands (of a comment: its data)."""

    kind: Literal["start", "end", "text", "comment"]
    name: str
    source: str
    attributes: int
