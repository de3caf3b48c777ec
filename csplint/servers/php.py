"""
Policies in PHP: `header("Content-Security-Policy: …")`, WordPress filters of `wp_headers`, and the header methods of frameworks.

Read with tree-sitter's PHP grammar. What `header()` sends was compared with PHP 8.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from csplint.servers.code.headers import Shape, headers, made
from csplint.servers.code.reading import LONGEST, NAMES, Found, Reading, mentions, server
from csplint.servers.code.text import Text, joined
from csplint.servers.code.trees import Grammar, Tree, arguments, call_name
from csplint.servers.contents import decoded

if TYPE_CHECKING:
    from tree_sitter import Node

_GRAMMAR = Grammar(
    title="PHP",
    module="tree_sitter_php",
    function="language_php",
    strings=("string", "encapsed_string"),
    content=("string_content",),
    plus=".",
    bindings=(
        ("assignment_expression", "left", "right"),
        ("augmented_assignment_expression", "left", "right"),
        ("const_element", "name", ""),
    ),
    parameters=("simple_parameter", "property_promotion_parameter"),
)

_SHAPE = Shape(
    calls=("member_call_expression", "nullsafe_member_call_expression", "scoped_call_expression"),
    setters=("set", "header", "setHeader", "withHeader"),
    adders=("withAddedHeader", "addHeader", "appendHeader"),
    pairs=("array_element_initializer",),
    assignments=(("assignment_expression", "left", "right"),),
    functions=("function_definition", "method_declaration"),
    nameless=("anonymous_function", "arrow_function"),
)


def reading(data: bytes) -> Reading:
    """The headers that a PHP file sets. Raises SourceError."""
    decoded(data, LONGEST)
    if not mentions(data):
        return Reading(())
    tree = Tree(data, _GRAMMAR, _method)
    found = [*headers(tree, _SHAPE), *_sent(tree)]
    return Reading(tuple(sorted(found, key=lambda each: each.start)))


def _sent(tree: Tree) -> Iterator[Found]:
    """`header("Name: value")`; with `false` it is added to the header sent before."""
    for node in tree.nodes:
        given = arguments(node) if node.type == "function_call_expression" and call_name(tree, node) == "header" else []
        text = tree.text(given[0]) if given else None
        name, colon, rest = text.text.partition(":") if text else ("", "", "")
        if text is None or not colon or name.strip().lower() not in NAMES:
            continue
        first = len(name) + 1 + len(rest) - len(rest.lstrip())
        value = Text(text.chars[first : len(text.text.rstrip())], text.start, text.end, text.computed)
        adds = len(given) > 1 and tree.source(given[1]).lower() == "false"
        yield made(tree, _SHAPE, name.strip(), value, node, replaces=not adds)


def _method(tree: Tree, node: Node, depth: int) -> Text | None:
    """`implode("; ", […])` of known strings."""
    if node.type != "function_call_expression" or call_name(tree, node) not in ("implode", "join"):
        return None
    given = arguments(node)
    items = tree.value_of(given[1]) if len(given) == 2 else node  # noqa: PLR2004 - separator and array
    if items.type != "array_creation_expression" or any(each.named_child_count != 1 for each in items.named_children):
        return None
    between = tree.text(given[0], "", depth)
    parts = [tree.text(item.named_children[0], "", depth) for item in items.named_children]
    return None if between.computed else joined(parts, node.start_byte, node.end_byte, between.text)


SERVER = server("php", "PHP and WordPress", (".php", ".phtml", ".inc"), reading)
