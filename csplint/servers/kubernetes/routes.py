"""
Response headers of gateways: `ResponseHeaderModifier` of the Gateway API's HTTPRoute, and `headers.response` of Istio's VirtualService.

`set` replaces what the application sends, `add` adds to it (gateway.networking.k8s.io/v1 HTTPHeaderFilter; networking.istio.io
HeaderOperations).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from csplint.servers.kubernetes.objects import Object, of_kind
from csplint.servers.source import Fault, Response
from csplint.servers.static_faults import is_policy
from csplint.servers.yaml_headers import Found, Reading, header, item_span, member_span
from csplint.servers.yaml_nodes import Node, YamlFile

ADDED = "What the application sends too is not in this file; with `add`, browsers enforce both policies."


def read(file: YamlFile, found: tuple[Object, ...], made: Reading) -> None:
    """Add what the routes of a file say."""
    for route in of_kind(found, "HTTPRoute"):
        for number, rule in enumerate(route.node.elements("spec", "rules"), 1):
            outer = list(_filters(file, rule))
            _add(made, f"rule {number} of {route.words}", outer)
            for backend in rule.elements("backendRefs"):
                if own := list(_filters(file, backend)):
                    _add(made, f"backend {backend.string('name')} in rule {number} of {route.words}", [*own, *outer])
    for service in of_kind(found, "VirtualService"):
        for number, http in enumerate(service.node.elements("spec", "http"), 1):
            outer = list(_operations(file, http))
            _add(made, f"route {number} of {service.words}", outer)
            for each in http.elements("route"):
                if own := list(_operations(file, each)):
                    host = each.string("destination", "host")
                    _add(made, f"destination {host} in route {number} of {service.words}", [*own, *outer])


def _filters(file: YamlFile, rule: Node) -> Iterator[tuple[str, Found]]:
    """What the filters of a rule or backend do: "set" or "add", and the header."""
    for each in rule.elements("filters"):
        for operation in ("set", "add"):
            table = each.get("responseHeaderModifier", operation)
            items = (table.items or ()) if table else ()
            for number, item in enumerate(items):
                value = item.get("value")
                if table and value and item.string("name"):
                    span = item_span(file, items, number, flow=table.flow)
                    yield operation, header(file, item.string("name"), value, span)


def _operations(file: YamlFile, route: Node) -> Iterator[tuple[str, Found]]:
    for operation in ("set", "add"):
        table = route.get("headers", "response", operation)
        for name, node, number in table.pairs() if table else ():
            yield operation, header(file, name, node, member_span(file, table or node, number))


def _add(made: Reading, scope: str, operations: Sequence[tuple[str, Found]]) -> None:
    """The response of a rule: `set` replaces earlier headers of the name, `add` is sent beside them."""
    sent: dict[str, list[Found]] = {}
    for operation, found in operations:
        before = sent.setdefault(found.sent.name.lower(), [])
        if operation == "set":
            before.clear()
        elif is_policy(found.sent) and before:
            made.faults.append(_twice(found, scope))
        before.append(found)
    if not sent:
        return
    made.respond(Response(scope, "", tuple(each.sent for headers in sent.values() for each in headers)))
    made.found += [found for _, found in operations]
    if any(operation == "add" and is_policy(found.sent) for operation, found in operations):
        made.limits.append(ADDED)


def _twice(found: Found, scope: str) -> Fault:
    return Fault(
        rule="two-senders",
        message=f"Responses get {found.sent.name} twice here, and browsers enforce both policies.",
        start=found.sent.start,
        end=found.sent.end,
        fix="Send one policy, with `set`.",
        scope=scope,
    )
