"""Where something is: in a policy's text, in a page, in a file."""

from __future__ import annotations

from msgspec import Struct


class Span(Struct, frozen=True):
    """A range of a policy's text."""

    start: int
    end: int


class Place(Struct, frozen=True):
    """A point in the page's source."""

    line: int
    column: int


class Region(Struct, frozen=True):
    """
    A range of the file that a target was read from; `end_column` is exclusive.

    Lines end in LF or CRLF; columns count code points and are null if only the lines are known.
    """

    line: int
    column: int | None
    end_line: int
    end_column: int | None
