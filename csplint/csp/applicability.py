"""
Where a source can say something: 'unsafe-eval' nothing about styles, a nonce nothing about images.

By CSP3's checks of each directive, and by what browsers make of them (csp/rules.py). default-src stands in for
scripts and styles, so that everything has a meaning there.
"""

from __future__ import annotations

from csplint.csp.policy import SourceList
from csplint.csp.source import Source, SourceKind

_SCRIPTS = frozenset({"script-src", "script-src-elem", "script-src-attr"})
_STYLES = frozenset({"style-src", "style-src-elem", "style-src-attr"})
_ELEMENTS = frozenset({"script-src", "script-src-elem", "style-src", "style-src-elem"})
ATTRIBUTES = frozenset({"script-src-attr", "style-src-attr"})
_EVALUATED = frozenset({"script-src"})
_WORKERS = frozenset({"worker-src", "child-src"})
_FILES = frozenset({"script-src", "script-src-elem"})

_WHERE: dict[str, frozenset[str]] = {
    "'unsafe-inline'": _SCRIPTS | _STYLES,
    # CSP3 #directive-style-src would have it for cssText and insertRule, too; no browser asks there.
    "'unsafe-eval'": _EVALUATED,
    "'wasm-unsafe-eval'": _EVALUATED,
    "'trusted-types-eval'": _EVALUATED,
    # A javascript: URL is asked of script-src-elem.
    "'unsafe-hashes'": _SCRIPTS | {"style-src", "style-src-attr"},
    # In Chromium 156 it lets workers start, too.
    "'strict-dynamic'": _SCRIPTS | _WORKERS,
    "'report-sample'": _SCRIPTS | _STYLES,
    "'inline-speculation-rules'": _FILES,
    "'report-sha256'": _FILES | _WORKERS,
    "'report-sha384'": _FILES | _WORKERS,
    "'report-sha512'": _FILES | _WORKERS,
    "'unsafe-webtransport-hashes'": frozenset({"connect-src"}),
}
"""The directives besides default-src in which a keyword can change something."""

_NO_FILES = frozenset({"about", "javascript"})
"""Schemes that no script can be loaded from; a javascript: URL is inline code, which no scheme allows."""

REPORTS = frozenset({"'report-sample'", "'report-sha256'", "'report-sha384'", "'report-sha512'"})
"""Words that have something reported and block nothing."""


def allows_something(name: str, listed: SourceList, source: Source) -> bool:
    """Whether a source allows something in its list in a directive of this name, so that 'none' beside it has no effect."""
    if source.kind in {SourceKind.NONE, SourceKind.INVALID} or source.name in REPORTS:
        return False
    return says_something(name, listed, source)


def can_say(name: str, source: Source) -> bool:
    """Whether a source can change something in some list of a directive."""
    if name == "default-src" or source.kind in {SourceKind.NONE, SourceKind.INVALID}:
        return True
    if source.kind in {SourceKind.NONCE, SourceKind.HASH}:
        return name in _ELEMENTS or name in ATTRIBUTES
    if source.kind == SourceKind.KEYWORD and source.name in _WHERE:
        return name in _WHERE[source.name]
    if source.kind == SourceKind.SCHEME and source.scheme in _NO_FILES:
        return name not in _SCRIPTS
    return name not in ATTRIBUTES


def says_something(name: str, listed: SourceList, source: Source) -> bool:
    """Whether a source can change something in this very list, in a directive of this name."""
    if not can_say(name, source):
        return False
    if name not in ATTRIBUTES or source.kind not in {SourceKind.NONCE, SourceKind.HASH}:
        return True
    words = listed.keywords
    # Attributes have no nonce; all the same a nonce or hash switches 'unsafe-inline' off.
    return "'unsafe-inline'" in words or (source.kind == SourceKind.HASH and "'unsafe-hashes'" in words)
