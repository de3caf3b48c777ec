"""Names and texts of a policy in sentences."""

from __future__ import annotations

from collections.abc import Iterable

_LONGEST_SHOWN = 80


def in_words(names: Iterable[str], most: int = 4) -> str:
    """`a`, `a and b`, `a, b and c`, `a, b, c, d and 5 more`."""
    listed = [shown(name) for name in names]
    if len(listed) > most:
        listed = [*listed[:most], f"{len(listed) - most} more"]
    return " and ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)


def shown(text: str) -> str:
    """A text from a policy as a sentence quotes it: its first 80 characters."""
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
