"""Suggest the word that was meant ("did you mean …?") in place of an unknown one."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from csplint.csp.directives import DIRECTIVES

LONGEST = 48
"""Longest word that is compared, in characters; the time to compare grows with the square of the length."""

DIRECTIVE_NAMES = tuple(name for name, info in DIRECTIVES.items() if info.status != "removed")

_ALIASES = {
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
"""Names people use for a directive that is spelt quite differently; allow and xhr-src are older than CSP 1.0."""


def closest(word: str, known: Collection[str], aliases: Mapping[str, str], cutoff: float = 0.8) -> str:
    """
    The known word that `word`, lower case, was probably meant to be; "" if none is close.

    aliases: words and what they mean, however they are spelt. cutoff: least similarity, from 0 to 1.
    """
    if word in aliases:
        return aliases[word]
    if not 1 < len(word) <= LONGEST:
        return ""
    from difflib import get_close_matches  # noqa: PLC0415 - only for misspelt words

    found = get_close_matches(word, known, 1, cutoff)
    return found[0] if found else ""


def closest_directive(word: str) -> str:
    """The directive that a name, lower case, was probably meant to be; "" if none is close."""
    if f"{word}-src" in DIRECTIVES:
        return f"{word}-src"
    return closest(word, DIRECTIVE_NAMES, _ALIASES)
