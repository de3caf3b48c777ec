"""One element of a page as the parser saw it, free of the parser's own types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from csplint.page.document import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """
    One start tag that made it into the tree.

    name: "img", in foreign content with its namespace: "svg:script".
    attributes: names in lower case ("xlink:href" included), the first one wins.
    attribute_places: where each attribute starts; one merged from a second body or html tag may be missing.
    text, text_place: the element's own text and where it begins; read for script and style alone.
    parent: the parent's name, "" directly under a template or shadow root.
    parent_attributes: the parent's attributes, for source and track.
    is_inert: inside a template, so nothing of it loads or runs.
    in_shadow: inside a declarative shadow root.
    content_span: where the content attribute stands in the text, from its name to its end (read for meta alone).
    has_duplicates: the start tag repeats an attribute (read for script, style and link alone).
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
        """Give an attribute's value, "" where it is missing."""
        return self.attributes.get(attribute, "")

    def word(self, attribute: str) -> str:
        """Give the value of an attribute that takes one keyword: lower case."""
        return self.get(attribute).lower()

    @property
    def href(self) -> tuple[str, str] | None:
        """Give name and value of the link attribute: in SVG, href wins over xlink:href; None for neither."""
        names = ("href", "xlink:href") if self.name.startswith("svg:") else ("href",)
        return next(((name, self.attributes[name]) for name in names if name in self.attributes), None)

    @property
    def is_nonceable(self) -> bool:
        """
        CSP3 #is-element-nonceable, but for the question whether there is a nonce at all.

        A start tag that swallowed another one (dangling markup) must not lend it its nonce.
        """
        return not self.has_duplicates and not any(
            mark in part.lower() for item in self.attributes.items() for part in item for mark in ("<script", "<style")
        )
