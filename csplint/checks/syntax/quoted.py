"""What a token is but for its quotes: a keyword, nonce or hash; a word that is none; a directive's name."""

from __future__ import annotations

import re

from csplint.checks.marks import mark
from csplint.csp.directives import DIRECTIVES
from csplint.csp.parse import parse_source
from csplint.csp.source import KEYWORDS, Source, SourceKind

QUOTES = "'\"`"


QUOTED_KINDS = frozenset({SourceKind.KEYWORD, SourceKind.NONE, SourceKind.NONCE, SourceKind.HASH})


TRUST = re.compile(r"(nonce|sha-?\d+|ed25519)-.*", re.IGNORECASE | re.DOTALL)


LIKE_NONCE = re.compile(r"'nonce(?:[-=:_].*|[A-Za-z0-9+/]*={0,2}'?)", re.IGNORECASE | re.DOTALL)
"""A nonce but for its value, or for the dash before that; 'nonce.example' is a host in quotes."""


_BARE = frozenset({"none", *(word[1:-1] for word in KEYWORDS)})
_PREFIXES = ("nonce-", "sha", "ed25519-")
"""How all begin that stand in quotes and are no words."""


def meant_quoted(source: Source) -> str:
    """What a token is with its quotes put right, where that is a keyword, nonce or hash; "" for anything else."""
    if source.kind not in {SourceKind.HOST, SourceKind.SCHEME, SourceKind.INVALID}:
        return ""
    bare = source.text.strip(QUOTES + ":\\")
    if (lowered := bare.lower()) not in _BARE and not lowered.startswith(_PREFIXES):
        return ""
    quoted = f"'{bare}'"
    if parse_source(quoted).kind in QUOTED_KINDS:
        return quoted
    unreadable = source.kind == SourceKind.INVALID and source.text[:1] != "'" and TRUST.fullmatch(bare)
    return quoted if unreadable else ""


@mark(SourceKind.HOST, SourceKind.SCHEME, SourceKind.INVALID)
def is_unquoted(source: Source) -> bool:
    """Whether a token is a keyword, nonce or hash but for its quotes."""
    return bool(meant_quoted(source))


@mark(SourceKind.INVALID)
def is_unknown_word(source: Source) -> bool:
    """Whether a token is a quoted word that is no keyword, nor a nonce, a hash or a location in quotes."""
    text = source.text
    if source.kind != SourceKind.INVALID or len(text) < 3 or text[0] != "'" or text[-1] != "'":  # noqa: PLR2004
        return False
    inner = text[1:-1]
    if (
        is_experiment(source)
        or "'" in inner
        or TRUST.fullmatch(inner)
        or inner.lower().startswith(("sha", "md5", "nonce"))
    ):
        return False
    return re.fullmatch(r"[A-Za-z0-9_-]+", inner) is not None


def is_experiment(source: Source) -> bool:
    """Whether a token was meant as a hash of Chromium's experiment, and is none: no keyword comes near it."""
    return source.kind == SourceKind.INVALID and source.text.lower().startswith(("'url-sha", "'eval-sha"))


@mark(SourceKind.HOST, SourceKind.SCHEME, SourceKind.INVALID)
def is_directive_name(source: Source) -> bool:
    """Whether a token can only be a directive's name, with a colon or without; `sandbox` or `referrer` could be a host."""
    return "-" in source.text and source.text.lower().removesuffix(":") in DIRECTIVES


def ends_with_colon(source: Source) -> bool:
    """Whether a token is unreadable with the colon at its end: `'self':`, `https://a.example:`, and not `data:`."""
    return source.kind == SourceKind.INVALID and source.text.endswith(":")
