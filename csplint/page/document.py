"""
A page, as far as policies are concerned: what it would load or run, and its meta elements with policies.

Everything is in document order, because a policy in a meta element only governs what follows it. Lines and columns count
from 1, in the text after the HTML standard's newline normalization.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from csplint.csp.request import Request


class Place(Struct, frozen=True, order=True):
    """A position in the page's text; line and column count from 1."""

    line: int
    column: int


NOWHERE = Place(0, 0)
"""The place of what is not in the page's text: a header sent it, or a HAR recorded it."""

LITERAL = "address in a script"
"""The element of a request that a script would make for an address which is written in it."""

RECORDED = "recorded in the HAR"
"""The element of a request that a page made when a HAR was recorded."""

REPORTED = "reported by a browser"
"""The element of a request that a browser's message or report is about."""

NOT_IN_HTML = frozenset({LITERAL, RECORDED, REPORTED})
"""Elements of requests that the page's HTML does not make by itself."""


class PageRequest(Struct, frozen=True):
    """
    One thing the page would load or run.

    element: the tag's name, "svg:script" in foreign content; "css" for a URL in a style sheet; LITERAL; RECORDED; REPORTED.
    attribute: the attribute that makes the request ("src", "onclick", "style"), "" for an element's text; of a LITERAL the
        call ("fetch").
    place: NOWHERE for a request of a header or a HAR.
    written: the URL as written, before it was resolved; "" for inline code.
    order: position in the document; requests, scripts and metas share one count.
    role: what decides about it besides its kind: "icon" and "modulepreload" (of a link element), "image set" (the
    browser chooses among several images), else "".
    """

    request: Request
    place: Place
    element: str
    attribute: str
    written: str
    order: int
    role: str = ""


class Script(Struct, frozen=True):
    """
    One script element, whether or not it runs.

    kind: "classic", "module", "importmap", "speculationrules" or "data" (a type that browsers do not run).
    text: the element's own text, which hashes are computed from; may be "" for an inline script.
    src: the src (in SVG: href) attribute as written; None for an inline script.
    url: src resolved against the base URL; "" if src is missing or not a valid URL.
    attributes: all attributes, names in lower case; the first of a name wins.
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
    One meta element whose http-equiv is Content-Security-Policy or its report-only form.

    name: the http-equiv value, lower case.
    content: the content attribute; None if it is missing.
    counts: whether browsers honour it: a child of head, not in template, noscript or foreign content.
    span: start and end (exclusive) of the content attribute in the document's text, with its name and quotes.
    """

    name: str
    content: str | None
    counts: bool
    place: Place
    order: int
    span: tuple[int, int] | None = None


class Link(Struct, frozen=True):
    """A link, form or base element whose target opens another window, or a link that saves a file."""

    opens: Literal["window", "download"]
    place: Place


class Srcdoc(Struct, frozen=True):
    """
    A frame whose document is written in the page (`<iframe srcdoc>`); it inherits the page's policies.

    text: that document's source. sandbox: the words of the frame's sandbox attribute, lower case; None if it has none.
    place: of the attribute. order: position among the page's requests. base: the URL that its relative URLs start from.
    document: the document parsed; None if it was not, because the page has too many or too large ones.
    """

    text: str
    sandbox: frozenset[str] | None
    place: Place
    order: int
    base: str
    document: Document | None = None

    @property
    def runs_scripts(self) -> bool:
        """Whether the frame's own sandbox lets its scripts run."""
        return self.sandbox is None or "allow-scripts" in self.sandbox


class Document(Struct, frozen=True, dict=True):
    """
    A parsed page.

    base_url: the URL that relative URLs are resolved against (set by the first valid base element).
    requests, scripts, metas: in document order.
    generators: the contents of meta name=generator.
    root_attributes: the html element's attributes.
    text: the decoded source with normalized newlines, for searches besides the markup.
    limits: sentences for the report about what was not checked (a sheet that is too long).
    notes: sentences about what else decides (the page sends visitors on to another one), though the page was read whole.
    links: the first links that open a window or save a file. frames: the frames with a srcdoc.
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
    notes: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    frames: tuple[Srcdoc, ...] = ()

    def every_request(self) -> Iterator[PageRequest]:
        """The requests of the page, and then those of the documents in its frames, with their places in those documents."""
        yield from self.requests
        for frame in self.frames:
            if frame.document is not None:
                yield from frame.document.every_request()
