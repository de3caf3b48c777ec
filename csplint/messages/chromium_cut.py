"""
Beginnings of Chromium's messages: people copy a line that ends in "…", or a narrow window breaks it.

What is left says what was blocked; the directive with its sources, which comes last, is missing.
"""

from __future__ import annotations

import re

from csplint.messages.chromium import CODE, DIRECTIVES, URLS
from csplint.messages.message import Message
from csplint.messages.quoted import EFFECTIVE

_URL = re.compile(
    rf"(?P<refused>refused to )?\b(?P<doing>{'|'.join(URLS)})\s+'(?P<url>[^\s'…]{{0,9000}})(?P<end>'?)(?P<rest>.{{0,200}})",
    re.IGNORECASE,
)
_CODE = re.compile(rf"\b(?P<doing>{'|'.join(CODE)}) (?:because it )?violates the", re.IGNORECASE)


def read(text: str) -> Message | None:
    """What the beginning of a message of Chromium says; None if it is not one."""
    disposition = "report" if "[report only]" in text.lower() else "enforce"
    if found := _URL.search(text):
        reason = found["rest"].lower().strip()
        violates = reason.startswith(("violates the", "because it violates the", "because an ancestor violates the"))
        if not violates and not (found["refused"] and reason in _NO_REASON):
            return None
        kind = next(kind for doing, kind in URLS.items() if re.fullmatch(doing, found["doing"], re.IGNORECASE))
        directive, code, blocked = EFFECTIVE.get(kind) or DIRECTIVES[kind], "", found["url"]
    elif found := _CODE.search(text):
        code = next(kind for doing, kind in CODE.items() if re.fullmatch(doing, found["doing"], re.IGNORECASE))
        directive, blocked = EFFECTIVE[code], "inline"
    else:
        return None
    return Message(
        kind="csp",
        browser="chromium",
        directive=directive,
        disposition="report" if disposition == "report" else "enforce",
        blocked=blocked,
        code=code,
        notes=frozenset({"cut"}),
        text=text,
    )


_NO_REASON = (
    "",
    "…",
    "...",
    "because",
    "because…",
    "because …",
    "because ...",
    "because it",
    "because it…",
    "because it …",
)
