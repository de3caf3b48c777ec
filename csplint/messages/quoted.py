"""Parts of messages that all browsers write alike: hashes, directives, and the directive that governs each kind of code."""

from __future__ import annotations

import re

from csplint.csp.directives import DIRECTIVES

_HASH = re.compile(r"'sha(?:256|384|512)-[A-Za-z0-9+/_-]{4,100}={0,2}'")
NAMES = "|".join(sorted(DIRECTIVES, key=len, reverse=True))
"""Every known directive, for regular expressions."""

_BEGINS = re.compile(rf"(?:{NAMES})(?=[\s;]|$)", re.IGNORECASE)

EFFECTIVE = {
    "script": "script-src-elem",
    "inline-script": "script-src-elem",
    "javascript-url": "script-src-elem",
    "event-handler": "script-src-attr",
    "eval": "script-src",
    "wasm": "script-src",
    "style": "style-src-elem",
    "inline-style": "style-src-elem",
    "style-attr": "style-src-attr",
}
"""The effective directive of scripts and styles by the kind of request (CSP3 #effective-directive-for-inline-check)."""

BLOCKED = {"eval": "eval", "wasm": "wasm-eval"}
"""What a violation report writes for code without a URL; "inline" for every other."""


def hashes(text: str) -> tuple[str, ...]:
    """The hash sources in a text, each once, as sources are written: 'sha256-…'."""
    return tuple(dict.fromkeys(_HASH.findall(text)))


def directive_name(text: str) -> str:
    """The known directive that a text begins with, lower case; "" if it begins with none."""
    found = _BEGINS.match(text)
    return found[0].lower() if found else ""
