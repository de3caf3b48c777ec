"""Why a token is not a source, and what was meant: by its quotes and signs, or by its scheme, host, port and path."""

from __future__ import annotations

import re

from csplint.checks.syntax.hash_faults import hash_fault
from csplint.checks.syntax.token import (
    CLOSERS,
    NONCE_OR_HASH,
    OBJECT,
    QUOTES,
    Diagnosis,
    Kind,
    is_template,
    meant_quoted,
    reads_well,
)
from csplint.csp.directives import DIRECTIVES
from csplint.csp.location import cut_query
from csplint.csp.parse import parse_source
from csplint.csp.source import KEYWORDS, Source, SourceKind

_LIKE_NONCE = re.compile(r"'nonce(?:[-=:_].*|[A-Za-z0-9+/]*={0,2}'?)", re.IGNORECASE | re.DOTALL)
"""A nonce except for its value, or for the dash before that; 'nonce.example' is a host in quotes."""
_NONCE_TEMPLATE = re.compile(r"[{}$#%<>]")
_UNDASHED_NONCE = re.compile(r"'nonce(?!-)[=:_]?([^']*)'?$", re.IGNORECASE)


def invalid(source: Source) -> Diagnosis:
    """The diagnosis of a token that browsers drop, and that is not just missing its quotes."""
    text, lowered = source.text, source.text.lower()
    # Hashes of Chromium's experiments, which no keyword comes near; no rule reports a wrong one.
    if lowered.startswith(("'url-sha", "'eval-sha", "'ed25519-")):
        return Diagnosis("experimental")
    if found := _glued(text):
        return found
    if _is_quoted_word(text):
        return Diagnosis("unknown keyword", meant=_keyword(lowered))
    if _LIKE_NONCE.fullmatch(text):
        return _nonce(source)
    if found := hash_fault(source):
        return found
    if text.strip(QUOTES) in CLOSERS:
        return Diagnosis("end")
    return _by_signs(text) or _by_parts(text) or Diagnosis("not a source", source.why)


_PARTS = re.compile(r"'[^']+'|[^']+")
_LONGEST_GLUED = 2_000


def apart(text: str) -> list[str]:
    """The sources in a text without the spaces between them, by their quotes; none where a part is not a source."""
    if len(text) > _LONGEST_GLUED:
        return []
    parts = [meant_quoted(parse_source(part)) or part for part in _PARTS.findall(text)]
    names = any("-" in part and part.lower() in DIRECTIVES for part in parts)
    return parts if not names and all(map(reads_well, parts)) else []


def _glued(text: str) -> Diagnosis | None:
    """A source in quotes, and what follows or precedes it without a space or semicolon: 'nonce-…''self'."""
    if "'" not in text:
        return None
    glued = _GLUED.fullmatch(text)
    if glued and "-" in glued[2] and glued[2].lower() in DIRECTIVES:
        return Diagnosis("merged", "a semicolon is missing in it", f"{glued[1]}; {glued[2]}")
    parts = apart(text)
    return _no("a space is missing in it", " ".join(parts)) if len(parts) > 1 else None


_SHORTEST_QUOTED = 3


def _is_quoted_word(text: str) -> bool:
    """Whether a token is one word in quotes, neither a nonce nor a hash nor a host."""
    inner = text[1:-1]
    if len(text) < _SHORTEST_QUOTED or text[0] != "'" or text[-1] != "'" or NONCE_OR_HASH.fullmatch(inner):
        return False
    return not inner.lower().startswith(("sha", "md5", "nonce")) and bool(re.fullmatch(r"[A-Za-z0-9_-]+", inner))


_OTHER_WORDS = {
    "'deny'": "'none'",
    "'eval'": "'unsafe-eval'",
    "'eval-script'": "'unsafe-eval'",
    "'inline'": "'unsafe-inline'",
    "'inline-script'": "'unsafe-inline'",
    "'report-sha1'": "'report-sha256'",
    "'same-origin'": "'self'",
    "'sameorigin'": "'self'",
    "'unsafe-dynamic'": "'strict-dynamic'",
    "'unsafe-hashed-attributes'": "'unsafe-hashes'",
}
"""Words of drafts, of other policies and of X-Frame-Options; CSP3's drafts called 'unsafe-hashes' 'unsafe-hashed-attributes'."""


def _keyword(word: str) -> str:
    """The keyword that a word, lower case, was meant to be; never one that allows more than the word says."""
    # 'unsafe-eval' is nearer to 'unsafe-wasm-eval' than the keyword for WebAssembly is, and allows far more.
    if "wasm" in word:
        return "'wasm-unsafe-eval'"
    from csplint.csp.suggest import closest  # noqa: PLC0415 - for quoted words

    return closest(word, sorted(KEYWORDS | {"'none'"}), _OTHER_WORDS)


def _nonce(source: Source) -> Diagnosis:
    if _NONCE_TEMPLATE.search(source.text):
        return Diagnosis("nonce", "it is a template that nothing filled in")
    value = _UNDASHED_NONCE.match(source.text)
    if value is None:
        return Diagnosis("nonce", source.why)
    if not value[1]:
        return Diagnosis("nonce", "it has no value; a nonce is written 'nonce-…'")
    quoted = f"'nonce-{value[1]}'"
    right = parse_source(quoted).kind == SourceKind.NONCE
    return Diagnosis("nonce", "the dash after nonce is missing", quoted if right else "")


_ENTITY = re.compile(r"&(?:#\d|#x[0-9a-f]|quot|apos|amp|lt|gt)", re.IGNORECASE)
_SIGNS = re.compile(r"[=:+&|~-]+")
_GLUED = re.compile(r"('[^']+')([^\s].*)", re.DOTALL)


def _by_signs(text: str) -> Diagnosis | None:
    """What a token's signs and quotes show, whatever it was meant to be."""
    if is_template(text):
        return Diagnosis("template", "it is a template that nothing filled in")
    if text == OBJECT:
        return _no("a program wrote an object into the text, not the object's value")
    if _SIGNS.fullmatch(text):
        return Diagnosis("stray", "it is a stray sign; only spaces separate a directive's name and its sources")
    if _ENTITY.search(text):
        return _no("it has HTML escapes, which have no meaning in a header")
    bare = text.strip(QUOTES)
    if bare != text:
        why = "only keywords, nonces and hashes take quotes" if bare else "it is a stray quote"
        return _no(why, bare if reads_well(bare) else "")
    if "\\" in text:
        slashed = text.replace("\\", "/")
        return _no("it has backslashes", slashed if reads_well(slashed) else "")
    return None


def _no(why: str, put_right: str = "") -> Diagnosis:
    return Diagnosis("not a source", why, put_right)


_SLASHES = re.compile(r"(https?|wss?)[:.]*/*([^:./?#][^?#]*)", re.IGNORECASE | re.DOTALL)
_NO_SCHEME = re.compile(
    r"(?:|\*|http\*|https\?|https?\*|http\(s\)|http\[s\]|https?\|https?)://(.+)", re.IGNORECASE | re.DOTALL
)
_MORE_THAN_SCHEME = re.compile(r"(data|blob|filesystem|mediastream):.+", re.IGNORECASE | re.DOTALL)
_TWICE = re.compile(r"^(https?|wss?)://+(?:(?:https?|wss?):?/+)+", re.IGNORECASE)
_CREDENTIALS = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#]*@")
_HOST_MISSING = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_NO_PORT = re.compile(r"^((?:[A-Za-z][A-Za-z0-9+.-]*://)?[^:/.]+(?:\.[^:/.]+)+):(?=[/?#]|$)")
_DOUBLED = re.compile(r"^((?:[A-Za-z][A-Za-z0-9+.-]*://)?)(?:\*\.){2,}(?=[A-Za-z0-9])")
_STUCK = re.compile(r"^((?:[A-Za-z][A-Za-z0-9+.-]*://)?)\*(?=[A-Za-z0-9-]+\.)")
_LOST = re.compile(r"^((?:[A-Za-z][A-Za-z0-9+.-]*://)?)\.(?=[A-Za-z0-9])")

_PATTERNS: tuple[tuple[re.Pattern[str], str, Kind, str], ...] = (
    (_NO_PORT, r"\1", "not a source", "the port after the colon is missing"),
    (_TWICE, r"\1://", "not a source", "it has the scheme twice"),
    (_CREDENTIALS, r"\1", "not a source", "a source has no user name and no password"),
    (_LOST, r"\1*.", "lost asterisk", "its asterisk is lost, or it has a dot too many"),
    (
        _DOUBLED,
        r"\1*.",
        "not a source",
        "an asterisk can only be the first label, once; it matches any number of labels",
    ),
    (_STUCK, r"\1*.", "not a source", "an asterisk is a whole label, with a dot after it"),
)
"""What is wrong, what to put in its place, the diagnosis's kind, and why."""


def _by_parts(text: str) -> Diagnosis | None:
    """What is wrong with scheme, host, port or path."""
    if (bare := cut_query(text)) != text and reads_well(bare):
        return _no("Chromium accepts no query and no fragment right after a host", bare)
    if text.startswith("//"):
        bare = text[2:] if reads_well(text[2:]) else ""
        return _no("a source does not begin with //; write the host without it", bare)
    if text.startswith("/"):
        return _no("a path is not a source; write a host before it, or 'self' for the page's own")
    if found := _NO_SCHEME.fullmatch(text):
        put_right = f"https://{_without_asterisk(found[1])}"
        why = "the scheme before :// is missing" if text.startswith(":") else "the text before :// is not a scheme"
        return _no(why, put_right if reads_well(put_right) else "")
    if found := _MORE_THAN_SCHEME.fullmatch(text):
        return _no("only the scheme of such URLs can be listed", f"{found[1]}:")
    if _HOST_MISSING.fullmatch(text):
        return _no("the host is missing")
    for pattern, replacement, kind, why in _PATTERNS:
        put_right = pattern.sub(replacement, text, count=1)
        if put_right != text and reads_well(put_right):
            return Diagnosis(kind, why, put_right)
    return with_slashes(text, "not a source")


def _without_asterisk(rest: str) -> str:
    """A host and path without the asterisk that ends the path of a browser extension's pattern: *://a.example/*."""
    host, slash, path = rest.partition("/")
    if not path.endswith("/*") and path != "*":
        return rest
    return f"{host}{slash}{path[:-1]}" if path != "*" else host


def with_slashes(text: str, kind: Kind) -> Diagnosis | None:
    """What is wrong between a scheme and its host."""
    found = _SLASHES.fullmatch(text)
    put_right = f"{found[1]}://{found[2]}" if found else ""
    if found and not found[2].isdigit() and put_right != text and reads_well(put_right):
        return Diagnosis(kind, f"{found[1]} is followed by ://, and then the host", put_right)
    return None
