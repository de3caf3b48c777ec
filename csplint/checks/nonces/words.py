"""
Nonces that are words: what an example, a template or a program's empty value leaves in a nonce's place.

A value made of such words alone is no chance: `YOUR_RANDOM_NONCE_VALUE_HERE`, `generatedNonce`, `n0nc3`. Of one with other
words between its separators, half the letters must be of the list: `NGINX_NONCE`. Random base64 comes to neither: a word
of five letters at one place is one in a thousand million, and one of the telling words must be there.
"""

from __future__ import annotations

import re

_SAY_IT = "nonce nonces random placeholder replace replaceme changeme example sample dummy generated secret base64 csp"
_STAND_BESIDE = (
    "a an the this that my me your our here with for to of by from and or in is it be as real some same any each every new "
    "unique static secure server site app page value values string text token key hash header script style inline attr "
    "change insert put set add use must should goes per request response rand test demo foo bar todo generate runtime"
)
_TELLING = frozenset(_SAY_IT.split())
_WORDS = _TELLING | frozenset(_STAND_BESIDE.split())
_LONGEST_WORD = max(map(len, _WORDS))
_FEWEST = 5
"""Letters that must be of the list: three alone are met by chance in a short value with separators."""

_MOST = 64
"""Characters of a value that is looked at; words in a nonce's place are a short sentence."""

_LEET = str.maketrans("013457", "oieast")


def is_words(nonce: str) -> bool:
    """Whether a nonce says what belongs in its place."""
    bare = nonce.rstrip("=").lower()
    if len(bare) > _MOST:
        return False
    parts = [part for part in re.split(r"[-_+/]+", bare) if part]
    whole = "".join(parts)
    plain = whole.rstrip("0123456789")
    return any(map(_is_made_of_words, {whole, plain, whole.translate(_LEET), plain.translate(_LEET)})) or _mostly(parts)


def _is_made_of_words(text: str) -> bool:
    """Whether the text is words of the list one after the other, a telling one among them."""
    told: dict[int, bool] = {0: False}  # up to where the text is words, and whether a telling one was among them
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - _LONGEST_WORD), end):
            if start in told and (word := text[start:end]) in _WORDS:
                told[end] = told.get(end, False) or told[start] or word in _TELLING
    return told.get(len(text), False)


def _mostly(parts: list[str]) -> bool:
    """Whether half of what stands between separators is words of the list, a telling one among them."""
    words = [part for part in parts if part in _WORDS]
    said = sum(map(len, words))
    return not _TELLING.isdisjoint(words) and said * 2 >= sum(map(len, parts)) and said >= _FEWEST
