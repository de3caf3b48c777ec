"""
One token, one diagnosis: what a source expression is where it is not the source that its author meant.

Each check filters tokens by the kind of their diagnosis, so that one rule reports a token. Every run imports this
module, for its predicates (see `checks/prefilter.py`); what only faulty tokens need is in `not_a_source.py` and `hash_faults.py`.
"""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from csplint.checks.prefilter import token_predicate
from csplint.csp.applicability import can_have_effect
from csplint.csp.browsers import FIREFOX
from csplint.csp.directives import DIRECTIVES
from csplint.csp.location import plain_host
from csplint.csp.memo import memo
from csplint.csp.parse import parse_source
from csplint.csp.source import ANY_PORT, KEYWORDS, Source, SourceKind
from csplint.model import Severity

Kind = Literal[
    "directive name",  # reported by missing-semicolon
    "unquoted",  # a keyword, nonce or hash without its quotes: unquoted-keyword
    "unknown keyword",  # unknown-keyword
    "nonce",  # a nonce that browsers drop: invalid-nonce
    "hash",  # a hash that matches nothing, or nothing in one browser: invalid-hash
    "experimental",  # of an experiment of Chromium's: experimental-source
    "end",  # the end of something that is reported at its first token
    # invalid-source reports the others:
    "template",
    "stray",  # a sign or word without a meaning; it can be removed
    "merged",  # a directive's name is stuck to a source, and the directive is lost
    "lost asterisk",
    "misread host",  # a host that cannot be the one that was meant: data, undefined
    "firefox",  # only Firefox drops it
    "not a source",
]

INVALID_SOURCE: frozenset[Kind] = frozenset(
    {"template", "stray", "merged", "lost asterisk", "misread host", "firefox", "not a source"}
)


class Diagnosis(Struct, frozen=True):
    """
    What is wrong with a token.

    why: continues "X is not a source: …"; of a hash, "X in script-src …". meant: the text that was meant, "" where nobody
    can tell. read_as: continues "X is read as …" ("" for the host it is). severity: the rule's own where None. firefox_keeps: a
    hash that Firefox keeps, though it never matches.
    """

    kind: Kind
    why: str = ""
    meant: str = ""
    read_as: str = ""
    severity: Severity | None = None
    firefox_keeps: bool = False


def diagnose(source: Source) -> Diagnosis | None:
    """What is wrong with a token of a source list; None where it is a source that can be what was meant."""
    return None if source.is_ordinary else _diagnose(source)


@memo
def _diagnose(source: Source) -> Diagnosis | None:
    kind = source.kind
    if kind in _PLAIN:
        if is_directive_name(source):
            return Diagnosis("directive name")
        if quoted := meant_quoted(source):
            return Diagnosis("unquoted", meant=quoted)
        if kind == SourceKind.HOST:
            return _misread(source)
    if kind == SourceKind.INVALID:
        from csplint.checks.syntax.not_a_source import invalid  # noqa: PLC0415 - for tokens that are not sources

        return invalid(source)
    if kind == SourceKind.HASH:
        from csplint.checks.syntax.hash_faults import hash_fault  # noqa: PLC0415 - for policies with hashes

        return hash_fault(source)
    return Diagnosis("experimental", meant=source.text) if is_experimental(source) else None


def meant(source: Source) -> str:
    """
    The text that the author of a token meant: its own where it is right.

    Gives "" where it is not a source and nobody can tell. It may be two tokens, where a space is missing between them.
    """
    found = diagnose(source)
    if found is None:
        return source.text
    if found.meant and all(map(reads_well, found.meant.split())):
        return found.meant
    # A hash that matches nothing switches 'unsafe-inline' off all the same.
    return source.text if source.kind == SourceKind.HASH or found.kind == "firefox" else ""


def reads_well(text: str) -> bool:
    """Whether a text is one source."""
    return bool(text) and parse_source(text).kind != SourceKind.INVALID


_PLAIN = frozenset({SourceKind.HOST, SourceKind.SCHEME, SourceKind.INVALID})
"""The kinds of tokens that a directive's name, or a keyword without quotes, is read as."""

QUOTES = "'\"`"
QUOTED_KINDS = frozenset({SourceKind.KEYWORD, SourceKind.NONE, SourceKind.NONCE, SourceKind.HASH})
NONCE_OR_HASH = re.compile(r"(nonce|sha-?\d+|ed25519)-.*", re.IGNORECASE | re.DOTALL)

_BARE_KEYWORDS = frozenset({"none", *(word[1:-1] for word in KEYWORDS)})
_BARE_PREFIXES = ("nonce-", "sha", "ed25519-")


def meant_quoted(source: Source) -> str:
    """The keyword, nonce or hash that a token is once it has its quotes; "" for any other token."""
    if source.kind not in _PLAIN:
        return ""
    bare = source.text.strip(QUOTES + ":\\")
    if (lowered := bare.lower()) not in _BARE_KEYWORDS and not lowered.startswith(_BARE_PREFIXES):
        return ""
    quoted = f"'{bare}'"
    if parse_source(quoted).kind in QUOTED_KINDS:
        return quoted
    broken = source.kind == SourceKind.INVALID and source.text[:1] != "'" and NONCE_OR_HASH.fullmatch(bare)
    return quoted if broken else ""


EMPTY_VALUES = frozenset({"undefined", "null", "nil", "nan", "true", "false"})
"""Lower case: what programs write for a value that is missing, or not a text. No host of the web has such a name."""

OBJECT = "[object"
"""The first half of what JavaScript makes of an object in a text; the other half is Object]."""

CLOSERS = frozenset({"}}", "%>", "?>", "%}", "]]", "}", "Object]"})
"""Ends of templates and objects, which are reported at their first token."""

_TEMPLATE = re.compile(
    r"\{\{|\}\}|\$\{|\{%|<%|<\?|^\$\w|%\{|%[A-Za-z][A-Za-z0-9_]*%|\[\[|\{[A-Za-z]\w*\}|@[A-Za-z]\w*@"
)


def is_template(text: str) -> bool:
    """Whether a text holds a placeholder of some template language."""
    return _TEMPLATE.search(text) is not None


_SCHEMES = frozenset({"blob", "data", "filesystem", "http", "https", "mediastream", "ws", "wss"})
"""Names that mean a scheme wherever a host has them; no host of the web has such a name."""

_WEB_SCHEMES = frozenset({"", "http", "https", "ws", "wss"})


def lacks_colon(source: Source) -> bool:
    """Whether a token is a scheme's name that browsers read as a host: `data`, `data:*`."""
    bare = not (source.scheme or source.subdomains or source.path) and source.port in {None, ANY_PORT}
    return source.kind == SourceKind.HOST and bare and source.host in _SCHEMES


def _misread(source: Source) -> Diagnosis | None:
    """A host that cannot be the one that was meant, or that Firefox does not accept."""
    if lacks_colon(source):
        how = "with its colon" if source.port is None else "without an asterisk"
        return Diagnosis("misread host", f"the scheme is written {how}, {source.host}:", f"{source.host}:")
    if not source.scheme and source.host.rstrip(".") in {"http", "https", "ws", "wss"} and source.path.startswith("//"):
        from csplint.checks.syntax.not_a_source import with_slashes  # noqa: PLC0415

        return with_slashes(source.text, "misread host")
    odd = source.scheme not in _WEB_SCHEMES or "." not in source.host
    if odd and (found := _not_a_host(source)):
        return found
    why = "" if plain_host(source.text) else parse_source(source.text, FIREFOX).why
    if not why:
        return None
    put_right = source.text.rstrip("/") if source.path == "/" else source.text.rstrip(".")
    return Diagnosis("firefox", why, put_right if put_right != source.text and reads_well(put_right) else "")


def _not_a_host(source: Source) -> Diagnosis | None:
    """A program's word in place of a host, a stray dash, or a misspelt scheme."""
    if not source.subdomains and source.host in EMPTY_VALUES:
        return Diagnosis("misread host", "a program wrote it where a value was missing")
    bare = source.text == source.host or source.text == source.host.upper()
    if bare and source.host == "always":
        return Diagnosis("stray", "it is a word of nginx's add_header, which belongs after the value")
    if bare and not source.host.strip("-"):
        return Diagnosis("stray", "it is a stray dash")
    if source.scheme in _WEB_SCHEMES:
        return None
    from csplint.csp.suggest import closest  # noqa: PLC0415 - for schemes of applications, and misspelt ones

    scheme = closest(source.scheme, ("https", "http", "wss"), {})
    put_right = f"{scheme}{source.text[len(source.scheme) :]}"
    read_as = f"the scheme {source.scheme}, which no address has"
    return Diagnosis("misread host", f"{scheme} was meant", put_right, read_as) if scheme else None


# What the checks ask of every token.


@token_predicate(SourceKind.HOST, SourceKind.SCHEME, SourceKind.INVALID)
def is_directive_name(source: Source) -> bool:
    """Whether a token can only be a directive's name, with or without a colon; `sandbox` or `referrer` could be a host."""
    return "-" in source.text and source.text.lower().removesuffix(":") in DIRECTIVES


def _is(source: Source, kind: Kind) -> bool:
    found = diagnose(source)
    return found is not None and found.kind == kind


@token_predicate(SourceKind.HOST, SourceKind.SCHEME, SourceKind.INVALID)
def is_unquoted(source: Source) -> bool:
    """Whether a token is a keyword, nonce or hash without its quotes, or in the wrong ones."""
    return _is(source, "unquoted")


@token_predicate(SourceKind.INVALID)
def is_unknown_keyword(source: Source) -> bool:
    """Whether a token is a quoted word that is not a keyword."""
    return _is(source, "unknown keyword")


@token_predicate(SourceKind.HOST, SourceKind.INVALID)
def is_invalid(source: Source) -> bool:
    """Whether a token is not a source, or not the one that was meant, and no other rule says so."""
    found = diagnose(source)
    return found is not None and found.kind in INVALID_SOURCE


@token_predicate(SourceKind.INVALID)
def is_invalid_nonce(source: Source) -> bool:
    """Whether browsers drop a token that was meant as a nonce, for another reason than its quotes."""
    return _is(source, "nonce")


@token_predicate(SourceKind.HASH, SourceKind.INVALID)
def is_invalid_hash(source: Source) -> bool:
    """Whether a hash can match nothing, or nothing in one browser, for another reason than its quotes."""
    return _is(source, "hash")


@token_predicate(SourceKind.URL_HASH, SourceKind.EVAL_HASH, SourceKind.KEYWORD)
def is_experimental(source: Source) -> bool:
    """Whether a source belongs to Chromium's experiment with hashes of URLs and of text for eval()."""
    return source.kind in {SourceKind.URL_HASH, SourceKind.EVAL_HASH} or source.name == "'strict-dynamic-url'"


@token_predicate(SourceKind.KEYWORD)
def is_unsupported(source: Source) -> bool:
    """Whether a keyword is specified, and unknown to Chromium 156, Firefox 153 and WebKitGTK 2.50."""
    return source.name == "'unsafe-webtransport-hashes'"


@token_predicate(SourceKind.HOST, SourceKind.INVALID)
def is_letter(source: Source) -> bool:
    """Whether a token is one character, as hosts never are."""
    return len(source.text) == 1 and source.text != "*"


@token_predicate(SourceKind.HOST, SourceKind.SCHEME, SourceKind.INVALID)
def is_reported_alone(source: Source) -> bool:
    """Whether a token is not the source that was meant, so that it is not worth comparing with others."""
    return is_unquoted(source) or is_invalid(source) or "*" in source.path


@token_predicate(SourceKind.NONE)
def is_none(source: Source) -> bool:
    """Whether a token is 'none'."""
    return source.kind == SourceKind.NONE


@token_predicate(SourceKind.KEYWORD, SourceKind.NONCE, SourceKind.HASH, SourceKind.SCHEME)
def is_specific(source: Source) -> bool:
    """Whether a source has no effect in many directives: all but hosts, 'self' and schemes that files come from."""
    return not can_have_effect("script-src" if source.kind == SourceKind.SCHEME else "img-src", source)


@token_predicate(SourceKind.HOST)
def has_query(source: Source) -> bool:
    """Whether a host is written with a query or fragment."""
    return source.kind == SourceKind.HOST and ("?" in source.text or "#" in source.text)


@token_predicate(SourceKind.HOST)
def has_asterisk(source: Source) -> bool:
    """Whether a path has an asterisk."""
    return source.kind == SourceKind.HOST and "*" in source.path and not has_query(source)


@token_predicate(SourceKind.HOST)
def has_dots(source: Source) -> bool:
    """Whether a path has the segments `.` or `..`, which browsers resolve in URLs, so that no URL has them."""
    return source.kind == SourceKind.HOST and _DOTS.search(source.path) is not None and not has_asterisk(source)


_DOTS = re.compile(r"/(?:\.|%2e){1,2}(?=/|$)", re.IGNORECASE)


@token_predicate(SourceKind.HOST)
def looks_like_folder(source: Source) -> bool:
    """Whether a path ends in a folder's name without a slash."""
    if source.kind != SourceKind.HOST or not source.path or source.path.endswith("/"):
        return False
    return last_segment(source) in _FOLDERS and not has_query(source)


def last_segment(source: Source) -> str:
    """What follows a path's last slash, lower case."""
    return source.path.rpartition("/")[2].lower()


_FOLDERS = frozenset(
    {
        *("assets", "build", "dist", "files", "fonts", "gfx", "icons", "images", "img", "javascript", "javascripts"),
        *("lib", "libs", "media", "modules", "packages", "pictures", "plugins", "public", "recaptcha", "resources"),
        *("scripts", "static", "styles", "stylesheets", "themes", "uploads", "vendor", "vendors", "videos", "webfonts"),
    }
)
"""
Last segments that name a folder. Others are most often a file without a dot, such as youtube.com/iframe_api or
googletagmanager.com/gtag/js, which the policies of well-known sites list.
"""
