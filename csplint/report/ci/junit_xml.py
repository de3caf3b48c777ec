"""The XML of a JUnit report: elements and attributes from text that may hold anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from csplint.report.escape import visible

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


class Case(Struct, frozen=True, kw_only=True):
    """
    One test case.

    outcome: the element it holds, "" for a pass. message, kind: that element's attributes. lines: its text.
    out: what is told of a case without changing its outcome.
    """

    classname: str
    name: str
    outcome: Literal["", "failure", "error", "skipped"] = ""
    message: str = ""
    kind: str = ""
    lines: Sequence[str] = ()
    out: Sequence[str] = ()


def element(name: str, attributes: dict[str, str], children: Iterable[str] = ()) -> str:
    """Give an element around other elements, indented two spaces a level by whoever holds it."""
    inner = "".join(f"{child}\n" for child in children)
    opening = "".join(f' {key}="{_escaped(value)}"' for key, value in attributes.items())
    return f"<{name}{opening}>\n{inner}</{name}>" if inner else f"<{name}{opening}/>"


def case(each: Case) -> str:
    """Give a `<testcase>`: what became of it, then its output (the order that Surefire writes and readers expect)."""
    parts = []
    if each.outcome:
        kind = {"type": each.kind} if each.kind else {}
        parts.append(_text(each.outcome, {"message": each.message, **kind}, each.lines))
    if each.out:
        parts.append(_text("system-out", {}, each.out))
    return element("testcase", {"classname": each.classname, "name": each.name}, parts)


def system_out(lines: Sequence[str]) -> str:
    """Give a `<system-out>`."""
    return _text("system-out", {}, lines)


def _text(name: str, attributes: dict[str, str], lines: Sequence[str]) -> str:
    opening = "".join(f' {key}="{_escaped(value)}"' for key, value in attributes.items())
    body = "\n".join(map(_escaped, lines))
    return f"<{name}{opening}>{body}</{name}>" if body else f"<{name}{opening}/>"


def _escaped(text: str) -> str:
    """
    Give one line of text for XML.

    `visible` writes out every character that XML 1.0 forbids (#NT-Char) and more. What a CI runner that sees the report
    in its log would take for a command is broken by a character reference, which every parser undoes; no line begins
    with such text, so `::command::` needs nothing.
    """
    plain = "".join(_ENTITIES.get(char, char) for char in visible(text))
    return plain.replace("##[", "##&#91;")
