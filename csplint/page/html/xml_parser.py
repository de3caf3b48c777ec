"""
Parse XHTML and SVG as browsers do: by the rules of XML, where `<script/>` is complete and CDATA is text.

Python's expat does the parsing, with namespaces; it stops by itself where entities grow out of proportion. At an error
browsers show what came before it (Chromium) or only the error (Firefox); the tags before it are returned.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.parsers import expat

from csplint.page.document import Place
from csplint.page.html.tag import Tag

_PREFIXES = {
    "http://www.w3.org/1999/xhtml": "",
    "http://www.w3.org/2000/svg": "svg:",
    "http://www.w3.org/1998/Math/MathML": "math:",
}
_ATTRIBUTES = {"http://www.w3.org/1999/xlink": "xlink:"}
_PSEUDO = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_DECLARED = re.compile(rb"""\A<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z][\w.-]*)["']""")
_WITH_TEXT = frozenset({"script", "style", "svg:script", "svg:style"})


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
    return XmlTags([tag.finished() for tag in reader.tags], tuple(reader.limits))


class _Open(NamedTuple):
    """A tag with its text so far and the position where it begins."""

    tag: Tag
    text: list[str]
    text_places: list[Place]

    def finished(self) -> Tag:
        from msgspec.structs import replace  # noqa: PLC0415 - only for XML

        if self.tag.name not in _WITH_TEXT or not self.text:
            return self.tag
        return replace(self.tag, text="".join(self.text), text_place=self.text_places[0])


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
        self.parser.buffer_text = True

    @property
    def _place(self) -> Place:
        return Place(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        parent = self._open[-1].tag if self._open else None
        self._add(
            Tag(
                name=_element(name),
                attributes={_attribute(key): value for key, value in attributes.items()},
                place=self._place,
                attribute_places={},
                text_place=self._place,
                parent=parent.name if parent else "",
                parent_attributes=parent.attributes if parent else {},
                is_inert=parent is not None and (parent.is_inert or parent.name == "template"),
            )
        )

    def _add(self, tag: Tag) -> None:
        opened = _Open(tag, [], [])
        self.tags.append(opened)
        self._open.append(opened)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _text(self, data: str) -> None:
        if self._open and self._open[-1].tag.name in _WITH_TEXT:
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
            self._add(
                Tag(
                    name="link",
                    attributes={"rel": "stylesheet", "href": values.get("href", "")},
                    place=self._place,
                    attribute_places={},
                    text_place=self._place,
                    parent_attributes={},
                )
            )
            self._open.pop()


def _element(name: str) -> str:
    """The name as `Tag` has it; one that is neither HTML, SVG nor MathML gets its namespace, so that it matches none."""
    namespace, _, local = name.rpartition(" ")
    prefix = _PREFIXES.get(namespace)
    return f"{namespace} {local}" if prefix is None else f"{prefix}{local}"


def _attribute(name: str) -> str:
    namespace, _, local = name.rpartition(" ")
    return f"{_ATTRIBUTES.get(namespace, f'{namespace} ')}{local}" if namespace else local
