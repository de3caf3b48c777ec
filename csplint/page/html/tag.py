"""One element of a page as it was parsed, without the parser's own types, and the requests it makes."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from csplint.csp.request import Kind
from csplint.page.document import Place


class Tag(Struct, frozen=True, kw_only=True):
    """
    The start tag of one element in the tree.

    name: "img", in foreign content with its namespace: "svg:script".
    attributes: names in lower case ("xlink:href" included), the first one wins.
    attribute_places: where each attribute starts; one merged from a second body or html tag may be missing.
    text, text_place: the element's own text and its position; only for script and style.
    parent: the parent's name, "" directly under a template or shadow root.
    parent_attributes: the parent's attributes, for source and track.
    is_inert: inside a template, so nothing of it loads or runs.
    in_shadow: inside a declarative shadow root.
    content_span: start and end of the content attribute in the text, with its name; only for meta.
    has_duplicates: the start tag repeats an attribute; only for script, style and link.
    """

    name: str
    attributes: Mapping[str, str]
    place: Place
    attribute_places: Mapping[str, Place]
    text_place: Place
    text: str = ""
    parent: str = ""
    parent_attributes: Mapping[str, str]
    is_inert: bool = False
    in_shadow: bool = False
    content_span: tuple[int, int] | None = None
    has_duplicates: bool = False

    def get(self, attribute: str) -> str:
        """An attribute's value, "" if it is missing."""
        return self.attributes.get(attribute, "")

    def word(self, attribute: str) -> str:
        """The value of an attribute that takes one keyword, lower case."""
        return self.get(attribute).lower()

    @property
    def href(self) -> tuple[str, str] | None:
        """Name and value of the link attribute: in SVG, href wins over xlink:href; None if both are missing."""
        names = ("href", "xlink:href") if self.name.startswith("svg:") else ("href",)
        return next(((name, self.attributes[name]) for name in names if name in self.attributes), None)

    @property
    def is_nonceable(self) -> bool:
        """
        CSP3 #is-element-nonceable, except that the element may have no nonce.

        A start tag that swallowed another one (dangling markup) must not give it its nonce.
        """
        return not self.has_duplicates and not any(
            mark in part.lower() for item in self.attributes.items() for part in item for mark in ("<script", "<style")
        )


class ElementRequest(Struct, frozen=True, kw_only=True):
    """
    One request of an element, before its URL is resolved.

    kind: the request's kind; None if only a javascript: URL makes a request (a link is followed, not loaded).
    attribute: the attribute that makes it, "" for the element's text.
    written: the URL as written; None for code.
    content, nonce, integrity, nonceable: as in csp.request.Request.
    may_run: browsers run a javascript: URL here, instead of fetching it.
    on_submit: the URL is resolved when the visitor acts, against the base URL of the finished page.
    role: as in page.document.PageRequest.
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
    role: str = ""


def nonced_request(tag: Tag, kind: Kind, attribute: str, written: str) -> ElementRequest:
    """A request for a URL with the element's nonce and integrity attributes."""
    return ElementRequest(
        kind=kind,
        attribute=attribute,
        written=written,
        nonce=tag.get("nonce"),
        integrity=tag.get("integrity"),
        nonceable=tag.is_nonceable,
    )


def inline_request(tag: Tag, kind: Kind) -> ElementRequest:
    """A request to run or apply the element's own text."""
    return ElementRequest(kind=kind, attribute="", content=tag.text, nonce=tag.get("nonce"), nonceable=tag.is_nonceable)
