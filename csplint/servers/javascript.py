"""
Policies in JavaScript and TypeScript: helmet, Express and Node, Next.js (`headers()` of its configuration, proxy and middleware).

Read with tree-sitter's TypeScript grammar, which JavaScript is a part of. What they send was compared with helmet 8.3.0 and Express 5.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from csplint.servers.code import helmet
from csplint.servers.code.headers import Shape, headers, made
from csplint.servers.code.reading import LONGEST, NAMES, Found, Reading, mentions, server, text_of
from csplint.servers.code.text import Char, Text, joined
from csplint.servers.code.trees import Grammar, Tree, ancestors, arguments
from csplint.servers.contents import decoded
from csplint.servers.source import Fault, SourceError

if TYPE_CHECKING:
    from tree_sitter import Node

_GRAMMAR = Grammar(
    title="JavaScript or TypeScript",
    module="tree_sitter_typescript",
    function="language_tsx",
    strings=("string", "template_string"),
    content=("string_fragment",),
    wrappers=("parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression"),
    bindings=(
        ("variable_declarator", "name", "value"),
        ("assignment_expression", "left", "right"),
        ("augmented_assignment_expression", "left", "right"),
    ),
    parameters=("required_parameter", "optional_parameter"),
)
_TYPESCRIPT = "language_typescript"
"""The grammar of files with casts such as `<T>x`, which the other one reads as elements."""

_SHAPE = Shape(
    calls=("call_expression", "new_expression"),
    setters=("setHeader", "set", "header"),
    adders=("append", "appendHeader"),
    pairs=("pair",),
    assignments=(("assignment_expression", "left", "right"),),
    functions=("function_declaration", "method_definition"),
    nameless=("arrow_function", "function_expression"),
)

_SPACES = re.compile(r"/((?:\\s|\\n|\\r|\\t| |[?*+]|\{\d,?\d?\})+)/[gm]{1,2}")
"""Regular expressions over white space, which `replace` is used with to make a header of several lines one line."""


def reading(data: bytes) -> Reading:
    """The headers that a program sets. Raises SourceError."""
    decoded(data, LONGEST)
    if not mentions(data):
        return Reading(())
    tree = _tree(data)
    found = [*headers(tree, _SHAPE), *_keyed(tree), *helmet.policies(tree, _SHAPE)]
    found.sort(key=lambda each: each.start)
    return Reading(tuple(found), (*helmet.faults(found), *_faults(found)))


def _tree(data: bytes) -> Tree:
    try:
        return Tree(data, _GRAMMAR, _method)
    except SourceError as error:
        if not error.line or b"<" not in data:
            raise
        try:
            return Tree(data, _typescript(), _method)
        except SourceError:
            raise error from None


def _typescript() -> Grammar:
    fields = {name: getattr(_GRAMMAR, name) for name in _GRAMMAR.__struct_fields__}
    return Grammar(**{**fields, "function": _TYPESCRIPT})


def _method(tree: Tree, node: Node, depth: int) -> Text | None:
    """`[…].join("; ")`, `.replace(/\\s+/g, " ")`, `.trim()`, and functions that only return a string."""
    if node.type == "arrow_function":
        body = node.child_by_field_name("body")
        if body is not None and body.type == "statement_block":
            inner = body.named_children
            body = (
                inner[0].named_children[0]
                if len(inner) == 1 and inner[0].type == "return_statement" and inner[0].named_children
                else None
            )
        return tree.text(body, "", depth) if body is not None else None
    function = node.child_by_field_name("function") if node.type == "call_expression" else None
    if function is None or function.type != "member_expression":
        return None
    called, name = function.child_by_field_name("object"), function.child_by_field_name("property")
    if called is None or name is None:
        return None
    given = arguments(node)
    if tree.source(name) == "join":
        return _join(tree, tree.value_of(called), given, node, depth)
    if tree.source(name) in ("replace", "replaceAll", "trim"):
        return _cleaned(tree, tree.text(called, "", depth), given, node, depth)
    return None


def _join(tree: Tree, items: Node, given: list[Node], node: Node, depth: int) -> Text | None:
    if items.type != "array" or len(given) != 1 or any(item.type == "spread_element" for item in items.named_children):
        return None
    between = tree.text(given[0], "", depth)
    parts = [tree.text(item, "", depth) for item in items.named_children if item.type != "comment"]
    return None if between.computed else joined(parts, node.start_byte, node.end_byte, between.text)


def _cleaned(tree: Tree, text: Text, given: list[Node], node: Node, depth: int) -> Text | None:
    """The text with white space replaced or, without arguments, trimmed; None for other replacements."""
    if not given:
        said = text.text
        first, last = len(said) - len(said.lstrip()), len(said.rstrip())
        return Text(text.chars[first:last], node.start_byte, node.end_byte, text.computed)
    match = _SPACES.fullmatch(tree.source(given[0])) if len(given) > 1 else None
    new = tree.text(given[1], "", depth) if len(given) > 1 else text
    if match is None or new.computed or new.text.strip():
        return None
    try:
        pattern = re.compile(match[1])
    except re.error:
        return None
    chars: list[Char] = []
    at = 0
    for space in pattern.finditer(text.text):
        start = text.chars[space.start()][1] if space.start() < len(text.chars) else text.end
        chars += [*text.chars[at : space.start()], *((char, start, start, None) for char in new.text)]
        at = space.end()
    return Text((*chars, *text.chars[at:]), node.start_byte, node.end_byte, text.computed)


def _keyed(tree: Tree) -> list[Found]:
    """Next.js: `{ key: "Content-Security-Policy", value: … }`, for the `source` of the object around it."""
    found = []
    for node in tree.nodes:
        key = helmet.member(tree, node, "key") if node.type == "object" else None
        value = helmet.member(tree, node, "value")
        if key is None or value is None or key.type not in _GRAMMAR.strings:
            continue
        name = tree.text(key).text
        if name.lower() in NAMES:
            sources = (helmet.member(tree, outer, "source") for outer in ancestors(node))
            path = next((tree.text(each).text for each in sources if each is not None), "")
            found.append(made(tree, _SHAPE, name, tree.text(value), node, path=path))
    return found


def _faults(found: list[Found]) -> list[Fault]:
    """helmet beside a header set by hand, and line breaks, which Node refuses in a header."""
    faults = []
    guarded = {each.name.lower() for each in found if not isinstance(each.value, Text)}
    for each in found:
        text = text_of(each)
        if isinstance(each.value, Text) and each.name.lower() in guarded:
            message = f"{each.name} is set here and by helmet; what runs last wins, and the other value is lost."
            fix = "Set the policy in one place."
            faults.append(
                Fault(rule="two-senders", message=message, start=each.start, end=each.end, fix=fix, scope=each.scope)
            )
        if text is not None and re.search(r"[\r\n]", text.text):
            message = "The value has line breaks, and Node throws an error for them."
            fix = 'Add `.replace(/\\s+/g, " ").trim()`.'
            faults.append(
                Fault(
                    rule="framework-refuses", message=message, start=each.start, end=each.end, fix=fix, scope=each.scope
                )
            )
    return faults


SERVER = server(
    "javascript",
    "JavaScript (helmet, Express, Next.js)",
    (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx"),
    reading,
)
