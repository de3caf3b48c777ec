"""
Vercel's vercel.json.

All rules of `headers` that match a path apply in order; a later header replaces an earlier one of the same name in any case
(@vercel/routing-utils 6, convertHeaders; vercel dev, src/util/dev/router.ts). The older `routes` may have headers too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from csplint.servers.json_headers import Rule, compared, dropped, last_of_each, listed, named, replaced, responses
from csplint.servers.json_headers import write as write_string
from csplint.servers.json_nodes import json_root
from csplint.servers.nodes import Node
from csplint.servers.path_patterns import regexp_pattern
from csplint.servers.source import Fault, FileEdit, Reader, Sent, Server, Source
from csplint.servers.static_faults import (
    check_size,
    distinct,
    is_policy,
    line_ends,
    literal_nonces,
    static_source,
    templates,
)

MAX_VALUE = 32_768
"""Vercel's schema refuses the whole file past it (@vercel/routing-utils, headersSchema)."""

_REFERENCE = re.compile(r"\$[1-9A-Za-z]+")


def recognises(name: str, _head: bytes) -> bool:
    return name.rpartition("/")[2] == "vercel.json"


def read(data: bytes, _reader: Reader) -> Source:
    """The responses of `headers` and of `routes` with headers."""
    root = json_root(data)
    rules = [*_rules(root), *_routes(root)]
    sent = [each for rule in rules for each in rule.sent]
    check_size(sent)
    faults = [*literal_nonces(sent, "vercel.json"), *line_ends(sent), *replaced(rules, "Vercel"), *_too_long(sent)]
    limits = [*compared(rules), *templates(sent)]
    if root.elements("routes"):
        limits.append(
            "`routes` is read as if every route had `continue`: which route ends the search was not worked out."
        )
    return static_source(SERVER.name, distinct(list(responses(rules))), faults, limits)


def _rules(root: Node) -> Iterator[Rule]:
    for item in root.tables("headers"):
        source = item.string("source")
        entry = [_with_references(each) for each in listed(item.get("headers"))]
        sent = last_of_each(entry)
        yield Rule(source, regexp_pattern(source), sent, _condition(item), dropped=dropped(entry, sent))


def _routes(root: Node) -> Iterator[Rule]:
    """Rules of `routes`: their paths are regular expressions."""
    for item in root.tables("routes"):
        if (headers := item.get("headers")) and (source := item.string("src")):
            sent = tuple(_with_references(each) for each in named(headers))
            yield Rule(source, regexp_pattern(source.removeprefix("^").removesuffix("$")), sent, _condition(item))


def _condition(item: Node) -> str:
    conditions = [key for key in ("has", "missing") if item.elements(key)]
    return f"with conditions ({', '.join(conditions)})" if conditions else ""


def _with_references(sent: Sent) -> Sent:
    """`$1` and `$name` stand for parts of the path."""
    found = tuple(_REFERENCE.findall(sent.value.text)) if sent.value else ()
    return Sent(name=sent.name, value=sent.value, start=sent.start, end=sent.end, computed=found)


def _too_long(sent: list[Sent]) -> Iterator[Fault]:
    for each in sent:
        if is_policy(each) and each.value and len(each.value.text) > MAX_VALUE:
            yield Fault(
                rule="line-too-long",
                message=f"The value has {len(each.value.text):,} characters; Vercel refuses files with more than {MAX_VALUE:,} in one.",
                start=each.value.starts[0],
                end=each.value.starts[-1],
                fix="Shorten the policy.",
            )


def write(data: bytes, sent: Sent, text: str) -> Sequence[FileEdit] | None:
    """As in any JSON file, but None where Vercel would put a part of the path into the value."""
    return None if _REFERENCE.search(text) else write_string(data, sent, text)


SERVER = Server(
    name="vercel",
    title="Vercel (vercel.json)",
    names=("vercel.json",),
    recognises=recognises,
    read=read,
    write=write,
)
