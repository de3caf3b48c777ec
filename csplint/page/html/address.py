"""Resolve the URLs in a page as browsers do (WHATWG URL Standard)."""

from __future__ import annotations

import re

import ada_url

_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_SCRIPT = "javascript:"
# The HTML Standard ignores data: and javascript: base URLs (#set-the-frozen-base-url).
_NO_BASE = ("data:", _SCRIPT)


def resolve(written: str, base: str) -> str:
    """The absolute URL, "" if it is invalid; an invalid base is ignored."""
    for against in (base or None, None):
        try:
            return ada_url.URL(written, base=against).href
        except ValueError:
            continue
    return ""


def resolve_base(written: str, document_url: str) -> str:
    """The base URL that a base element sets; the document's own URL if browsers ignore the element."""
    url = resolve(written, document_url)
    return document_url if not url or url.startswith(_NO_BASE) else url


def script_of(url: str) -> str | None:
    """
    The code of a resolved javascript: URL, percent-decoded; None for any other URL.

    HTML Standard #evaluate-a-javascript:-url.
    """
    if not url.startswith(_SCRIPT):
        return None
    code = url[len(_SCRIPT) :].encode()
    return _PERCENT.sub(lambda byte: bytes.fromhex(byte[1].decode()), code).decode("utf-8", "replace")


def without_fragment(url: str) -> str:
    """The URL without its fragment."""
    return url.partition("#")[0]
