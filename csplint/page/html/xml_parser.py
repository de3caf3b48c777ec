"""
Parse XHTML and SVG as browsers do: by the rules of XML, where `<script/>` is complete and CDATA is text.

Python's expat does the parsing, with namespaces; what would make it grow out of proportion stops it. At an error browsers
show what came before it (Chromium) or only the error (Firefox); the tags before it are returned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.parsers import expat

from msgspec.structs import replace

from csplint.page.document import Place
from csplint.page.html.tag import Tag

MAX_DEPTH = 10_000
MAX_ELEMENTS = 200_000
MAX_TEXT = 20_000_000
"""Characters of attributes, scripts and styles together, which entities may multiply."""

MAX_ENTITY = 64
"""Characters of an entity's text. Pages that declare any use them for single characters."""

_PREFIXES = {
    "http://www.w3.org/1999/xhtml": "",
    "http://www.w3.org/2000/svg": "svg:",
    "http://www.w3.org/1998/Math/MathML": "math:",
}
_ATTRIBUTES = {"http://www.w3.org/1999/xlink": "xlink:"}
_PSEUDO = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_DECLARED = re.compile(rb"""\A<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z][\w.-]*)["']""")
_WITH_TEXT = frozenset({"script", "style", "svg:script", "svg:style"})
# These matter even without attributes.
_BARE = _WITH_TEXT | {"form"}


class _StopError(Exception):
    """There is more than csplint reads; the message is the end of a sentence."""


class XmlTags(NamedTuple):
    """The tags of an XML document in their order, and sentences about what was not read."""

    tags: list[Tag]
    limits: tuple[str, ...]


def xml_encoding(body: bytes) -> str | None:
    """The encoding that XML text without a byte order mark names: UTF-16 by its first characters, or its declaration."""
    if body.startswith(b"<\0?\0"):
        return "utf-16le"
    if body.startswith(b"\0<\0?"):
        return "utf-16be"
    found = _DECLARED.match(body)
    return found[1].decode("ascii") if found else None


def read_xml(text: str) -> XmlTags:
    """Parse a whole document; never raises."""
    reader = _Reader()
    try:
        reader.parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        reader.limits.append(
            f"The page is not well-formed XML: {expat.ErrorString(error.code)} at line {error.lineno}. Browsers stop "
            "there; csplint checked what comes before."
        )
    except _StopError as stop:
        reader.limits.append(f"The page {stop}; csplint checked what comes before line {reader.line}.")
    return XmlTags([tag for opened in reader.tags for tag in opened.finished()], tuple(reader.limits))


class _Open(NamedTuple):
    """An element, its tag if it may matter, its text so far, and where each piece of the text begins."""

    name: str
    attributes: dict[str, str]
    is_inert: bool
    tag: Tag | None
    text: list[str]
    text_places: list[Place]

    def finished(self) -> Iterator[Tag]:
        """The tag with its text."""
        if self.tag is not None:
            yield replace(self.tag, text="".join(self.text), text_place=self.text_places[0]) if self.text else self.tag


_NO_PARENT = _Open("", {}, False, None, [], [])


class _Reader:
    """What expat calls."""

    def __init__(self) -> None:
        self.tags: list[_Open] = []
        self.limits: list[str] = []
        self._open: list[_Open] = []
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.ProcessingInstructionHandler = self._instruction
        self.parser.EntityDeclHandler = self._entity
        self.parser.buffer_text = True
        self._text_left = MAX_TEXT
        self._elements_left = MAX_ELEMENTS

    @property
    def line(self) -> int:
        """Where the parser is."""
        return self.parser.CurrentLineNumber

    @property
    def _place(self) -> Place:
        return Place(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        parent = self._open[-1] if self._open else _NO_PARENT
        element = _element(name)
        self._elements_left -= 1
        if self._elements_left < 0:
            raise _StopError(f"has more than {MAX_ELEMENTS:,} elements")
        if len(self._open) >= MAX_DEPTH:
            raise _StopError(f"is nested more than {MAX_DEPTH:,} deep")
        self._count(sum(map(len, attributes.values())))
        named = {_attribute(key): value for key, value in attributes.items()}
        tag = self._tag(element, named, parent) if named or element in _BARE else None
        is_inert = parent.is_inert or element == "template"
        self._open.append(_Open(element, named, is_inert, tag, [], []))
        if tag is not None:
            self.tags.append(self._open[-1])

    def _tag(self, name: str, attributes: dict[str, str], parent: _Open) -> Tag:
        place = self._place
        return Tag(
            name=name,
            attributes=attributes,
            place=place,
            attribute_places={},
            text_place=place,
            parent=parent.name,
            parent_attributes=parent.attributes,
            is_inert=parent.is_inert,
        )

    def _count(self, characters: int) -> None:
        self._text_left -= characters
        if self._text_left < 0:
            raise _StopError(f"has more than {MAX_TEXT:,} characters in scripts and attributes")

    def _entity(self, name: str, is_parameter: bool, value: str | None, *_rest: str | None) -> None:
        if value is not None and (is_parameter or "&" in value or "%" in value or len(value) > MAX_ENTITY):
            raise _StopError("declares long or nested entities")

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _text(self, data: str) -> None:
        if self._open and self._open[-1].name in _WITH_TEXT:
            self._count(len(data))
            self._open[-1].text.append(data)
            self._open[-1].text_places.append(self._place)

    def _instruction(self, target: str, data: str) -> None:
        """`xml-stylesheet` loads a style sheet; an XSL one makes another page of this one."""
        if target != "xml-stylesheet" or self._open:
            return
        values = {found[1]: found[2] if found[2] is not None else found[3] for found in _PSEUDO.finditer(data)}
        kind = values.get("type", "text/css").lower()
        if "xsl" in kind or kind in ("text/xml", "application/xml"):
            self.limits.append(
                "The page has an XSL style sheet, which browsers turn it into another page with; csplint checked the page "
                "as it is sent."
            )
        elif kind == "text/css":
            link = {"rel": "stylesheet", "href": values.get("href", "")}
            self.tags.append(_Open("link", link, False, self._tag("link", link, _NO_PARENT), [], []))


def _element(name: str) -> str:
    """The name as `Tag` has it; one that is neither HTML, SVG nor MathML gets its namespace, so that it matches none."""
    namespace, _, local = name.rpartition(" ")
    prefix = _PREFIXES.get(namespace)
    return f"{namespace} {local}" if prefix is None else f"{prefix}{local}"


def _attribute(name: str) -> str:
    namespace, _, local = name.rpartition(" ")
    return f"{_ATTRIBUTES.get(namespace, f'{namespace} ')}{local}" if namespace else local
