"""
Kubernetes: ingress-nginx (snippets, custom-headers, its ConfigMap), nginx's files in ConfigMaps, Traefik's Middleware, the Gateway API's
HTTPRoute and Istio's VirtualService.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from csplint.servers import traefik
from csplint.servers.kubernetes import ingress, routes
from csplint.servers.kubernetes.objects import Object, objects, of_kind
from csplint.servers.source import FileEdit, Reader, Sent, Server, Source
from csplint.servers.yaml_headers import MENTION, Reading, source
from csplint.servers.yaml_nodes import YamlFile
from csplint.servers.yaml_write import write as write_yaml

_API = re.compile(rb"^[\"']?apiVersion[\"']?[ \t]*:", re.MULTILINE)
_KIND = re.compile(
    rb"^[\"']?kind[\"']?[ \t]*:[ \t]*[\"']?(Ingress|ConfigMap|Middleware|HTTPRoute|VirtualService|\w*List)\b", re.M
)
_OF_KIND = {
    b"Ingress": re.compile(rb"nginx\.ingress\.kubernetes\.io/(?:configuration-snippet|server-snippet|custom-headers)"),
    b"ConfigMap": re.compile(
        rb"^[ \t]+[\"']?content-security-policy(?:-report-only)?[\"']?[ \t]*:|^[ \t]+(?:http|server|location)-snippet[ \t]*:"
        rb"|add_header[ \t]",
        re.MULTILINE | re.IGNORECASE,
    ),
    b"Middleware": re.compile(rb"^[\"']?apiVersion[\"']?[ \t]*:[ \t]*[\"']?traefik\.", re.MULTILINE),
    b"HTTPRoute": re.compile(rb"responseHeaderModifier"),
    b"VirtualService": re.compile(rb"networking\.istio\.io/"),
}


def recognises(_name: str, head: bytes) -> bool:
    """Objects of kinds that can set headers, with what sets them, and a policy's name outside of comments."""
    if not MENTION.search(head) or not _API.search(head):
        return False
    kinds = set(_KIND.findall(head))
    if any(each.endswith(b"List") for each in kinds):
        kinds = set(_OF_KIND)
    return any(_OF_KIND[each].search(head) for each in kinds & set(_OF_KIND))


def read(data: bytes, _reader: Reader) -> Source:
    """A response for each Ingress, middleware, route, and ConfigMap with headers."""
    file = YamlFile(data)
    return source(SERVER.name, file, reading(file), "a Kubernetes file")


def reading(file: YamlFile) -> Reading:
    """What the objects of a file say. Raises SourceError."""
    made = Reading()
    found = objects(file)
    ingress.read(file, found, made)
    for each in of_kind(found, "Middleware"):
        _middleware(file, each, made)
    routes.read(file, found, made)
    return made


def _middleware(file: YamlFile, each: Object, made: Reading) -> None:
    headers = each.node.get("spec", "headers")
    if headers and each.group in {"traefik.io", "traefik.containo.us"}:
        traefik.add(made, f"middleware {each.name}", *traefik.middleware(file, headers, exact=True))


def write(data: bytes, sent: Sent, text: str) -> Sequence[FileEdit] | None:
    """The edits that give a header another value; None if it cannot be written in place."""
    return write_yaml(reading, data, sent, text)


SERVER = Server(
    name="kubernetes",
    title="Kubernetes",
    names=(".yaml", ".yml"),
    recognises=recognises,
    read=read,
    write=write,
)
