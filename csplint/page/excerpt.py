"""Text from a server, shortened and made ASCII for an error message."""

from __future__ import annotations

MAX_SHOWN = 200
"""Characters."""


def excerpt(text: str | bytes) -> str:
    """
    The text in quotes, as ASCII, cut after MAX_SHOWN characters.

    The report writers escape it for a terminal or a file; this only keeps raw bytes and very long values out of a sentence.
    """
    if isinstance(text, bytes):
        text = text.decode("latin-1")
    shown = ascii(text[:MAX_SHOWN])[: MAX_SHOWN + 2]
    return shown if len(text) < MAX_SHOWN else shown[:MAX_SHOWN] + "…"
