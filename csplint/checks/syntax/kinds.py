"""
What the checks of syntax ask of every token (see checks/marks.py).

Here together, so that a check's own module is imported only where there is something for it.
"""

from __future__ import annotations

import re

from csplint.checks.marks import mark
from csplint.checks.syntax.quoted import LIKE_NONCE, meant_quoted
from csplint.checks.syntax.reasons import fault
from csplint.csp.applicability import can_have_effect
from csplint.csp.source import Source, SourceKind


@mark(SourceKind.HOST)
def has_query(source: Source) -> bool:
    """Whether a host is written with a query or fragment."""
    return source.kind == SourceKind.HOST and ("?" in source.text or "#" in source.text)


@mark(SourceKind.HOST)
def has_asterisk(source: Source) -> bool:
    """Whether a path holds an asterisk."""
    return source.kind == SourceKind.HOST and "*" in source.path and not has_query(source)


@mark(SourceKind.HOST)
def has_dots(source: Source) -> bool:
    """Whether a path has segments that no URL has, because they are resolved: `.` and `..`."""
    return source.kind == SourceKind.HOST and _DOTS.search(source.path) is not None and not has_asterisk(source)


_DOTS = re.compile(r"/(?:\.|%2e){1,2}(?=/|$)", re.IGNORECASE)


FOLDERS = frozenset(
    {
        *("assets", "build", "dist", "files", "fonts", "gfx", "icons", "images", "img", "javascript", "javascripts"),
        *("lib", "libs", "media", "modules", "packages", "pictures", "plugins", "public", "recaptcha", "resources"),
        *("scripts", "static", "styles", "stylesheets", "themes", "uploads", "vendor", "vendors", "videos", "webfonts"),
    }
)
"""
Last segments that say folder. Others are most often a file without a dot, such as youtube.com/iframe_api or
googletagmanager.com/gtag/js: that is what the policies of known sites hold.
"""


@mark(SourceKind.HOST)
def looks_like_folder(source: Source) -> bool:
    """Whether a path ends in a word that says folder, without a slash."""
    if source.kind != SourceKind.HOST or not source.path or source.path.endswith("/"):
        return False
    return last_segment(source) in FOLDERS and not has_query(source)


def last_segment(source: Source) -> str:
    """What stands after a path's last slash, lower case."""
    return source.path.rpartition("/")[2].lower()


@mark(SourceKind.INVALID)
def is_bad_nonce(source: Source) -> bool:
    """Whether a nonce was meant that browsers drop, and the quotes are not what is wrong with it."""
    nonce = source.kind == SourceKind.INVALID and LIKE_NONCE.fullmatch(source.text)
    return bool(nonce) and not meant_quoted(source)


@mark(SourceKind.NONE)
def is_none(source: Source) -> bool:
    """Whether a token is 'none'."""
    return source.kind == SourceKind.NONE


@mark(SourceKind.URL_HASH, SourceKind.EVAL_HASH, SourceKind.KEYWORD)
def is_experimental(source: Source) -> bool:
    """Whether a source is of Chromium's experiment with hashes of URLs and of text for eval()."""
    return source.kind in {SourceKind.URL_HASH, SourceKind.EVAL_HASH} or source.name == "'strict-dynamic-url'"


@mark(SourceKind.KEYWORD, SourceKind.NONCE, SourceKind.HASH, SourceKind.SCHEME)
def is_particular(source: Source) -> bool:
    """Whether a source means nothing to many directives: all but hosts, 'self' and schemes that files come from."""
    return not can_have_effect("script-src" if source.kind == SourceKind.SCHEME else "img-src", source)


@mark(SourceKind.HOST, SourceKind.SCHEME, SourceKind.INVALID)
def is_told(source: Source) -> bool:
    """Whether a source is not the one that was meant, which is told as such."""
    return bool(meant_quoted(source)) or fault(source) is not None or "*" in source.path


@mark(SourceKind.HASH, SourceKind.INVALID)
def is_bad_hash(source: Source) -> bool:
    """Whether a hash was meant that nothing can match, and the quotes are not what is wrong with it."""
    if source.kind not in {SourceKind.HASH, SourceKind.INVALID}:
        return False
    from csplint.checks.syntax import digests  # noqa: PLC0415 - for hashes, and what is no source

    return digests.fault(source) is not None and not meant_quoted(source)
