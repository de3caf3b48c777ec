"""The start tags of an XML file with the places of their attributes, which expat does not report."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.parsers import expat

from msgspec import Struct

from csplint.servers.contents import character_starts, line_and_column, utf8_text
from csplint.servers.source import SourceError, Written

MAX_TAGS = 100_000
MAX_DEPTH = 200

_ATTRIBUTE = re.compile(rb"""\s([^\s=/>"']+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*>""")
_PIECE = re.compile(r"&(#x[0-9a-fA-F]+|#[0-9]+|\w+);|\r\n|(.)", re.DOTALL)
_CHANGED = re.compile(r"[&\r\n\t]")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([^"']*)""")


class Tag(Struct, frozen=True):
    """
    A start tag, or an empty element. above: the elements that it is in, outermost first, each with its attribute `path` ("" if it
    has none). start, end: the tag in the file.
    """

    name: str
    attributes: Mapping[str, Written]
    above: tuple[tuple[str, str], ...]
    start: int
    end: int

    def value(self, name: str) -> str:
        """The text of an attribute, "" if there is none."""
        found = self.attributes.get(name)
        return found.text if found else ""


def tags(data: bytes) -> list[Tag]:
    """All tags of the file. Raises SourceError, with line and column where the XML is not well-formed, and for a DTD."""
    utf8_text(data)
    declared = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
    if declared and declared[1].lower() not in (b"utf-8", b"us-ascii") and not data.isascii():
        raise SourceError("It declares an encoding other than UTF-8.", 1, 1)
    collector = _Collector(data)
    try:
        collector.parser.Parse(data, True)
    except expat.ExpatError as exc:
        message = f"It is not well-formed XML: {expat.ErrorString(exc.code)}."
        raise SourceError(message, *line_and_column(data, collector.parser.ErrorByteIndex)) from None
    return collector.found


class _Collector:
    def __init__(self, data: bytes) -> None:
        self.found: list[Tag] = []
        self._data = data
        self._above: list[tuple[str, str]] = []
        self.parser = expat.ParserCreate("UTF-8")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _start(self, name: str, _attributes: object) -> None:
        start = self.parser.CurrentByteIndex
        if len(self.found) >= MAX_TAGS or len(self._above) >= MAX_DEPTH:
            raise SourceError("It has too many elements.", *line_and_column(self._data, start))
        written = _TAG.match(self._data, start)
        end = written.end() if written else start
        tag = Tag(name, _attributes_of(self._data, start, end), tuple(self._above), start, end)
        self.found.append(tag)
        self._above.append((name, tag.value("path")))

    def _end(self, _name: str) -> None:
        self._above.pop()

    def _doctype(self, *_declared: object) -> None:
        raise SourceError(
            "It has a DTD, which is not read.", *line_and_column(self._data, self.parser.CurrentByteIndex)
        )


def _attributes_of(data: bytes, start: int, end: int) -> dict[str, Written]:
    found = {}
    for each in _ATTRIBUTE.finditer(data, start, end):
        group = 2 if each[2] is not None else 3
        found[each[1].decode()] = _value(each[group].decode(), each.start(group))
    return found


def _value(written: str, offset: int) -> Written:
    """An attribute's value as XML reads it: entities are characters, line ends and tabs are spaces."""
    places = character_starts(written, offset)
    if not _CHANGED.search(written):
        return Written(written, places)
    text: list[str] = []
    starts: list[int] = []
    for found in _PIECE.finditer(written):
        text.append(_character(found))
        starts.append(places[found.start()])
    return Written("".join(text), (*starts, places[-1]))


def _character(found: re.Match[str]) -> str:
    entity, character = found[1], found[2]
    if entity is None:
        return " " if character is None or character in "\t\r\n" else character
    if entity.startswith("#"):
        return chr(int(entity[2:], 16) if entity[1] == "x" else int(entity[1:]))
    return _ENTITIES[entity]
