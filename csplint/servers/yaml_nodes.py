"""
A YAML file as values with the places where they are written.

PyYAML reads it (the extra `yaml`), with libyaml where it is built in. Its events are composed here: nothing is constructed, and depth,
values and what aliases stand for are counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from csplint.servers.contents import MAX_BYTES, Text
from csplint.servers.source import SourceError, Written
from csplint.servers.yaml_scalars import characters

if TYPE_CHECKING:
    from yaml import CollectionStartEvent, Event, ScalarEvent

MAX_DEPTH = 60
"""Values in one another; Kubernetes' own objects have about twenty."""

MOST_VALUES = 200_000
"""Values of a file, with those that aliases repeat."""

MOST_WRITTEN = MAX_BYTES
"""Characters of values whose places are looked for; aliases can name one value many times."""

TEMPLATE = "This is a template, not YAML yet. Check the file that is made from it, such as with `helm template`."

_TEMPLATE = re.compile(r"\{\{|\{%|<%")


class Node(Struct, frozen=True, kw_only=True):
    """
    A value; start, end: where it is written, as indexes of the file's characters.

    Scalars have `value` and `style`: `"`, `'`, `|`, `>`, or "" for none. Mappings have `members`, sequences `items`. flow: written in
    braces or brackets. size: how many values it has, itself included.
    """

    start: int
    end: int
    value: str | None = None
    style: str = ""
    members: tuple[tuple[Node, Node], ...] | None = None
    items: tuple[Node, ...] | None = None
    flow: bool = False
    size: int = 1

    def pairs(self) -> Iterator[tuple[str, Node, int]]:
        """The keys of a mapping that are scalars, their values, and their numbers; then those of `<<` that it has not."""
        own = {key.value for key, _ in self.members or ()}
        for number, (key, node) in enumerate(self.members or ()):
            if key.value == "<<" and not key.style:
                for merged in node.items or (node,):
                    yield from ((name, each, -1) for name, each, _ in merged.pairs() if name not in own)
            elif key.value is not None:
                yield key.value, node, number

    def get(self, *keys: str, exact: bool = True) -> Node | None:
        """What a path of keys leads to; exact: whether their case counts."""
        found: Node | None = self
        for wanted in keys:
            fits = (each for key, each, _ in found.pairs() if _same(key, wanted, exact)) if found else ()
            found = next(iter(fits), None)
        return found

    def string(self, *keys: str) -> str:
        """The scalar that a path of keys leads to, "" if there is none."""
        found = self.get(*keys)
        return (found.value or "") if found else ""

    def elements(self, *keys: str) -> tuple[Node, ...]:
        """The sequence that a path of keys leads to, empty if there is none."""
        found = self.get(*keys)
        return (found.items or ()) if found else ()


def _same(key: str, wanted: str, exact: bool) -> bool:
    return key == wanted if exact else key.lower() == wanted.lower()


def is_string(node: Node) -> bool:
    """Whether a scalar is a string: one without quotes may be a number, a date, null, or a truth value."""
    from yaml import SafeLoader, ScalarNode  # noqa: PLC0415 - an extra

    resolve: Callable[[type, str, tuple[bool, bool]], str] = SafeLoader("").resolve
    return resolve(ScalarNode, node.value or "", (not node.style, True)) == "tag:yaml.org,2002:str"


class YamlFile:
    """
    A file's documents. text: its characters. scalars: every scalar, in the order written.

    Raises SourceError if it is too large, not UTF-8, not YAML, or a template, or if the extra is not installed.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._file = Text(data, most=MAX_BYTES)
        self.text = self._file.text
        self.scalars: list[Node] = []
        self._left = MOST_WRITTEN
        self.documents = tuple(self._documents())

    def offset(self, index: int) -> int:
        """The byte offset of a character."""
        return self._file.offset(index)

    def error(self, message: str, index: int) -> SourceError:
        """What is wrong at a character, to raise."""
        return self._file.error(message, index)

    def written(self, node: Node) -> Written | None:
        """A scalar's value with its places; all are its beginning if they are not known. None if no file can have such characters."""
        value = node.value or ""
        self._left -= len(value)
        if self._left < 0:
            raise self.error(
                f"Its aliases repeat more than {MOST_WRITTEN:,} characters, so it was not read.", node.start
            )
        if any("\ud800" <= char <= "\udfff" for char in value):
            return None
        found = characters(self.text, node.start, node.end, node.style, value)
        last = self.offset(node.end - len(node.style) if node.style in {'"', "'"} else node.end)
        if found is None:
            return Written(value, (*(self.offset(node.start) for _ in value), last))
        if node.style in {"|", ">"} and found:
            last = self.offset(found[-1][1] + 1)
        return Written(value, (*(self.offset(at) for _, at in found), last))

    def _documents(self) -> Iterator[Node]:
        events = self._events()
        try:
            from yaml import YAMLError  # noqa: PLC0415 - an extra
        except ImportError:
            raise SourceError("csplint reads YAML only with its extra `yaml`: install csplint-cli[yaml].") from None
        try:
            yield from _Composer(self).documents(events)
        except YAMLError as error:
            raise self._not_yaml(error) from None

    def _events(self) -> Iterator[Event]:
        import yaml  # noqa: PLC0415 - an extra

        loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
        yield from yaml.parse(self.text.removeprefix("\ufeff"), Loader=loader)

    def _not_yaml(self, error: Exception) -> SourceError:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        index = mark.index if mark else getattr(error, "position", 0)
        index = min(index if isinstance(index, int) else 0, len(self.text))
        if found := _TEMPLATE.search(self.text):
            return self.error(TEMPLATE, found.start())
        problem = getattr(error, "problem", None) or "it has a character that YAML does not allow"
        return self.error(f"It is not valid YAML: {problem}.", index)


class _Open(Struct):
    """A mapping or sequence that has not ended."""

    event: CollectionStartEvent
    start: int
    inside: list[Node]
    anchor: str | None
    size: int = 1


class _Composer:
    """Makes values of events."""

    def __init__(self, file: YamlFile) -> None:
        self._file = file
        self._shift = 1 if file.text.startswith("\ufeff") else 0
        self._anchors: dict[str, Node | None] = {}
        self._open: list[_Open] = []
        self._count = 0

    def documents(self, events: Iterator[Event]) -> Iterator[Node]:
        import yaml  # noqa: PLC0415 - an extra

        for event in events:
            start, end = ((mark.index + self._shift if mark else 0) for mark in (event.start_mark, event.end_mark))
            node = None
            if isinstance(event, yaml.DocumentStartEvent):
                self._anchors = {}
            elif isinstance(event, yaml.AliasEvent):
                node = self._alias(event.anchor or "", start)
            elif isinstance(event, yaml.ScalarEvent):
                node = self._scalar(event, start, end)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._begin(event, start)
            elif isinstance(event, yaml.CollectionEndEvent):
                node = self._end(end)
            if node is None:
                continue
            if not self._open:
                self._bound(node.size, start)
                yield node
                continue
            self._open[-1].inside.append(node)
            self._open[-1].size += node.size
            self._bound(self._open[-1].size, start)

    def _bound(self, size: int, start: int) -> None:
        self._count += 1
        if max(size, self._count) > MOST_VALUES:
            raise self._file.error(f"It has more than {MOST_VALUES:,} values, so it was not read.", start)

    def _alias(self, name: str, start: int) -> Node:
        found = self._anchors.get(name)
        if found is None:
            raise self._file.error(f"The alias *{name[:40]} is not of a value before it.", start)
        return found

    def _scalar(self, event: ScalarEvent, start: int, end: int) -> Node:
        node = Node(start=start, end=end, value=event.value, style=event.style or "")
        self._file.scalars.append(node)
        if event.anchor or event.tag:
            node = self._without_marks(node)
        return self._anchored(event.anchor, node)

    def _without_marks(self, node: Node) -> Node:
        """A scalar without its anchor and tag, which its event begins with."""
        found = re.compile(r"(?:[&!][^\s]*\s+)+").match(self._file.text, node.start, node.end)
        node = Node(start=found.end(), end=node.end, value=node.value, style=node.style) if found else node
        self._file.scalars[-1] = node
        return node

    def _begin(self, event: CollectionStartEvent, start: int) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise self._file.error(f"It is nested more than {MAX_DEPTH} deep.", start)
        if event.anchor:
            self._anchors[event.anchor] = None
        self._open.append(_Open(event, start, [], event.anchor))

    def _end(self, end: int) -> Node:
        done = self._open.pop()
        items = tuple(done.inside)
        flow = bool(done.event.flow_style)
        if done.event.__class__.__name__.startswith("Mapping"):
            members = tuple(zip(items[::2], items[1::2], strict=True))
            node = Node(start=done.start, end=end, members=members, flow=flow, size=done.size)
        else:
            node = Node(start=done.start, end=end, items=items, flow=flow, size=done.size)
        return self._anchored(done.anchor, node)

    def _anchored(self, anchor: str | None, node: Node) -> Node:
        if anchor:
            self._anchors[anchor] = node
        return node
