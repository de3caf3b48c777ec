"""
A page, as far as policies are concerned: what it would load or run, and the metas it carries.

Everything is in document order and knows its line and column (both from 1, of
the text after the HTML standard's newline normalisation), because a policy in a
meta element governs only what follows it.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from csplint.csp.request import Request


class Place(Struct, frozen=True, order=True):
    """A point in the page's text; line and column count from 1."""

    line: int
    column: int


class PageRequest(Struct, frozen=True):
    """
    One thing the page would load or run.

    element: the tag's name, "svg:script" in foreign content; "css" for what a style sheet names.
    attribute: where the request comes from ("src", "onclick", "style"), "" for an element's text.
    written: the URL as written, before it was resolved; "" for inline code.
    order: position in the document; metas share the same count.
    """

    request: Request
    place: Place
    element: str
    attribute: str
    written: str
    order: int


class Script(Struct, frozen=True):
    """
    One script element, whether or not it runs.

    kind: "classic", "module", "importmap", "speculationrules" or "data" (a type browsers do not run).
    text: the element's own text, what a hash is computed over; "" is possible for an inline one.
    src: the src (in SVG: href) attribute as written; None for an inline script.
    url: src resolved against the base URL; "" where there is none or it is not a URL.
    attributes: every attribute as parsed, first one wins, names in lower case.
    nonceable: see csp.request.Request.
    """

    kind: Literal["classic", "module", "importmap", "speculationrules", "data"]
    text: str
    src: str | None
    url: str
    nonce: str | None
    integrity: str
    attributes: dict[str, str]
    nonceable: bool
    place: Place
    order: int


class Meta(Struct, frozen=True):
    """
    One meta element that names a Content-Security-Policy (or its report-only form) in http-equiv.

    name: the http-equiv value, lower case.
    content: the content attribute; None where it is missing.
    counts: whether the HTML standard lets it count: a child of head, not in template, noscript or foreign content.
    span: where in the document's text the content attribute stands, name and quotes included.
    """

    name: str
    content: str | None
    counts: bool
    place: Place
    order: int
    span: tuple[int, int] | None = None


class Document(Struct, frozen=True):
    """
    A parsed page.

    base_url: what relative URLs are resolved against (the first base element that counts).
    requests, scripts, metas: in document order.
    generators: the contents of meta name=generator.
    root_attributes: the html element's attributes.
    text: the decoded, newline-normalised source, for marks that are no markup.
    limits: sentences about what was left out (a sheet too long to read), for the report.
    """

    url: str
    base_url: str
    requests: tuple[PageRequest, ...]
    scripts: tuple[Script, ...]
    metas: tuple[Meta, ...]
    generators: tuple[str, ...]
    root_attributes: dict[str, str]
    text: str
    limits: tuple[str, ...] = ()
