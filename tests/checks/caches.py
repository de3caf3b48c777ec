"""What the engine remembers between policies, for tests that need a fresh start."""

from __future__ import annotations

from csplint.csp import parse, source_list


def clear() -> None:
    """Forget every source list and source expression read so far."""
    for lists in source_list._LISTS.values():
        lists.clear()
    for sources in parse._PARSED.values():
        sources.clear()
