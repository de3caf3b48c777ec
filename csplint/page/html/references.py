"""An attribute as written: where each character of its value begins, through the character references of HTML."""

from __future__ import annotations

import re

_REFERENCE = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);?|.", re.DOTALL)
"""A character reference of HTML, or a character."""


def content_starts(written: str, content: str) -> list[int] | None:
    """
    Give where in an attribute as written each character of its value begins and, last, where it ends.

    written: with the attribute's name and quotes. None if what is written cannot be followed to the value.
    """
    head = re.match(r"[^=]*=\s*([\"']?)", written)
    if head is None:
        return None
    value = written[head.end() : len(written) - len(head[1])]
    read: list[str] = []
    starts: list[int] = []
    for found in _REFERENCE.finditer(value):
        character = _read(found[0])
        read.append(character)
        starts += [head.end() + found.start()] * len(character)
    return [*starts, head.end() + len(value)] if "".join(read) == content else None


def _read(written: str) -> str:
    if len(written) == 1:
        return written
    import html  # noqa: PLC0415 - for policies written with references alone

    return html.unescape(written)
