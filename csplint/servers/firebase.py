"""
Firebase Hosting's firebase.json.

All rules that match a path apply in order, and a later header replaces an earlier one of the same name (superstatic 10,
middleware/headers.js; firebase-tools issue 8917). The file may have comments. `hosting` is one site or a list of sites.
"""

from __future__ import annotations

from collections.abc import Iterator

from csplint.servers.json_headers import Rule, compared, dropped, last_of_each, listed, replaced, responses, write
from csplint.servers.json_nodes import json_root
from csplint.servers.nodes import Node
from csplint.servers.path_patterns import glob_pattern
from csplint.servers.source import Fault, Reader, Response, Server, Source
from csplint.servers.static_faults import check_size, distinct, line_ends, literal_nonces, static_source, templates


def recognises(name: str, _head: bytes) -> bool:
    return name.rpartition("/")[2] == "firebase.json"


def read(data: bytes, _reader: Reader) -> Source:
    """The responses of each site's `headers`."""
    found: list[Response] = []
    faults: list[Fault] = []
    limits: list[str] = []
    for site, prefix in _sites(json_root(data, comments=True)):
        rules = list(_rules(site))
        sent = [each for rule in rules for each in rule.sent]
        check_size(sent)
        found += responses(rules, prefix)
        faults += [*literal_nonces(sent, "firebase.json"), *line_ends(sent), *replaced(rules, "Firebase")]
        limits += [*compared(rules), *templates(sent)]
    return static_source(SERVER.name, distinct(found), faults, limits)


def _sites(root: Node) -> Iterator[tuple[Node, str]]:
    """Each site with the words for it before a scope."""
    hosting = root.get("hosting")
    if hosting and hosting.members is not None:
        yield hosting, ""
    for site in root.tables("hosting"):
        name = site.string("target") or site.string("site")
        yield site, f"site {name}, " if name else ""


def _rules(site: Node) -> Iterator[Rule]:
    for item in site.tables("headers"):
        glob = item.string("source") or item.string("glob")
        pattern = glob_pattern(glob) if glob else None
        entry = list(listed(item.get("headers")))
        sent = last_of_each(entry)
        yield Rule(glob or item.string("regex"), pattern, sent, dropped=dropped(entry, sent))


SERVER = Server(
    name="firebase",
    title="Firebase Hosting (firebase.json)",
    names=("firebase.json",),
    recognises=recognises,
    read=read,
    write=write,
)
