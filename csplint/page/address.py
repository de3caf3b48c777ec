"""URLs as browsers read them (WHATWG URL Standard), for what stands in a page."""

from __future__ import annotations

import re

import ada_url

_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_SCRIPT = "javascript:"
# data: and javascript: base URLs are refused by the HTML Standard (#set-the-frozen-base-url).
_NO_BASE = ("data:", _SCRIPT)


def resolve(written: str, base: str) -> str:
    """Give the absolute URL, "" where it is none; a base that is no URL itself counts as none."""
    for against in (base or None, None):
        try:
            return ada_url.URL(written, base=against).href
        except ValueError:
            continue
    return ""


def resolve_base(written: str, document_url: str) -> str:
    """Give the base URL a base element sets; the document's own where browsers refuse it."""
    url = resolve(written, document_url)
    return document_url if not url or url.startswith(_NO_BASE) else url


def script_of(url: str) -> str | None:
    """
    Give the code of a resolved javascript: URL, percent-decoded; None for any other URL.

    HTML Standard #evaluate-a-javascript:-url.
    """
    if not url.startswith(_SCRIPT):
        return None
    code = url[len(_SCRIPT) :].encode()
    return _PERCENT.sub(lambda byte: bytes.fromhex(byte[1].decode()), code).decode("utf-8", "replace")


def without_fragment(url: str) -> str:
    """Cut the fragment off a URL."""
    return url.partition("#")[0]
