"""
Messages of Chromium, Chrome, Edge and what is made of them.

The current texts were seen in Chromium 156; the older ones ("Refused to …") are those of csp_directive_list.cc and
content_security_policy.cc in chromium/src at 0424d5a.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from csplint.messages.message import Message, Note
from csplint.messages.quoted import BLOCKED, EFFECTIVE, NAMES, directive_name, hashes

URLS = {
    r"load(?:ing)? the script": "script",
    r"load(?:ing)? the stylesheet": "style",
    r"load(?:ing)? the image": "img",
    r"load(?:ing)? the font": "font",
    r"load(?:ing)? media from": "media",
    r"load(?:ing)? plugin data from": "object",
    r"load(?:ing)? (?:a )?manifest from": "manifest",
    r"creat(?:e|ing) a worker from": "worker",
    r"(?:pre)?fetch(?:ing)? content from": "prefetch",
    r"connect(?:ing)? to": "connect",
    r"set(?:ting)? the document's base URI to": "base",
    r"send(?:ing)? form data to": "form",
    r"fram(?:e|ing)": "frame",
    r"display": "frame",
    r"navigate to": "navigate",
    r"load": "object",
}
"""
What the browser was doing with a URL, and the kind of request that is.

Today's browsers print no "display", no "navigate to", and no "load" of a plug-in any more.
"""

CODE = {
    r"execut(?:e|ing) inline script": "inline-script",
    r"execut(?:e|ing) inline event handler": "event-handler",
    r"apply(?:ing)? inline style": "inline-style",
    r"run(?:ning)? the JavaScript URL": "javascript-url",
    r"assert(?:ing)? inline speculation-?rules": "inline-script",
    r"(?:add|apply)(?:ing)? inline speculation-?rules": "inline-script",
}
DIRECTIVES = {"img": "img-src", "font": "font-src", "media": "media-src", "object": "object-src", "manifest": "manifest-src",
               "worker": "worker-src", "prefetch": "default-src", "connect": "connect-src", "base": "base-uri",
               "form": "form-action", "frame": "frame-src", "navigate": "navigate-to"}  # fmt: skip

_OWN = {"frame": {"frame-ancestors", "fenced-frame-src"}, "object": {"plugin-types"}, "prefetch": {"prefetch-src"}}
"""Directives of the same requests that no message names but by its policy."""

_VIOLATES = r"violates the following Content Security Policy directive:?"
_URL = re.compile(
    rf"(?:refused to )?\b(?P<doing>{'|'.join(URLS)})\s+'(?P<url>\S{{0,9000}}?)' (?:in a frame |\(MIME type '[^']{{0,200}}'\) )?"
    rf"(?:because (?:it|an ancestor) )?{_VIOLATES} ?\"(?P<directive>[^\"]{{0,9000}})(?P<end>\"?)",
    re.IGNORECASE,
)
_INLINE = re.compile(
    rf"(?:refused to )?\b(?P<doing>{'|'.join(CODE)}) (?:because it )?{_VIOLATES} ?"
    r"(?:'(?P<single>.{0,9000}?)'\.(?= (?:Either|Note|The )|\s*$)|\"(?P<double>[^\"]{0,9000})\")",
    re.IGNORECASE,
)
_STRINGS = re.compile(
    r"(?:Refused to )?(?P<doing>evaluat(?:e|ing) a string as JavaScript|compil(?:e|ing) or instantiat(?:e|ing) WebAssembly module)"
    r".{0,80}?because (?:'(?:wasm-)?unsafe-eval' is not|neither '[\w-]{1,20}' nor 'unsafe-eval' is) an allowed source of script"
    r"(?: in the following Content Security Policy directive)?:?\s*\"?(?P<directive>[^\"\n]{0,9000})(?P<end>\"?)",
    re.IGNORECASE,
)
_DOCUMENTS = re.compile(
    r"(?:API cannot load (?P<url>\S{1,9000}?)\.?\s+)?Refused to connect(?: to '(?P<quoted>[^']{0,9000})')? because it violates "
    r"the document's Content Security Policy",
    re.IGNORECASE,
)
_TRUSTED = re.compile(
    r"Creating a TrustedTypePolicy named '(?P<name>.{0,1000}?)' (?:because it )?"
    r"violates the following Content Security Policy directive: \"(?P<directive>[^\"]{0,9000})",
    re.IGNORECASE,
)
_UNSET = re.compile(rf"'({NAMES})' was not explicitly set, so '({NAMES})' is used as a fallback", re.IGNORECASE)
_BLOCKED_BY = re.compile(
    r"(?:(?<!\S)(?P<url>(?:https?|wss?)://\S{1,9000}+)\s.{0,20}?)?(?:net::ERR_BLOCKED_BY_CSP|\(blocked:csp\))",
    re.IGNORECASE,
)
_NOTES: tuple[tuple[str, Note], ...] = (
    ("'strict-dynamic' is present", "strict-dynamic"),
    ("'unsafe-inline' is ignored", "unsafe-inline-ignored"),
    ("unless the 'unsafe-hashes' keyword", "unsafe-hashes"),
    ("is used as a fallback", "fallback"),
    ("'*' matches only URLs", "wildcard"),
    ("because an ancestor", "ancestor"),
)


def read(text: str) -> Message | None:
    """What a message of Chromium says; None if it is not one of its violations."""
    found = _of_url(text) or _of_code(text) or _of_strings(text) or _without_directive(text)
    if found is None:
        return None
    report = "policy is report-only" in text or "[report only]" in text.lower()
    notes = frozenset(note for words, note in _NOTES if words in text)
    return replace(
        found,
        kind="csp",
        browser="chromium",
        disposition="report" if report else "enforce",
        notes=found.notes | notes,
        hashes=hashes(text.partition("Either ")[2]),
        text=text,
    )


def _of_url(text: str) -> Message | None:
    found = _URL.search(text)
    if found is None:
        return None
    kind = next(kind for doing, kind in URLS.items() if re.fullmatch(doing, found["doing"], re.IGNORECASE))
    violated = found["directive"] if found["end"] else ""
    name = directive_name(found["directive"])
    directive = name if name in _OWN.get(kind, ()) else EFFECTIVE.get(kind) or DIRECTIVES[kind]
    if kind == "prefetch" and "'prefetch-src' was not explicitly set" in text:
        directive = "prefetch-src"
    notes: frozenset[Note] = frozenset() if found["end"] else frozenset({"cut"})
    return Message(kind="csp", directive=directive, blocked=found["url"], violated=violated, notes=notes)


def _of_code(text: str) -> Message | None:
    found = _INLINE.search(text)
    if found is None:
        return None
    kind = next(kind for doing, kind in CODE.items() if re.fullmatch(doing, found["doing"], re.IGNORECASE))
    if kind == "inline-style" and "hashes do not apply to" in text:
        kind = "style-attr"
    violated = found["single"] if found["single"] is not None else found["double"]
    return Message(kind="csp", directive=EFFECTIVE[kind], blocked="inline", code=kind, violated=violated)


def _of_strings(text: str) -> Message | None:
    found = _STRINGS.search(text)
    if found is None or "trusted-types-eval" in text:
        return None
    kind = "wasm" if "assembly" in found["doing"].lower() else "eval"
    notes: frozenset[Note] = frozenset() if found["end"] else frozenset({"cut"})
    violated = found["directive"].strip() if found["end"] else ""
    return Message(
        kind="csp", directive=EFFECTIVE[kind], blocked=BLOCKED[kind], code=kind, violated=violated, notes=notes
    )


def _without_directive(text: str) -> Message | None:
    if found := _DOCUMENTS.search(text):
        return Message(kind="csp", directive="connect-src", blocked=found["url"] or found["quoted"] or "")
    if found := _TRUSTED.search(text):
        return Message(
            kind="csp", directive="trusted-types", blocked="trusted-types-policy", violated=found["directive"]
        )
    if found := _BLOCKED_BY.search(text):
        return Message(kind="csp", blocked=found["url"] or "")
    return None


def read_fragment(text: str) -> Message | None:
    """The note at the end of a message that was split: "Note that 'img-src' was not explicitly set …"."""
    found = _UNSET.search(text)
    if found is None:
        return None
    notes: frozenset[Note] = frozenset({"fallback", "fragment"})
    return Message(
        kind="csp", browser="chromium", directive=found[1].lower(), violated=found[2], notes=notes, text=text
    )
