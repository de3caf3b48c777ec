"""Did you mean …? A known word close enough to a wrong one to be worth naming."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from csplint.csp.directives import DIRECTIVES

LONGEST = 48
"""Characters of a word worth comparing; comparing takes the square of them."""

DIRECTIVE_NAMES = tuple(name for name, info in DIRECTIVES.items() if info.status != "removed")

_OTHER_NAMES = {
    "ajax-src": "connect-src",
    "allow": "default-src",
    "audio-src": "media-src",
    "base-src": "base-uri",
    "css-src": "style-src",
    "form-src": "form-action",
    "iframe-src": "frame-src",
    "image-src": "img-src",
    "js-src": "script-src",
    "video-src": "media-src",
    "websocket-src": "connect-src",
    "ws-src": "connect-src",
    "xhr-src": "connect-src",
}
"""What people call a directive whose name is spelt quite differently; allow and xhr-src are from before CSP 1.0."""


def closest(word: str, known: Collection[str], others: Mapping[str, str], cutoff: float = 0.8) -> str:
    """The known word that `word`, lower case, was meant to be; "" where none is close."""
    if word in others:
        return others[word]
    if not 1 < len(word) <= LONGEST:
        return ""
    from difflib import get_close_matches  # noqa: PLC0415 - for misspelt words alone

    found = get_close_matches(word, known, 1, cutoff)
    return found[0] if found else ""


def closest_directive(word: str) -> str:
    """The directive that a name, lower case, was meant to be."""
    if f"{word}-src" in DIRECTIVES:
        return f"{word}-src"
    return closest(word, DIRECTIVE_NAMES, _OTHER_NAMES)
