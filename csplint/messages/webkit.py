"""
Messages of Safari and other browsers on WebKit.

The texts of WebKitGTK 2.50 (ContentSecurityPolicy.cpp of WebKit at 00d0126). They name the directive only, not its value.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from csplint.messages.message import Message, Note
from csplint.messages.quoted import BLOCKED, EFFECTIVE, NAMES, directive_name

_IN = rf"(?:in|appears? in|neither) (?:neither )?the (?P<name>{NAMES}) directive"
_URL = re.compile(
    r"Refused to (?:load|connect to|change the document base URL to|frame) (?P<url>\S{0,9000}) because (?:it|its MIME type) .{0,20}?"
    + _IN,
    re.IGNORECASE,
)
_CODE = re.compile(
    r"Refused to (?P<doing>execute a script for an inline event handler|execute a script|apply a stylesheet) because "
    r"(?P<lacks>.{0,120}?)" + _IN,
    re.IGNORECASE,
)
_STRINGS = re.compile(
    r"Refused to (?P<doing>evaluate a string as JavaScript|compile or instantiate WebAssembly|create a WebAssembly object)"
    r".{0,80}?not an allowed source of script in the following Content Security Policy directive: \"(?P<directive>[^\"]{0,9000})",
    re.IGNORECASE,
)
_TRUSTED = re.compile(
    r"Refused to create a TrustedTypePolicy named '.{0,1000}?' because it violates the following Content Security Policy "
    r"directive: \"(?P<directive>[^\"]{0,9000})",
    re.IGNORECASE,
)
_SCRIPTS, _STYLES = ("script-src", "script-src-elem"), ("style-src", "style-src-elem")


def read(text: str) -> Message | None:
    """What a message of WebKit says; None if it is not one of its violations."""
    found = _of_url(text) or _of_code(text) or _of_strings(text)
    if found is None:
        return None
    notes: set[Note] = {"fallback"} if "neither the" in text else set()
    if found.code == "inline-script" and "its hash" not in text:
        notes.add("strict-dynamic")  # only under it does WebKit leave out what would allow the script
    disposition = "report" if "[report only]" in text.lower() else "enforce"
    return replace(found, browser="safari", disposition=disposition, notes=frozenset(notes), text=text)


def _of_url(text: str) -> Message | None:
    found = _URL.search(text)
    if found is None:
        return None
    name = found["name"].lower()
    if name in _SCRIPTS:
        name = EFFECTIVE["script"]
    elif name in _STYLES:
        name = EFFECTIVE["style"]
    return Message(kind="csp", directive=name, blocked=found["url"])


def _of_code(text: str) -> Message | None:
    found = _CODE.search(text)
    if found is None:
        return None
    kind = {"apply a stylesheet": "inline-style", "execute a script": "inline-script"}.get(
        found["doing"].lower(), "event-handler"
    )
    if kind == "inline-script" and "eval" in found["lacks"]:
        return Message(kind="csp", directive=EFFECTIVE["eval"], blocked="eval", code="eval")
    if kind == "inline-script" and found["lacks"].startswith("its hash or"):
        kind = "javascript-url"
    elif kind == "inline-style" and found["name"].lower() == "style-src-attr":
        kind = "style-attr"
    return Message(kind="csp", directive=EFFECTIVE[kind], blocked="inline", code=kind)


def _of_strings(text: str) -> Message | None:
    if found := _TRUSTED.search(text):
        return Message(
            kind="csp", directive="trusted-types", blocked="trusted-types-policy", violated=found["directive"]
        )
    found = _STRINGS.search(text)
    if found is None or not directive_name(found["directive"]):
        return None
    kind = "eval" if "string" in found["doing"] else "wasm"
    return Message(kind="csp", directive=EFFECTIVE[kind], blocked=BLOCKED[kind], code=kind, violated=found["directive"])
