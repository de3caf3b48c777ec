"""What is wrong with a token of a source list."""

from __future__ import annotations

from msgspec import Struct

from csplint.csp.parse import parse_source
from csplint.csp.source import SourceKind


class Fault(Struct, frozen=True):
    """
    why: continues "is no source: …". mended: the token put right, "" where nobody can tell. template: nothing filled it in.
    firefox: it is no source in Firefox, and one in Chromium. read: continues "is read as …", "the host …" where "".
    stray: it stands for nothing, and comes out. merged: a directive's name is stuck to it, and the directive is lost.
    """

    why: str
    mended: str = ""
    template: bool = False
    firefox: bool = False
    read: str = ""
    stray: bool = False
    merged: bool = False


def reads_well(text: str) -> bool:
    """Whether a token put right is a source."""
    return bool(text) and parse_source(text).kind != SourceKind.INVALID
