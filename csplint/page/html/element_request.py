"""A request as an element states it, before its URL is resolved."""

from __future__ import annotations

from dataclasses import dataclass

from csplint.csp.request import Kind
from csplint.page.html.tag import Tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """
    One thing an element asks for.

    kind: the request's kind; None where only a javascript: URL counts (a link is followed, not loaded).
    attribute: where it is written, "" for the element's text.
    written: the URL as written; None for code.
    content, nonce, integrity, nonceable: as in csp.request.Request.
    may_run: a javascript: URL here is run, not fetched.
    on_submit: the URL is resolved when the visitor acts, so by the base URL the whole page ends up with.
    """

    kind: Kind | None
    attribute: str
    written: str | None = None
    content: str = ""
    nonce: str = ""
    integrity: str = ""
    nonceable: bool = True
    may_run: bool = False
    on_submit: bool = False


def nonced(tag: Tag, kind: Kind, attribute: str, written: str) -> Want:
    """Want a URL on the strength of the element's nonce and integrity attributes."""
    return Want(
        kind=kind,
        attribute=attribute,
        written=written,
        nonce=tag.get("nonce"),
        integrity=tag.get("integrity"),
        nonceable=tag.is_nonceable,
    )


def inline(tag: Tag, kind: Kind) -> Want:
    """Want the element's own text to count."""
    return Want(kind=kind, attribute="", content=tag.text, nonce=tag.get("nonce"), nonceable=tag.is_nonceable)
