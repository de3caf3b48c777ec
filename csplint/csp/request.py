"""
A request that policies are checked against: one thing a page would load or run.

The kinds are the ways in which a page makes a request, not Fetch's destinations: under 'strict-dynamic' the same file is
judged differently as a tag in the markup ("script") and as a tag that a script adds ("dynamic-script").
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
    One thing that a page loads or runs.

    url: absolute; "" for inline code, eval and wasm. For "frame-ancestors", the URL of a page that embeds this one.
    nonce: the element's nonce, "" for none.
    content: the text of an inline script, style or event handler; of a javascript: URL everything after the colon,
        percent-decoded. "" is an unknown text that no hash matches (browsers run and check no empty element).
    integrity: the element's integrity attribute, as written.
    redirect_to: the absolute URL that the server redirects to, "" for none.
    nonceable: False where browsers ignore the nonce by CSP3 #is-element-nonceable (a duplicate attribute, or `<script` or
        `<style` in an attribute).
    upgradeable: False for an image that browsers never upgrade to https as mixed content: one of a srcset or a picture
        element (Mixed Content #upgrade-algorithm), and an icon.
    """

    kind: Kind
    url: str = ""
    nonce: str = ""
    content: str = ""
    integrity: str = ""
    redirect_to: str = ""
    nonceable: bool = True
    upgradeable: bool = True
