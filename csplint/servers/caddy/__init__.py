"""Caddy: the header directives of a Caddyfile."""

from __future__ import annotations

import re

from csplint.servers.caddy.faults import faults
from csplint.servers.caddy.responses import responses
from csplint.servers.caddy.tree import Statement, Tree
from csplint.servers.caddy.write import write
from csplint.servers.contents import Text
from csplint.servers.source import Reader, Server, Source

_CONTENT = re.compile(rb"^[ \t]*header[ \t]+(?:[@/*]\S*[ \t]+)?(?:[+\->?]?[A-Za-z]|\{)", re.MULTILINE)


def _recognises(name: str, start: bytes) -> bool:
    if name == "caddyfile" or name.startswith("caddyfile."):
        return True
    return name.endswith((".caddy", ".caddyfile")) and bool(_CONTENT.search(start))


def _read(data: bytes, reader: Reader) -> Source:
    tree = Tree(reader)
    top = tree.parse(Text(data))
    limits = tree.limits
    made = list(responses(top, limits))
    if any(each.upstream for each in made):
        limits.append("What the application behind Caddy sends is not in this file.")
    if _has(top, "handle_errors"):
        limits.append("What is in handle_errors is not followed.")
    sent = tuple(each.response for each in made)
    return Source(server="caddy", responses=sent, faults=tuple(faults(made)), limits=tuple(limits))


def _has(statements: list[Statement], name: str) -> bool:
    return any(each.name == name or (each.block is not None and _has(each.block, name)) for each in statements)


SERVER = Server(
    name="caddy",
    title="Caddy",
    names=("caddyfile", ".caddy", ".caddyfile"),
    recognises=_recognises,
    read=_read,
    write=write,
)
