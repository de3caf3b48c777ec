"""
In which directives a source can have an effect: 'unsafe-eval' has none on styles, a nonce none on images.

By CSP3's checks of each directive and by what browsers do (`allowances.py`). default-src is the fallback for scripts and
styles, so every source can have an effect there.
"""

from __future__ import annotations

from csplint.csp.policy import SourceList
from csplint.csp.source import Source, SourceKind

_SCRIPTS = frozenset({"script-src", "script-src-elem", "script-src-attr"})
_STYLES = frozenset({"style-src", "style-src-elem", "style-src-attr"})
_ELEMENTS = frozenset({"script-src", "script-src-elem", "style-src", "style-src-elem"})
ATTRIBUTES = frozenset({"script-src-attr", "style-src-attr"})
_EVAL = frozenset({"script-src"})
_WORKERS = frozenset({"worker-src", "child-src"})
_SCRIPT_FILES = frozenset({"script-src", "script-src-elem"})

_DIRECTIVES_OF: dict[str, frozenset[str]] = {
    "'unsafe-inline'": _SCRIPTS | _STYLES,
    # CSP3 #directive-style-src also applies it to cssText and insertRule; no browser does.
    "'unsafe-eval'": _EVAL,
    "'wasm-unsafe-eval'": _EVAL,
    "'trusted-types-eval'": _EVAL,
    # script-src-elem governs javascript: URLs.
    "'unsafe-hashes'": _SCRIPTS | {"style-src", "style-src-attr"},
    # In Chromium 156 it also allows workers.
    "'strict-dynamic'": _SCRIPTS | _WORKERS,
    "'report-sample'": _SCRIPTS | _STYLES,
    "'inline-speculation-rules'": _SCRIPT_FILES,
    "'report-sha256'": _SCRIPT_FILES | _WORKERS,
    "'report-sha384'": _SCRIPT_FILES | _WORKERS,
    "'report-sha512'": _SCRIPT_FILES | _WORKERS,
    "'unsafe-webtransport-hashes'": frozenset({"connect-src"}),
}
"""The directives other than default-src in which a keyword can have an effect."""

_NO_FILES = frozenset({"about", "javascript"})
"""Schemes that no script file can have; a javascript: URL is inline code, which a scheme source never allows."""

REPORTS = frozenset({"'report-sample'", "'report-sha256'", "'report-sha384'", "'report-sha512'"})
"""Keywords that only control reports, and allow nothing."""


def allows_something(name: str, listed: SourceList, source: Source) -> bool:
    """Whether a source of this list in directive `name` allows anything, so that 'none' beside it has no effect."""
    if source.kind in {SourceKind.NONE, SourceKind.INVALID} or source.name in REPORTS:
        return False
    return has_effect(name, listed, source)


def can_have_effect(name: str, source: Source) -> bool:
    """Whether there is a list for directive `name` in which this source has an effect."""
    if name == "default-src" or source.kind in {SourceKind.NONE, SourceKind.INVALID}:
        return True
    if source.kind in {SourceKind.NONCE, SourceKind.HASH}:
        return name in _ELEMENTS or name in ATTRIBUTES
    if source.kind == SourceKind.KEYWORD and source.name in _DIRECTIVES_OF:
        return name in _DIRECTIVES_OF[source.name]
    if source.kind == SourceKind.SCHEME and source.scheme in _NO_FILES:
        return name not in _SCRIPTS
    return name not in ATTRIBUTES


def has_effect(name: str, listed: SourceList, source: Source) -> bool:
    """Whether a source has an effect in this list, in directive `name`."""
    if not can_have_effect(name, source):
        return False
    if name not in ATTRIBUTES or source.kind not in {SourceKind.NONCE, SourceKind.HASH}:
        return True
    words = listed.keywords
    # Attributes have no nonce, but a nonce or hash still disables 'unsafe-inline'.
    return "'unsafe-inline'" in words or (source.kind == SourceKind.HASH and "'unsafe-hashes'" in words)
