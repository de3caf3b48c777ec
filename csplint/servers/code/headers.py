"""The ways of setting a response header that all languages share: a call, an index, and a pair of a map."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from csplint.servers.code.reading import NAMES, Found, nonces
from csplint.servers.code.text import Text
from csplint.servers.code.trees import Tree, ancestors, arguments, call_name

if TYPE_CHECKING:
    from tree_sitter import Node

_INDEX = re.compile(r"""\[\s*(["'`])(content-security-policy(?:-report-only)?)\1\s*\]$""", re.I)
LONGEST_INDEX = 200
"""A longer target of an assignment sets no header."""

_BRANCH = re.compile(r"^(?:if|elsif|else|elseif|unless|switch|case|when|match|ternary|conditional|catch|rescue)")
"""Node types of code that does not always run."""

_ROUTES = ("get", "post", "put", "patch", "delete", "all", "use", "route", "MapGet", "MapPost", "Map")


class Shape(Struct, frozen=True, kw_only=True):
    """
    How a language sets headers.

    calls: node types of calls. setters, adders: functions of (name, value) that replace a header, and that add one more.
    pairs: node types of a map's entry. assignments: node types and the fields of target and value.
    functions: node types of functions with a name. nameless: of functions without one.
    """

    calls: tuple[str, ...]
    setters: tuple[str, ...]
    adders: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    assignments: tuple[tuple[str, str, str], ...] = ()
    functions: tuple[str, ...] = ()
    nameless: tuple[str, ...] = ()


def headers(tree: Tree, shape: Shape) -> Iterator[Found]:
    """All headers of these names that a program sets in these ways."""
    for node in tree.nodes:
        if node.type in shape.calls:
            yield from _call(tree, shape, node)
        elif node.type in shape.pairs:
            yield from _pair(tree, shape, node)
        for kind, target, value in shape.assignments:
            if node.type == kind:
                yield from _assignment(tree, shape, node, target, value)


def _call(tree: Tree, shape: Shape, node: Node) -> Iterator[Found]:
    name = call_name(tree, node)
    if name not in shape.setters and name not in shape.adders:
        return
    given = arguments(node)
    header = tree.text(given[0]).text if len(given) > 1 else ""
    if header.lower() in NAMES:
        yield made(tree, shape, header, tree.text(given[1]), node, replaces=name in shape.setters)


def _pair(tree: Tree, shape: Shape, node: Node) -> Iterator[Found]:
    if node.named_child_count == 2 and node.named_children[0].type in tree.grammar.strings:  # noqa: PLR2004 - key and value
        header = tree.text(node.named_children[0]).text
        if header.lower() in NAMES:
            yield made(tree, shape, header, tree.text(node.named_children[1]), node, alone=True)


def _assignment(tree: Tree, shape: Shape, node: Node, target: str, value: str) -> Iterator[Found]:
    left, right = node.child_by_field_name(target), node.child_by_field_name(value)
    if left is None or right is None or left.end_byte - left.start_byte > LONGEST_INDEX:
        return
    if match := _INDEX.search(tree.source(left)):
        yield made(tree, shape, match[2], tree.text(right), node)


def made(  # noqa: PLR0913 - what a header is and where
    tree: Tree,
    shape: Shape,
    name: str,
    text: Text,
    node: Node,
    *,
    replaces: bool = True,
    path: str = "",
    alone: bool = False,
) -> Found:
    """The header that a node sets to a text."""
    scope, route, branch = place(tree, shape, node)
    return Found(
        name=name,
        value=text,
        start=node.start_byte,
        end=node.end_byte,
        scope=scope,
        path=path or route,
        nonces=nonces(tree.data, text, tree.assigned),
        replaces=replaces,
        alone=alone or branch,
        line=node.start_point[0] + 1,
    )


def place(tree: Tree, shape: Shape, node: Node) -> tuple[str, str, bool]:
    """The function that a node is in, the path of the route that it is the handler of, and whether it is in a branch."""
    scope = route = ""
    branch = False
    for outer in ancestors(node):
        if not scope and outer.type in shape.functions and (name := outer.child_by_field_name("name")):
            scope = f"function {tree.source(name)}"
        elif not scope and outer.type in shape.nameless:
            named = outer.parent.child_by_field_name("name") if outer.parent is not None else None
            scope = f"function {tree.source(named)}" if named else f"function of line {outer.start_point[0] + 1}"
        branch = branch or (not scope and _BRANCH.match(outer.type) is not None)
        if (
            not route
            and outer.type in shape.calls
            and call_name(tree, outer) in _ROUTES
            and (given := arguments(outer))
        ):
            said = tree.text(given[0]).text if given[0].type in tree.grammar.strings else ""
            route = said if said.startswith("/") else ""
    return f"route {route}" if route else scope, route, branch
