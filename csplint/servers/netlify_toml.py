"""
Netlify's netlify.toml: `[[headers]]` with `for` and `values`.

A list becomes one value with commas. Of two entries for the same path the later value is sent, and what is here replaces what
`_headers` says for the same path (@netlify/headers-parser 9.0.3, normalize.js and merge.js). Headers in `[context.…]` count
for nothing: they cannot be limited to a deploy context (docs.netlify.com, routing/headers).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from csplint.servers.json_headers import Rule, compared, replaced, responses
from csplint.servers.netlify_headers import NOT_STATIC
from csplint.servers.netlify_values import is_netlify_value, netlify_value, stripped
from csplint.servers.nodes import Member, Node, list_span
from csplint.servers.path_patterns import netlify_pattern
from csplint.servers.source import FileEdit, Reader, Sent, Server, Source, changed_text
from csplint.servers.static_faults import (
    check_size,
    distinct,
    joined,
    line_ends,
    literal_nonces,
    same_name,
    static_source,
    templates,
)
from csplint.servers.toml_nodes import Statement, statements


def recognises(name: str, _head: bytes) -> bool:
    return name.rpartition("/")[2] == "netlify.toml"


def read(data: bytes, _reader: Reader) -> Source:
    """The response of each entry of `headers`."""
    found = statements(data)
    rules = list(_rules(data, found))
    sent = [each for rule in rules for each in rule.sent]
    check_size(sent)
    faults = [*literal_nonces(sent, "netlify.toml"), *replaced(rules, "Netlify"), *line_ends(sent)]
    faults += [
        joined(later, rule.scope, f"for {rule.path}") for rule in rules for _first, later in same_name(rule.sent)
    ]
    limits = [NOT_STATIC, *compared(rules), *templates(sent), *_in_contexts(found)]
    return static_source(SERVER.name, distinct(list(responses(rules))), faults, limits)


def _rules(data: bytes, found: Sequence[Statement]) -> Iterator[Rule]:
    """The entries with a path (Netlify ignores others), which are written as `[[headers]]`, or as a list of inline tables."""
    entries: list[tuple[str, list[Sent]]] = []
    for each in found:
        match each.table, each.key:
            case ("headers",), () if data.startswith(b"[[", each.start):
                entries.append(("", []))
            case (), ("headers",):
                entries += [_inline(item) for item in each.node.items or () if item.members is not None]
            case ("headers",), ("for",) if entries:
                entries[-1] = (each.node.text.text.strip() if each.node.text else "", entries[-1][1])
            case ("headers", *_), _ if entries:
                entries[-1][1].extend(_values(data, each))
    for path, sent in entries:
        if path:
            yield Rule(path, netlify_pattern(path), tuple(sent), word="path")


def _values(data: bytes, statement: Statement) -> Iterator[Sent]:
    """The headers of a statement below `[[headers]]`: `values.Name = …`, `Name = …` in `[headers.values]`, `values = {…}`."""
    match (*statement.table[1:], *statement.key):
        case ("values",):
            yield from _members(statement.node)
        case ("values", name):
            end = data.find(b"\n", statement.node.end) + 1 or len(data)
            start = data.rfind(b"\n", 0, statement.start) + 1
            yield from _sent(name, statement.node, start, end)


def _inline(item: Node) -> tuple[str, list[Sent]]:
    values = item.get("values")
    return item.string("for"), list(_members(values)) if values else []


def _members(table: Node) -> Iterator[Sent]:
    members: tuple[Member, ...] = table.members or ()
    places = tuple((each.start, each.node.end) for each in members)
    for number, member in enumerate(members):
        yield from _sent(member.key, member.node, *list_span(places, number))


def _sent(name: str, node: Node, start: int, end: int) -> Iterator[Sent]:
    """One header, or one for each value of a list, which Netlify joins with commas; only a single string has its own changed."""
    if node.items is None:
        yield Sent(name=name, value=netlify_value(node.text) if node.text else None, start=start, end=end)
        return
    places = tuple((each.start, each.end) for each in node.items)
    for number, each in enumerate(node.items):
        span = list_span(places, number)
        yield Sent(name=name, value=stripped(each.text) if each.text else None, start=span[0], end=span[1])


def _in_contexts(found: Sequence[Statement]) -> Iterator[str]:
    if any(each.table[:1] == ("context",) and "headers" in (*each.table, *each.key) for each in found):
        yield "Netlify ignores headers in [context.…]: headers are the same for all deploy contexts."


def write(data: bytes, sent: Sent, text: str) -> Sequence[FileEdit] | None:
    """The edits that give a header another value; None if this kind of string cannot hold it."""
    if sent.value is None or not is_netlify_value(text):
        return None
    first = sent.value.starts[0]
    literal = _is_literal(data, first)
    return changed_text(sent.value, text, lambda new: _escaped(new, literal=literal))


def _is_literal(data: bytes, at: int) -> bool:
    """Whether the string that a value begins in is a literal one, in which nothing can be escaped."""
    return any(
        node.start <= at < node.end and node.quote[0] == "'"
        for each in statements(data)
        if each.node.start <= at < each.node.end
        for node in _strings(each.node)
    )


def _strings(node: Node) -> Iterator[Node]:
    if node.text:
        yield node
    for each in (*(node.items or ()), *(member.node for member in node.members or ())):
        yield from _strings(each)


def _escaped(new: str, *, literal: bool) -> str | None:
    r"""New text for the inside of a string: a literal one cannot have a `'`, and in a basic one `"` and `\` are escaped."""
    if literal:
        return None if "'" in new else new
    return new.replace("\\", "\\\\").replace('"', '\\"')


SERVER = Server(
    name="netlify-toml",
    title="Netlify (netlify.toml)",
    names=("netlify.toml",),
    recognises=recognises,
    read=read,
    write=write,
)
