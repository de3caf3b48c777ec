"""What the engine remembers between policies, for tests that need a fresh start."""

from __future__ import annotations

from csplint.csp import source, source_list


def clear() -> None:
    """Forget every source list and source expression read so far."""
    for lists in source_list._LISTS.values():
        lists.clear()
    for sources in source._READ.values():
        sources.clear()
