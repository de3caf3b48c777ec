"""Text from a server, cut and made ASCII for an error message."""

from __future__ import annotations

MAX_SHOWN = 200


def excerpt(text: str | bytes) -> str:
    """
    Give the text in quotes, as ASCII, at most 200 characters of it.

    Escaping for a terminal or a report is the writers' work; this only keeps
    raw header bytes and page-long values out of a sentence.
    """
    if isinstance(text, bytes):
        text = text.decode("latin-1")
    shown = ascii(text[:MAX_SHOWN])[: MAX_SHOWN + 2]
    return shown if len(text) < MAX_SHOWN else shown[:MAX_SHOWN] + "…"
