"""
What the Header directives that apply to a response make of its headers (do_headers_fixup).

There are two tables: `Header always` changes the one that goes with every answer, plain `Header` the one that errors do not
get. A response has both, the first before the second; neither directive sees the other's table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from csplint.servers.apache.sections import Operation
from csplint.servers.apache.values import written
from csplint.servers.source import Sent, Written

_LITERAL = re.compile(r"\^?[\w\s:/'\-;=,@]*\$?")
_PLAIN = re.compile(r"[^\\$&%]*")


_MOST_CHARACTERS = 200_000


class Part(Struct, frozen=True):
    """One header, or one of those that append and merge join with commas. nonces: the expressions that are nonces."""

    sent: Sent
    operation: Operation
    nonces: tuple[str, ...]


Header = list[Part]


def parts(operations: Sequence[Operation]) -> tuple[list[Header], list[str]]:
    """The headers of a response in order, and sentences about what was not followed."""
    tables: dict[bool, list[Header]] = {True: [], False: []}
    limits: list[str] = []
    for operation in sorted(operations, key=lambda each: each.condition.lower() != "early"):
        _run(tables[operation.always], operation, limits)
    return tables[True] + tables[False], limits


def _run(table: list[Header], operation: Operation, limits: list[str]) -> None:
    same = [header for header in table if header[0].sent.name.lower() == operation.name.lower()]
    others = [header for header in table if header[0].sent.name.lower() != operation.name.lower()]
    action = operation.action
    if action == "unset":
        table[:] = others
    elif action in {"edit", "edit*"} and same:
        limits += _edit(same, operation)
        table[:] = [*others, *same]  # Apache removes them and adds them again
    if operation.value is None or action in {"echo", "note"} or (action == "setifempty" and same):
        return
    part = _part(operation)
    if not same or action == "add":
        table.append([part])
    elif action == "set":
        table[:] = [header for header in table if not any(header is each for each in same[1:])]
        same[0][:] = [part]
    elif action == "append" or (action == "merge" and not _has(same[0], part)):
        same[0].append(part)


def _part(operation: Operation) -> Part:
    assert operation.value is not None  # noqa: S101 - the caller looked
    value, computed, nonces = written(operation.words[0], operation.value)
    start, end = operation.span
    file = operation.line.file.name
    sent = Sent(
        name=operation.name, value=value, start=start, end=end, file=file, always=operation.always, computed=computed
    )
    return Part(sent, operation, nonces)


def _has(header: Header, part: Part) -> bool:
    """Whether `merge` finds the value in the header's list already."""
    text = ", ".join(each.sent.value.text if each.sent.value else "" for each in header)
    tokens = re.findall(r"\s*((?:\"[^\"]*\"?|[^,\"])*)(?:,|$)", text)
    return part.sent.value is not None and part.sent.value.text in tokens


def _edit(same: list[Header], operation: Operation) -> list[str]:
    """Replace a literal text; what other expressions do is not computed here: one can take for ever."""
    pattern, new = operation.words[0].text, operation.words[1]
    longest = (
        max(len(part.sent.value.text) for header in same for part in header if part.sent.value)
        if any(part.sent.value for header in same for part in header)
        else 0
    )
    small = longest * (len(new.characters) + 1) < _MOST_CHARACTERS  # each edit can double a value
    literal = small and _LITERAL.fullmatch(pattern) and _PLAIN.fullmatch(new.text)
    for header in same:
        for number, part in enumerate(header):
            changed = _replaced(part.sent.value, pattern, operation) if literal and part.sent.value else None
            is_first, is_last = number == 0, number == len(header) - 1
            if not literal:
                header[number] = Part(_with(part.sent, None), operation, ())
            elif changed and (is_first or pattern[:1] != "^") and (is_last or pattern[-1:] != "$"):
                header[number] = Part(_with(part.sent, changed), part.operation, part.nonces)
                if operation.action == "edit":
                    break
    return [] if literal else [f"What Header edit makes of {operation.name} is not computed."]


def _with(sent: Sent, value: Written | None) -> Sent:
    return Sent(
        name=sent.name,
        value=value,
        start=sent.start,
        end=sent.end,
        file=sent.file,
        always=sent.always,
        computed=sent.computed,
    )


def _replaced(value: Written, pattern: str, operation: Operation) -> Written | None:
    word = operation.words[1]
    new = [(char, word.file.offset(place)) for char, place in word.characters]
    searched = pattern.removeprefix("^").removesuffix("$")
    old = re.compile(("^" if pattern[:1] == "^" else "") + re.escape(searched) + (r"\Z" if pattern[-1:] == "$" else ""))
    text, starts, at, found = "", list[int](), 0, False
    for match in old.finditer(value.text):
        text += value.text[at : match.start()] + "".join(char for char, _ in new)
        starts += [*value.starts[at : match.start()], *(place for _, place in new)]
        at, found = match.end(), True
        if operation.action == "edit":
            break
    return Written(text + value.text[at:], (*starts, *value.starts[at:])) if found else None
