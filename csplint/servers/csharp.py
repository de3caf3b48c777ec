"""
Policies in C#: ASP.NET's `Headers.Append("Content-Security-Policy", "…")` and the other ways of setting a header.

Read with tree-sitter's C# grammar.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from csplint.servers.code.headers import Shape, headers, made
from csplint.servers.code.reading import LONGEST, Found, Reading, mentions, server
from csplint.servers.code.text import Literal, Text, literal_text
from csplint.servers.code.trees import Grammar, Tree, joined_arguments
from csplint.servers.contents import decoded

if TYPE_CHECKING:
    from tree_sitter import Node

_GRAMMAR = Grammar(
    title="C#",
    module="tree_sitter_c_sharp",
    function="language",
    strings=("string_literal", "interpolated_string_expression", "raw_string_literal"),
    content=("string_literal_content", "string_content", "raw_string_content"),
    raw=("raw_string_literal", "interpolated_string_expression"),
    marks=("interpolation_start", "interpolation_quote", "raw_string_start", "raw_string_end"),
    bindings=(("variable_declarator", "name", ""), ("assignment_expression", "left", "right")),
    parameters=("parameter",),
)

_SHAPE = Shape(
    calls=("invocation_expression",),
    setters=("TryAdd", "AddHeader"),
    adders=("Append", "Add", "AppendHeader"),
    assignments=(("assignment_expression", "left", "right"),),
    functions=("method_declaration", "local_function_statement"),
)

_PROPERTIES = {
    "ContentSecurityPolicy": "Content-Security-Policy",
    "ContentSecurityPolicyReportOnly": "Content-Security-Policy-Report-Only",
}


def reading(data: bytes) -> Reading:
    """The headers that a C# file sets. Raises SourceError."""
    decoded(data, LONGEST)
    if not mentions(data):
        return Reading(())
    tree = Tree(data, _GRAMMAR, _method)
    found = [*headers(tree, _SHAPE), *_properties(tree)]
    return Reading(tuple(sorted(found, key=lambda each: each.start)))


def _properties(tree: Tree) -> Iterator[Found]:
    """`Headers.ContentSecurityPolicy = "…"`."""
    for node in tree.nodes:
        left = node.child_by_field_name("left") if node.type == "assignment_expression" else None
        right = node.child_by_field_name("right") if left is not None else None
        if left is None or right is None or left.type != "member_access_expression":
            continue
        owner, _, name = tree.source(left).rpartition(".")
        if name in _PROPERTIES and owner.endswith("Headers"):
            yield made(tree, _SHAPE, _PROPERTIES[name], tree.text(right), node)


def _method(tree: Tree, node: Node, depth: int) -> Text | None:
    """Verbatim strings, `@"…"`, and `string.Join("; ", "…", "…")`."""
    if node.type == "verbatim_string_literal":
        start, end = node.start_byte + 2, node.end_byte - 1
        raw = tree.data[start:end].decode()
        literal = Literal(start, end, '"', True)
        return (
            None
            if '"' in raw or not raw.isascii()
            else literal_text(
                ((char, start + n, start + n + 1) for n, char in enumerate(raw)),
                literal,
                node.start_byte,
                node.end_byte,
            )
        )
    is_join = node.type == "invocation_expression" and tree.source(node)[:12].lower() == "string.join("
    return joined_arguments(tree, node, depth) if is_join else None


SERVER = server("csharp", "C# (ASP.NET)", (".cs",), reading)
