"""Recognize a file that is nothing but a policy."""

from __future__ import annotations

import re

from csplint.csp.directives import DIRECTIVES

_LONGEST = 256 * 1024
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


def is_policy(text: str) -> bool:
    """
    Whether a text is a policy: directives between semicolons, at least half of them known, the first one among these.

    Prose may begin with a word like "sandbox", so one name must have a hyphen.
    """
    if len(text) > _LONGEST or "<" in text or "\0" in text:
        return False
    names = [words[0].lower() for part in text.split(";") if (words := part.split())]
    if not names or names[0] not in DIRECTIVES or not all(map(_NAME.fullmatch, names)):
        return False
    known = [name for name in names if name in DIRECTIVES]
    return 2 * len(known) >= len(names) and any("-" in name for name in known)
