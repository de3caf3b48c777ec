"""
A corrected policy, as it is printed to be sent.

A nonce must be new in every response, so no nonce is ever printed to be copied: {NONCE} stands in its place. That is not
base64, so browsers ignore it where it is left in by mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from csplint.model import Corrected

NONCE = "{NONCE}"
NONCE_STEP = (
    "Replace {NONCE} with a new random value in every response, the same one in the header and in the nonce attribute "
    "of each script tag."
)

_NONCE = re.compile(r"'nonce-[^']*'", re.IGNORECASE)


def to_send(text: str) -> str:
    """A policy's text with the place for the nonce instead of each nonce."""
    return _NONCE.sub(f"'nonce-{NONCE}'", text)


def has_nonce(text: str | None) -> bool:
    """Whether a policy's text has a nonce, or the place for one."""
    return _NONCE.search(text or "") is not None


def steps(corrected: Corrected) -> tuple[str, ...]:
    """What is left to do by hand, with the nonce's step where a policy has one."""
    texts = [*(each.after for each in corrected.headers), *(each.after for each in corrected.metas)]
    nonced = any(map(has_nonce, texts))
    return (*((NONCE_STEP,) if nonced else ()), *corrected.steps)


def directives(text: str) -> list[str]:
    """
    The directives of a header's value, one a line, each with the character that separates it from the next.

    A semicolon separates directives, a comma policies.
    """
    separated = [
        (part.strip(), last)
        for policy in text.split(",")
        for part, last in _with_last([each for each in policy.split(";") if each.strip()])
    ]
    return [f"{part}{',' if last else ';'}" for part, last in separated[:-1]] + [part for part, _ in separated[-1:]]


def _with_last(parts: list[str]) -> Iterator[tuple[str, bool]]:
    yield from ((part, False) for part, _ in pairwise(parts))
    yield from ((part, True) for part in parts[-1:])
