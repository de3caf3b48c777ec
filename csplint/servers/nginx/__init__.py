"""nginx: `add_header` in the blocks of its configuration."""

from __future__ import annotations

import re

from csplint.servers.contents import Text
from csplint.servers.nginx.faults import faults
from csplint.servers.nginx.responses import responses
from csplint.servers.nginx.scopes import Level, answers, levels
from csplint.servers.nginx.tree import Statement, Tree
from csplint.servers.nginx.variables import MOST_SET, Work, choosers
from csplint.servers.nginx.write import write
from csplint.servers.source import Reader, Server, Source

MOST_RESPONSES = 500
_CONTENT = re.compile(
    rb"^[ \t]*(?:(?:http|server|events)[ \t\r\n]*\{|location[ \t][^\n]*\{|map[ \t]+\S+[ \t]+\$\w+[ \t]*\{|add_header[ \t])",
    re.MULTILINE,
)
_APACHE = re.compile(rb"^[ \t]*<(?:VirtualHost|IfModule|Directory|Location|Files)", re.MULTILINE | re.IGNORECASE)
_OTHERS = {
    "more_set_headers": "more_set_headers of the headers-more module",
    "more_clear_headers": "more_clear_headers of the headers-more module",
    "header_filter_by_lua_block": "Lua",
    "header_filter_by_lua_file": "Lua",
    "header_filter_by_lua": "Lua",
    "js_header_filter": "njs",
}


def _recognises(name: str, start: bytes) -> bool:
    if not (name.endswith((".conf", ".nginx", ".vhost")) or "nginx" in name or "." not in name):
        return False
    return bool(_CONTENT.search(start)) and not _APACHE.search(start)


def _read(data: bytes, reader: Reader) -> Source:
    return read_text(Text(data), reader)


def read_text(text: Text, reader: Reader) -> Source:
    """What a configuration says, also one that is written in another file. Raises SourceError."""
    tree = Tree(reader)
    top = tree.parse(text)
    found, chosen = levels(top), choosers(top)
    answering = [level for level in found if answers(level)]
    work = Work()
    made = [each for level in answering[:MOST_RESPONSES] for each in responses(level, chosen, work)]
    limits = [*tree.limits, *_limits(top, found)]
    if len(answering) > MOST_RESPONSES:
        limits.append(f"Only the first {MOST_RESPONSES} of {len(answering)} blocks were looked at.")
    if work.left <= 0:
        limits.append(f"The `set` directives make more than {MOST_SET:,} characters; csplint did not follow the rest.")
    sent = tuple(each.response for each in made)
    return Source(server="nginx", responses=sent, faults=tuple(faults(found, made)), limits=tuple(limits))


def _limits(top: list[Statement], found: list[Level]) -> list[str]:
    limits = [f"Headers set by {words} are not read." for name, words in _OTHERS.items() if _has(top, name)]
    upstream = next((level.upstream for level in found if level.upstream), None)
    if upstream:
        limits.append(f"What the application behind {upstream.name} sends is not in this file.")
    if any(level.direct("try_files", "error_page") for level in found):
        limits.append(
            "nginx looks for the location again for what try_files and error_page name; this is not followed."
        )
    return limits


def _has(statements: list[Statement], name: str) -> bool:
    return any(each.name == name or (each.block is not None and _has(each.block, name)) for each in statements)


SERVER = Server(
    name="nginx",
    title="nginx",
    names=("nginx.conf", ".conf", ".nginx", ".vhost"),
    recognises=_recognises,
    read=_read,
    write=write,
)
