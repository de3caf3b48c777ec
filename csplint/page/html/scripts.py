"""What a script element is: HTML Standard #prepare-the-script-element, up to the check of policies."""

from __future__ import annotations

from typing import Literal

from csplint.page.html.tag import Tag

ScriptKind = Literal["classic", "module", "importmap", "speculationrules", "data"]

_WHITE = "\t\n\f\r "
# MIME Sniffing Standard #javascript-mime-type; with parameters ("; charset=utf-8") it is another type.
_TYPES = """
application/ecmascript application/javascript application/x-ecmascript application/x-javascript text/ecmascript
text/javascript text/javascript1.0 text/javascript1.1 text/javascript1.2 text/javascript1.3 text/javascript1.4
text/javascript1.5 text/jscript text/livescript text/x-ecmascript text/x-javascript
"""
_JAVASCRIPT = frozenset(_TYPES.split())


def script_kind(tag: Tag) -> ScriptKind:
    """The kind of this script element, by its type and (in HTML) language attributes."""
    written = tag.attributes.get("type")
    language = tag.get("language") if tag.name == "script" else ""
    if written == "" or (written is None and not language):
        return "classic"
    name = (f"text/{language}" if written is None else written.strip(_WHITE)).lower()
    if name in _JAVASCRIPT:
        return "classic"
    match name:
        case "module" | "importmap" | "speculationrules":
            return name
    return "data"


def script_source(tag: Tag) -> str | None:
    """The src (SVG: href) as written, None for an inline script."""
    if tag.name == "script":
        return tag.attributes.get("src")
    return None if tag.href is None else tag.href[1]


def runs(tag: Tag, kind: ScriptKind) -> bool:
    """
    Whether the page would run this script if it had no policy.

    Chromium also checks an inline script that event/for keeps from running; blocking it changes nothing, so it is not a
    request here.
    """
    source = script_source(tag)
    if kind == "data" or (source is None and tag.text == ""):
        return False
    if source is not None and (source.strip(_WHITE) == "" or kind in ("importmap", "speculationrules")):
        return False
    if kind != "classic" or tag.name != "script":
        return True
    return "nomodule" not in tag.attributes and _is_for_window_load(tag)


def _is_for_window_load(tag: Tag) -> bool:
    if "event" not in tag.attributes or "for" not in tag.attributes:
        return True
    window, event = tag.word("for").strip(_WHITE), tag.word("event").strip(_WHITE)
    return window == "window" and event in ("onload", "onload()")
