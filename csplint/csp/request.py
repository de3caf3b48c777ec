"""
One thing a page would load or run, as the policies see it.

The kinds are the ways a page can make such a request, not Fetch's destinations:
the same file asked for by a tag in the markup ("script") and by another script
("dynamic-script") is judged differently under 'strict-dynamic'.
"""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

Kind = Literal[
    "script",
    "dynamic-script",
    "inline-script",
    "dynamic-inline-script",
    "event-handler",
    "javascript-url",
    "eval",
    "wasm",
    "style",
    "inline-style",
    "style-attr",
    "img",
    "media",
    "font",
    "frame",
    "object",
    "manifest",
    "prefetch",
    "worker",
    "blob-worker",
    "connect",
    "beacon",
    "eventsource",
    "ws",
    "form",
    "base",
    "frame-ancestors",
]

KINDS: frozenset[str] = frozenset(get_args(Kind))


class Request(Struct, frozen=True):
    """
    What a page asks for.

    url: absolute, already resolved; "" for inline code, eval and wasm. For "frame-ancestors" the other way round:
        the address of a page that has this one in a frame, which that directive is asked about.
    nonce: the element's nonce, "" for none.
    content: the text of an inline script, style or handler; of a javascript:
        URL everything after the colon, percent-decoded. "" is a text nobody has told, which no hash is of: an
        element that really holds nothing runs nothing, and no browser asks about it.
    integrity: the element's integrity attribute, as written.
    redirect_to: where the server sends the request on to, "" for nowhere.
    nonceable: False where CSP3 #is-element-nonceable says the nonce does not
        count (a duplicate attribute, or `<script`/`<style` inside an attribute).
    """

    kind: Kind
    url: str = ""
    nonce: str = ""
    content: str = ""
    integrity: str = ""
    redirect_to: str = ""
    nonceable: bool = True
