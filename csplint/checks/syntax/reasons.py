"""Why a token is no source, and what it was meant to be where that can be told."""

from __future__ import annotations

import re

from msgspec import Struct

from csplint.checks.marks import mark
from csplint.checks.syntax.keywords import QUOTES, is_unknown_word, meant_quoted
from csplint.csp.browsers import FIREFOX
from csplint.csp.location import cut_query
from csplint.csp.source import ANY_PORT, Source, SourceKind, parse_source


class Fault(Struct, frozen=True):
    """
    why: continues "is no source: …". mended: the token put right, "" where nobody can tell. template: nothing filled it in.
    firefox: it is no source in Firefox, and one in Chromium.
    """

    why: str
    mended: str = ""
    template: bool = False
    firefox: bool = False


_TEMPLATE = re.compile(
    r"\{\{|\}\}|\$\{|\{%|<%|<\?|^\$\w|%\{|%[A-Za-z][A-Za-z0-9_]*%|\[\[|\{[A-Za-z]\w*\}|@[A-Za-z]\w*@"
)
_CLOSERS = frozenset({"}}", "%>", "?>", "%}", "]]", "}"})
_ENTITY = re.compile(r"&(?:#\d|#x[0-9a-f]|quot|apos|amp|lt|gt)", re.IGNORECASE)
_GLUED = re.compile(r"('[^']+')([^\s].*)", re.DOTALL)
_SLASHES = re.compile(r"(https?|wss?)[:.]?/*([^:./?#][^?#]*)", re.IGNORECASE | re.DOTALL)
_NO_SCHEME = re.compile(
    r"(?:|\*|http\*|https\?|https?\*|http\(s\)|http\[s\]|https?\|https?)://(.+)", re.IGNORECASE | re.DOTALL
)
_SCHEME_ALONE = re.compile(r"(data|blob|filesystem|mediastream):.+", re.IGNORECASE | re.DOTALL)
_HOST_MISSING = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_NO_PORT = re.compile(r"^((?:[A-Za-z][A-Za-z0-9+.-]*://)?[^:/.]+(?:\.[^:/.]+)+):(?=[/?#]|$)")
_DOUBLED = re.compile(r"^((?:[A-Za-z][A-Za-z0-9+.-]*://)?)(?:\*\.){2,}(?=[A-Za-z0-9])")
_STUCK = re.compile(r"^((?:[A-Za-z][A-Za-z0-9+.-]*://)?)\*(?=[A-Za-z0-9-]+\.)")
_SCHEMES = frozenset({"blob", "data", "filesystem", "http", "https", "mediastream", "ws", "wss"})
"""What people mean as a scheme wherever it stands as a host; no host of the web is called so."""
_LOST = re.compile(r"^((?:[A-Za-z][A-Za-z0-9+.-]*://)?)\.(?=[A-Za-z0-9])")


def fault(source: Source) -> Fault | None:
    """What is wrong with a token; None where nothing is, or where another rule tells it."""
    if source.kind is SourceKind.HOST:
        return _misread(source)
    if source.kind is not SourceKind.INVALID or _told_elsewhere(source):
        return None
    return _text_fault(source.text) or _host_fault(source.text) or Fault(source.why)


@mark
def is_faulty(source: Source) -> bool:
    """Whether there is something to tell."""
    return fault(source) is not None


@mark
def lacks_colon(source: Source) -> bool:
    """Whether a token is a scheme's name that browsers read as a host's: `data`, `data:*`."""
    bare = not (source.scheme or source.subdomains or source.path) and source.port in {None, ANY_PORT}
    return source.kind is SourceKind.HOST and bare and source.host in _SCHEMES


def _misread(source: Source) -> Fault | None:
    """Tokens that are sources, but surely not the ones that were meant."""
    if lacks_colon(source):
        how = "with its colon" if source.port is None else "without an asterisk"
        return Fault(f"the scheme is written {how}, {source.host}:", f"{source.host}:")
    if not source.scheme and source.host.rstrip(".") in {"http", "https", "ws", "wss"} and source.path.startswith("//"):
        return _with_slashes(source.text)
    why = parse_source(source.text, FIREFOX).why
    if not why:
        return None
    mended = source.text.rstrip("/") if source.path == "/" else source.text.rstrip(".")
    return Fault(why, mended if mended != source.text and _good(mended) else "", firefox=True)


def _told_elsewhere(source: Source) -> bool:
    lowered = source.text.lower()
    return (
        bool(meant_quoted(source) or source.algorithm)
        or is_unknown_word(source)
        or lowered.startswith(("'nonce-", "'sha", "'md5-", "'ed25519-"))
        or source.text.strip(QUOTES) in _CLOSERS
    )


def _text_fault(text: str) -> Fault | None:
    """What shows on the text as such, whatever it stands for."""
    if _TEMPLATE.search(text):
        return Fault("it is a template that nothing filled in", template=True)
    if _ENTITY.search(text):
        return Fault("it holds HTML escapes, which a header does not know")
    if (glued := _GLUED.fullmatch(text)) and _good(glued[1]) and _good(glued[2]):
        return Fault("a space is missing in it", f"{glued[1]} {glued[2]}")
    bare = text.strip(QUOTES)
    if bare != text:
        why = "only keywords, nonces and hashes take quotes" if bare else "it is a stray quote"
        return Fault(why, bare if _good(bare) else "")
    if "\\" in text:
        mended = text.replace("\\", "/")
        return Fault("it holds back-slashes", mended if _good(mended) else "")
    return None


def _host_fault(text: str) -> Fault | None:
    """What is wrong with scheme, host, port or path."""
    if (bare := cut_query(text)) != text and _good(bare):
        return Fault("Chromium takes no query and no fragment right after a host", bare)
    if text.startswith("//"):
        return Fault(
            "a source does not begin with //; a host without a scheme does", text[2:] if _good(text[2:]) else ""
        )
    if text.startswith("/"):
        return Fault("a path alone is not a source; a host stands before it, or 'self' for the page's own")
    if found := _NO_SCHEME.fullmatch(text):
        mended = f"https://{found[1]}"
        why = "the scheme before :// is missing" if text.startswith(":") else "what stands before :// is no scheme"
        return Fault(why, mended if _good(mended) else "")
    if found := _SCHEME_ALONE.fullmatch(text):
        return Fault("of such URLs only the scheme can be listed", f"{found[1]}:")
    if _HOST_MISSING.fullmatch(text):
        return Fault("the host is missing")
    for pattern, put, why in (
        (_NO_PORT, r"\1", "the port after the colon is missing"),
        (_LOST, r"\1*.", "its asterisk is lost, or the dot is one too many"),
        (
            _DOUBLED,
            r"\1*.",
            "an asterisk can only be the first label, once; it stands for all the labels before the rest",
        ),
        (_STUCK, r"\1*.", "an asterisk is a whole label, with a dot after it"),
    ):
        mended = pattern.sub(put, text, count=1)
        if mended != text and _good(mended):
            return Fault(why, mended)
    return _with_slashes(text)


def _with_slashes(text: str) -> Fault | None:
    found = _SLASHES.fullmatch(text)
    mended = f"{found[1]}://{found[2]}" if found else ""
    if found and not found[2].isdigit() and mended != text and _good(mended):
        return Fault(f"after {found[1]} comes ://, and then the host", mended)
    return None


def _good(text: str) -> bool:
    return bool(text) and parse_source(text).kind is not SourceKind.INVALID
