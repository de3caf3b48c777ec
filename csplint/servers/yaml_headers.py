"""Headers in YAML files: their values, what removes them, and their faults."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from csplint.servers.fault_lists import each_once
from csplint.servers.source import (
    Fault,
    FileEdit,
    Response,
    Sent,
    Source,
    SourceError,
    Written,
)
from csplint.servers.static_faults import MAX_HEADERS, is_policy, line_ends, literal_nonces, templates
from csplint.servers.yaml_nodes import TEMPLATE, Node, YamlFile

Escape = Callable[[str], str | None]
"""How new text is written inside of a scalar, in what the scalar is for; None if it cannot be."""

MOST_FOUND = 4 * MAX_HEADERS
"""Headers of all parts, with those that parts share."""

MENTION = re.compile(rb"^[^#\n]*content-?security-?policy", re.IGNORECASE | re.MULTILINE)
"""A policy's name outside of a comment."""

_CHOMPED = re.compile(r"[|>]\d?(?=[ \t]*(?:#[^\r\n]*)?[\r\n])")


class Found(Struct, frozen=True):
    """A header, the scalar that its value is in, and how new text is written there. nginx: whether it is in nginx's words."""

    sent: Sent
    node: Node
    escape: Escape = str
    nginx: bool = False


class Reading(Struct):
    """What a file says: parts with their headers, and faults and limits that the platform's own reader found."""

    responses: list[Response] = []
    found: list[Found] = []
    faults: list[Fault] = []
    limits: list[str] = []
    count: int = 0

    def respond(self, response: Response) -> None:
        """Add a response. Raises SourceError if all have too many headers."""
        self.responses.append(response)
        self.count += len(response.sent)
        if self.count > MAX_HEADERS:
            raise SourceError(f"It has more than {MAX_HEADERS:,} headers, so it was not read.")

    def add(self, other: Reading) -> None:
        """Add what another part of the file says."""
        for each in other.responses:
            self.respond(each)
        self.found += other.found
        if len(self.found) > MOST_FOUND:
            raise SourceError(f"Its headers are set more than {MOST_FOUND:,} times, so it was not read.")
        self.faults += other.faults
        self.limits += other.limits


def header(file: YamlFile, name: str, node: Node, span: tuple[int, int]) -> Found:
    """A header with a scalar as its value. span: what removes it, in characters."""
    start, end = (file.offset(each) for each in span)
    if node.value is None and file.text.startswith("{{", node.start):
        raise file.error(TEMPLATE, node.start)
    value = file.written(node) if node.value is not None else None
    return Found(Sent(name=name, value=trimmed(value) if value else None, start=start, end=end), node)


def trimmed(value: Written) -> Written:
    """A value without the space around it, which no server sends."""
    first = len(value.text) - len(value.text.lstrip())
    return part(value, first, first + len(value.text.strip()))


def part(value: Written, first: int, last: int) -> Written:
    """Some of a value's characters."""
    return Written(value.text[first:last], value.starts[first : last + 1])


def member_span(file: YamlFile, table: Node, number: int) -> tuple[int, int]:
    """What to remove to take a key out of a mapping; nothing if it comes from a merged one (number -1)."""
    members = table.members or ()
    if number < 0:
        return table.start, table.start
    key, node = members[number]
    if number + 1 < len(members):
        return key.start, members[number + 1][0].start
    if table.flow:
        return (members[number - 1][1].end if number else key.start), max(node.end, key.end)
    return _lines(file, key.start, max(node.end, key.end))


def item_span(file: YamlFile, items: Sequence[Node], number: int, *, flow: bool) -> tuple[int, int]:
    """What to remove to take an item out of a sequence."""
    if number + 1 < len(items):
        return items[number].start, items[number + 1].start
    if flow:
        return (items[number - 1].end if number else items[number].start), items[number].end
    dash = file.text.rfind("-", 0, items[number].start)
    return _lines(file, max(dash, 0), items[number].end)


def _lines(file: YamlFile, start: int, end: int) -> tuple[int, int]:
    """The whole lines of a stretch, if nothing else is on them."""
    line = file.text.rfind("\n", 0, start) + 1
    if file.text[line:start].strip():
        return start, end
    if file.text[end - 1 : end] in {"\n", "\r"}:
        return line, end
    rest = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?:\r?\n|\Z)").match(file.text, end)
    return (line, rest.end()) if rest else (start, end)


def source(server: str, file: YamlFile, reading: Reading, what: str) -> Source:
    """What the interface of servers has for a file. what: the file in words, "a Kubernetes file"."""
    static = [each.sent for each in reading.found]
    plain = [each.sent for each in reading.found if not each.nginx and not each.sent.computed]
    faults = [*reading.faults, *_last_breaks(file, reading.found), *literal_nonces(plain, what), *line_ends(static)]
    computed = [
        f"The value of {sent.name} is not a string, so it was not read."
        for sent in static
        if is_policy(sent) and sent.value is None
    ]
    limits = tuple(dict.fromkeys([*reading.limits, *templates(static), *computed]))
    return Source(server=server, responses=tuple(reading.responses), faults=tuple(each_once(faults)), limits=limits)


def _last_breaks(file: YamlFile, found: Sequence[Found]) -> Iterator[Fault]:
    """A fault for each policy that `|` or `>` gives a line break at its end."""
    for each in found:
        node, sent = each.node, each.sent
        if is_policy(sent) and node.style in {"|", ">"} and (node.value or "").endswith("\n") and not _is_part(each):
            mark = _CHOMPED.match(file.text, node.start)
            at = file.offset(mark.end() if mark else node.start)
            yield Fault(
                rule="line-end-in-value",
                message=f"The value of {sent.name} ends with a line break, and no header can contain one.",
                start=file.offset(node.start),
                end=at,
                fix=f"Write `{node.style}-`, which leaves the line break out.",
                edits=(FileEdit(at, at, "-"),) if mark else (),
            )


def _is_part(found: Found) -> bool:
    """Whether a value is a part of a scalar, as in a snippet of nginx."""
    value = found.sent.value
    return value is None or value.text != (found.node.value or "").strip()
