"""Characters that mean something to a policy."""

from __future__ import annotations

ASCII_WHITESPACE = "\t\n\f\r "
"""Infra #ascii-whitespace. Python's own idea of white space has more in it, and browsers do not."""

_PRINTABLE = bytes(range(0x20, 0x7F))


def is_plain(text: str) -> bool:
    """Whether a text is printable ASCII, so that a space is its only white space, for Python as for browsers."""
    return text.isascii() and not text.encode("ascii").translate(None, _PRINTABLE)
