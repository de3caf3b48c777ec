"""Why a text is no source, and what it was meant to be: by what shows on it, or by its scheme, host, port and path."""

from __future__ import annotations

import re

from csplint.checks.syntax.empty_values import OBJECT
from csplint.checks.syntax.fault import Fault, reads_well
from csplint.checks.syntax.quoted import QUOTES
from csplint.checks.syntax.templates import is_template
from csplint.csp.directives import DIRECTIVES
from csplint.csp.location import cut_query

_ENTITY = re.compile(r"&(?:#\d|#x[0-9a-f]|quot|apos|amp|lt|gt)", re.IGNORECASE)
_SIGNS = re.compile(r"[=:+&|~-]+")
_GLUED = re.compile(r"('[^']+')([^\s].*)", re.DOTALL)
_SLASHES = re.compile(r"(https?|wss?)[:.]*/*([^:./?#][^?#]*)", re.IGNORECASE | re.DOTALL)
_NO_SCHEME = re.compile(
    r"(?:|\*|http\*|https\?|https?\*|http\(s\)|http\[s\]|https?\|https?)://(.+)", re.IGNORECASE | re.DOTALL
)
_SCHEME_ALONE = re.compile(r"(data|blob|filesystem|mediastream):.+", re.IGNORECASE | re.DOTALL)
_TWICE = re.compile(r"^(https?|wss?)://+(?:(?:https?|wss?):?/+)+", re.IGNORECASE)
_CREDENTIALS = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#]*@")
_HOST_MISSING = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_NO_PORT = re.compile(r"^((?:[A-Za-z][A-Za-z0-9+.-]*://)?[^:/.]+(?:\.[^:/.]+)+):(?=[/?#]|$)")
_DOUBLED = re.compile(r"^((?:[A-Za-z][A-Za-z0-9+.-]*://)?)(?:\*\.){2,}(?=[A-Za-z0-9])")
_STUCK = re.compile(r"^((?:[A-Za-z][A-Za-z0-9+.-]*://)?)\*(?=[A-Za-z0-9-]+\.)")
_LOST = re.compile(r"^((?:[A-Za-z][A-Za-z0-9+.-]*://)?)\.(?=[A-Za-z0-9])")


def text_fault(text: str) -> Fault | None:
    """What shows on the text as such, whatever it stands for."""
    if is_template(text):
        return Fault("it is a template that nothing filled in", template=True)
    if text == OBJECT or _SIGNS.fullmatch(text):
        return _leftover(text)
    if _ENTITY.search(text):
        return Fault("it holds HTML escapes, which a header does not know")
    glued = _GLUED.fullmatch(text)
    if glued and "-" in glued[2] and glued[2].lower() in DIRECTIVES:
        return Fault("a semicolon is missing in it", f"{glued[1]}; {glued[2]}", merged=True)
    if glued and reads_well(glued[1]) and reads_well(glued[2]):
        return Fault("a space is missing in it", f"{glued[1]} {glued[2]}")
    bare = text.strip(QUOTES)
    if bare != text:
        why = "only keywords, nonces and hashes take quotes" if bare else "it is a stray quote"
        return Fault(why, bare if reads_well(bare) else "")
    if "\\" in text:
        mended = text.replace("\\", "/")
        return Fault("it holds back-slashes", mended if reads_well(mended) else "")
    return None


def _leftover(text: str) -> Fault:
    """Half of an object, or a sign between sources."""
    if text == OBJECT:
        return Fault("a program put an object into the text, not the object's value")
    return Fault("it is a stray sign; only spaces stand between a directive's name and its sources", stray=True)


def host_fault(text: str) -> Fault | None:
    """What is wrong with scheme, host, port or path."""
    if (bare := cut_query(text)) != text and reads_well(bare):
        return Fault("Chromium takes no query and no fragment right after a host", bare)
    if text.startswith("//"):
        return Fault(
            "a source does not begin with //; a host without a scheme does", text[2:] if reads_well(text[2:]) else ""
        )
    if text.startswith("/"):
        return Fault("a path alone is not a source; a host stands before it, or 'self' for the page's own")
    if found := _NO_SCHEME.fullmatch(text):
        mended = f"https://{_without_asterisk(found[1])}"
        why = "the scheme before :// is missing" if text.startswith(":") else "what stands before :// is no scheme"
        return Fault(why, mended if reads_well(mended) else "")
    if found := _SCHEME_ALONE.fullmatch(text):
        return Fault("of such URLs only the scheme can be listed", f"{found[1]}:")
    if _HOST_MISSING.fullmatch(text):
        return Fault("the host is missing")
    for pattern, put, why in (
        (_NO_PORT, r"\1", "the port after the colon is missing"),
        (_TWICE, r"\1://", "the scheme stands in it twice"),
        (_CREDENTIALS, r"\1", "a source has no user name and no password"),
        (_LOST, r"\1*.", "its asterisk is lost, or the dot is one too many"),
        (
            _DOUBLED,
            r"\1*.",
            "an asterisk can only be the first label, once; it stands for all the labels before the rest",
        ),
        (_STUCK, r"\1*.", "an asterisk is a whole label, with a dot after it"),
    ):
        mended = pattern.sub(put, text, count=1)
        if mended != text and reads_well(mended):
            return Fault(why, mended)
    return with_slashes(text)


def _without_asterisk(rest: str) -> str:
    """A host and path without the asterisk that ends the path of a browser extension's pattern: *://a.example/*."""
    host, slash, path = rest.partition("/")
    if not path.endswith("/*") and path != "*":
        return rest
    return f"{host}{slash}{path[:-1]}" if path != "*" else host


def with_slashes(text: str) -> Fault | None:
    """What is wrong between a scheme and its host."""
    found = _SLASHES.fullmatch(text)
    mended = f"{found[1]}://{found[2]}" if found else ""
    if found and not found[2].isdigit() and mended != text and reads_well(mended):
        return Fault(f"after {found[1]} comes ://, and then the host", mended)
    return None
