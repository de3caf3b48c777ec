"""The objects of a Kubernetes file, which may have several documents and lists of objects."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from csplint.servers.yaml_nodes import Node, YamlFile


class Object(Struct, frozen=True):
    """An object. kind, group: of its API, without the version. namespace: "" for none."""

    kind: str
    group: str
    name: str
    namespace: str
    node: Node

    @property
    def words(self) -> str:
        """The object in words: "Ingress shop"."""
        return f"{self.kind} {self.name}".strip()

    def is_named(self, reference: str) -> bool:
        """Whether `namespace/name` is this object; one without a namespace in the file gets it when it is applied."""
        namespace, _, name = reference.strip().rpartition("/")
        return name == self.name and (self.namespace in {"", namespace} or not namespace)


def objects(file: YamlFile) -> tuple[Object, ...]:
    """The objects of a file."""
    found = []
    for document in file.documents:
        items = document.elements("items") if document.string("kind").endswith("List") else (document,)
        found += [_object(each) for each in items if each.members]
    return tuple(found)


def _object(node: Node) -> Object:
    group = node.string("apiVersion").rpartition("/")[0]
    return Object(
        node.string("kind"), group, node.string("metadata", "name"), node.string("metadata", "namespace"), node
    )


def of_kind(found: tuple[Object, ...], kind: str) -> Iterator[Object]:
    return (each for each in found if each.kind == kind)
