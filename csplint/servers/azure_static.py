"""
Azure Static Web Apps' staticwebapp.config.json.

`globalHeaders` go with every response. Of `routes` only the first that matches counts: its headers replace global ones of the
same name, and an empty value removes one (MicrosoftDocs, static-web-apps/configuration.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from csplint.servers.json_headers import MAX_RULES, last_of_each, named, write
from csplint.servers.json_nodes import json_root
from csplint.servers.nodes import Node
from csplint.servers.path_patterns import ANY, covers, is_page
from csplint.servers.source import Fault, Reader, Response, Sent, Server, Source
from csplint.servers.static_faults import (
    check_size,
    distinct,
    is_policy,
    line_ends,
    literal_nonces,
    static_source,
    templates,
)

NOT_STATIC = "Azure sends these headers with static files only, not with the responses of an API."


class Route(Struct, frozen=True):
    """A route; methods: those it is for, empty for all. start, end: its path in the file."""

    path: str
    methods: tuple[str, ...]
    sent: tuple[Sent, ...]
    start: int
    end: int

    @property
    def pattern(self) -> str:
        return self.path.replace("*", ANY)

    @property
    def has_pages(self) -> bool:
        return not self.methods or "GET" in self.methods


def recognises(name: str, _head: bytes) -> bool:
    return name.rpartition("/")[2] == "staticwebapp.config.json"


def read(data: bytes, _reader: Reader) -> Source:
    """The response of the whole site, and of each route that changes headers and can be reached."""
    root = json_root(data)
    site = [each for each in named(root.get("globalHeaders")) if not each.value or each.value.text]
    routes = [each for each in _routes(root) if each.has_pages]
    sent = [*site, *(each for route in routes for each in route.sent)]
    check_size(sent)
    responses = [Response("", "/*", last_of_each(site))]
    faults: list[Fault] = []
    for number, route in enumerate(routes[:MAX_RULES]):
        if earlier := next((each for each in routes[:number] if covers(each.pattern, route.pattern)), None):
            faults += _unreached(route, earlier)
        else:
            responses.append(
                Response(f"route {route.path}", route.path, _sent(site, route.sent), page=is_page(route.path))
            )
    faults += [*literal_nonces(sent, "staticwebapp.config.json"), *line_ends(sent)]
    limits = [NOT_STATIC, *templates(sent)]
    if len(routes) > MAX_RULES:
        limits.append(f"The file has {len(routes)} routes; the first {MAX_RULES} were read.")
    return static_source(SERVER.name, distinct(responses), faults, limits)


def _routes(root: Node) -> Iterator[Route]:
    for item in root.tables("routes"):
        path = item.get("route")
        if path and path.text:
            methods = tuple(each.text.text.upper() for each in item.elements("methods") if each.text)
            yield Route(path.text.text, methods, tuple(named(item.get("headers"))), path.start, path.end)


def _sent(site: Sequence[Sent], route: Sequence[Sent]) -> tuple[Sent, ...]:
    """The headers of a route: its own instead of the site's, without those that it empties."""
    return tuple(each for each in last_of_each([*site, *route]) if not each.value or each.value.text)


def _unreached(route: Route, earlier: Route) -> Iterator[Fault]:
    if any(is_policy(each) for each in route.sent):
        yield Fault(
            rule="route-not-reached",
            message=f"The route {earlier.path} comes first and matches the same paths, so the headers of {route.path} are not sent.",
            start=route.start,
            end=route.end,
            fix=f"Move the route {route.path} above {earlier.path}.",
            scope=f"route {route.path}",
        )


SERVER = Server(
    name="azure-static",
    title="Azure Static Web Apps (staticwebapp.config.json)",
    names=("staticwebapp.config.json",),
    recognises=recognises,
    read=read,
    write=write,
)
