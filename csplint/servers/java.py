"""
Policies in Java: Spring Security's `policyDirectives("…")`, and headers set by name.

Read with tree-sitter's Java grammar.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from csplint.servers.code.headers import Shape, headers, made
from csplint.servers.code.reading import LONGEST, Found, Reading, mentions, server
from csplint.servers.code.text import Text
from csplint.servers.code.trees import Grammar, Tree, ancestors, arguments, call_name, joined_arguments
from csplint.servers.contents import decoded

if TYPE_CHECKING:
    from tree_sitter import Node

_GRAMMAR = Grammar(
    title="Java",
    module="tree_sitter_java",
    function="language",
    strings=("string_literal",),
    content=("string_fragment",),
    bindings=(("variable_declarator", "name", "value"), ("assignment_expression", "left", "right")),
    parameters=("formal_parameter",),
)

_SHAPE = Shape(
    calls=("method_invocation", "object_creation_expression"),
    setters=("setHeader", "set", "header", "StaticHeadersWriter"),
    adders=("addHeader", "add"),
    functions=("method_declaration",),
)


def reading(data: bytes) -> Reading:
    """The headers that a Java file sets. Raises SourceError."""
    decoded(data, LONGEST)
    if not mentions(data):
        return Reading(())
    tree = Tree(data, _GRAMMAR, _method)
    found = [*headers(tree, _SHAPE), *_spring(tree)]
    return Reading(tuple(sorted(found, key=lambda each: each.start)))


def _spring(tree: Tree) -> Iterator[Found]:
    """`.policyDirectives("…")`, and `.contentSecurityPolicy("…")` of older versions; report-only with `.reportOnly()` after it."""
    for node in tree.nodes:
        name = call_name(tree, node) if node.type == "method_invocation" else ""
        given = arguments(node) if name in ("policyDirectives", "contentSecurityPolicy") else []
        if len(given) != 1 or given[0].type in ("lambda_expression", "method_reference") or _customizer(tree, given[0]):
            continue
        calls = [call_name(tree, outer) for outer in _chain(node)]
        header = "Content-Security-Policy" + ("-Report-Only" if "reportOnly" in calls else "")
        yield made(tree, _SHAPE, header, tree.text(given[0]), node)


def _customizer(tree: Tree, node: Node) -> bool:
    """`Customizer.withDefaults()`, which is no policy."""
    return "withDefaults" in tree.source(node)


def _chain(node: Node) -> Iterator[Node]:
    """The calls on the result of a call."""
    for outer in ancestors(node):
        if outer.type != "method_invocation" or outer.child_by_field_name("object") != node:
            return
        yield outer
        node = outer


def _method(tree: Tree, node: Node, depth: int) -> Text | None:
    """`String.join("; ", "…", "…")`."""
    is_join = node.type == "method_invocation" and tree.source(node).startswith("String.join")
    return joined_arguments(tree, node, depth) if is_join else None


SERVER = server("java", "Java (Spring)", (".java",), reading)
