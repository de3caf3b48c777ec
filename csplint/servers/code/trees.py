"""
Programs in languages that tree-sitter reads: a file's tree, and the value of string expressions in it.

The grammars are the extra `code`: each language's own wheel (MIT licence), loaded when the first file of it is read.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from time import process_time
from typing import TYPE_CHECKING

from msgspec import Struct

from csplint.servers.code.text import MOST_CHARACTERS, Char, Literal, Text, expression, joined
from csplint.servers.source import SourceError

if TYPE_CHECKING:
    from tree_sitter import Node, Parser
    from tree_sitter import Tree as ParsedTree

DEEPEST = 50
"""Names and concatenations inside one another that are followed."""

MOST_ANCESTORS = 200
"""Levels that are looked at from a header outwards."""

LONGEST_NAME = 100
"""Bytes before a call's arguments in which the name of what is called is looked for."""

MOST_SECONDS = 3.0
"""
CPU time for parsing one file. A count bounds nothing here: after an error, one of tree-sitter's steps can cost a hundred times as
much as before. A valid file of the largest size takes less than one second.
"""

_CHUNK = 65_536

TAIL = len("'nonce-")
"""Characters before an expression that show whether it is a nonce."""

_CASTS = ("as_expression", "satisfies_expression")
"""Wrappers whose value comes first."""

_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|([0-7]{1,3})|(.|\r\n))", re.S)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}


class Grammar(Struct, frozen=True, kw_only=True):
    """
    A language.

    title: its name. module, function: of its grammar's package. strings: node types of string literals. raw: those of them without
    escapes. content: node types of their text. marks: other nodes in them that are no expressions. plus: the operator that joins strings.
    binary: node types of that operation. wrappers: node types whose only named child is their value.
    bindings: (node type, field of the name, field of the value) of assignments.
    """

    title: str
    module: str
    function: str
    strings: tuple[str, ...]
    content: tuple[str, ...]
    marks: tuple[str, ...] = ()
    raw: tuple[str, ...] = ()
    plus: str = "+"
    binary: tuple[str, ...] = ("binary_expression",)
    wrappers: tuple[str, ...] = ("parenthesized_expression", "argument")
    bindings: tuple[tuple[str, str, str], ...] = ()
    parameters: tuple[str, ...] = ()


class Tree:
    """
    A parsed file.

    method: gives the value of a call such as `join`, for its language; None if it is not known. assigned: the bytes of what each name or
    member gets, by its last name. Raises SourceError.
    """

    def __init__(
        self, data: bytes, grammar: Grammar, method: Callable[[Tree, Node, int], Text | None] | None = None
    ) -> None:
        self.data, self.grammar, self._method = data, grammar, method
        self._budget = MOST_CHARACTERS
        self.root = _parsed(data, grammar)
        self.nodes = list(walk(self.root))
        self.assigned: dict[str, list[tuple[int, int]]] = {}
        self._values: dict[str, list[Node]] = {}
        for node in self.nodes:
            for kind, name, value in grammar.bindings:
                if (
                    node.type == kind
                    and (bound := node.child_by_field_name(name))
                    and (made := self._value(node, value))
                ):
                    self.assigned.setdefault(self._last_name(bound), []).append((made.start_byte, made.end_byte))
                    self._values.setdefault(self.source(bound), []).append(made)
        for node in self.nodes:
            if node.type in grammar.parameters:
                self._values.pop(self._last_name(node), None)

    @staticmethod
    def _value(node: Node, field: str) -> Node | None:
        return (
            node.child_by_field_name(field)
            if field
            else (node.named_children[-1] if len(node.named_children) > 1 else None)
        )

    def _last_name(self, node: Node) -> str:
        names = re.findall(r"\w+", self.source(node))
        return names[-1] if names else ""

    def source(self, node: Node) -> str:
        """The node as written."""
        return self.data[node.start_byte : node.end_byte].decode()

    def value_of(self, node: Node) -> Node:
        """What a name stands for, if it is assigned exactly once in the file; else the node itself."""
        values = self._values.get(self.source(node), []) if node.named_child_count <= 1 else []
        return values[0] if len(values) == 1 else node

    def text(self, node: Node, before: str = "", depth: int = 0) -> Text:
        """The value of a string expression; what is computed stands for itself."""
        made = self._known(node, before, depth) if depth < DEEPEST and self._budget > 0 else None
        self._budget -= 1 + (len(made.chars) if made else 0)
        return made or expression(self.source(node), node.start_byte, node.end_byte, before)

    def _known(self, node: Node, before: str, depth: int) -> Text | None:
        grammar, start, end = self.grammar, node.start_byte, node.end_byte
        if node.type in grammar.strings:
            return self._literal(node, before)
        if node.type in grammar.wrappers and node.named_child_count:
            return self.text(node.named_children[0 if node.type in _CASTS else -1], before, depth + 1)
        if node.type in grammar.binary and self._is_plus(node):
            parts: list[Text] = []
            for operand in self._operands(node):
                parts.append(self.text(operand, before, depth + 1))
                before = (before + parts[-1].text)[-TAIL:]
            return joined(parts, start, end)
        if self._method is not None and (made := self._method(self, node, depth + 1)) is not None:
            return made
        value = self.value_of(node)
        if value is not node:
            found = self.text(value, before, depth + 1)
            return found.moved(start, end) if any(char[3] for char in found.chars) else None
        return None

    def _is_plus(self, node: Node) -> bool:
        return any(
            self.data[each.start_byte : each.end_byte] == self.grammar.plus.encode()
            for each in node.children
            if not each.is_named
        )

    def _operands(self, node: Node) -> list[Node]:
        """The operands of a chain `a + b + c`, without recursion: such chains are long."""
        operands: list[Node] = []
        while node.type in self.grammar.binary and self._is_plus(node) and node.named_child_count == 2:  # noqa: PLR2004 - both sides
            operands.append(node.named_children[1])
            node = node.named_children[0]
        return [node, *reversed(operands)]

    def _literal(self, node: Node, before: str) -> Text:
        """A string literal: its content, escapes and expressions."""
        quote = next((c for c in reversed(self.source(node)) if c in "'\"`"), "") or '"'
        raw = node.type in self.grammar.raw
        starts = [child.start_byte for child in node.children]
        opens = node.children[0].end_byte if starts else node.start_byte
        literal = Literal(opens, node.end_byte - 1, quote, raw)
        chars: list[Char] = []
        computed: list[str] = []
        for child in node.children:
            content = child.type in self.grammar.content or child.type == "escape_sequence"
            if child.is_named and not content and child.type not in self.grammar.marks:
                said = before[-TAIL:] + "".join(char[0] for char in chars[-TAIL:])
                hole = expression(self.source(child), child.start_byte, child.end_byte, said)
                chars += hole.chars
                computed += hole.computed
            elif content:
                chars += [
                    (*each, literal)
                    for each in _chars(self.source(child), child.start_byte, child.type == "escape_sequence")
                ]
        return Text(tuple(chars), node.start_byte, node.end_byte, tuple(computed))


def walk(root: Node) -> Iterator[Node]:
    """All named nodes, in the order of the file."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(node.named_children)


def ancestors(node: Node) -> Iterator[Node]:
    """What a node is in, from the inside, as far as it matters."""
    for _ in range(MOST_ANCESTORS):
        parent = node.parent
        if parent is None:
            return
        yield parent
        node = parent


def arguments(node: Node) -> list[Node]:
    """The arguments of a call, without the nodes that only wrap them."""
    given = node.child_by_field_name("arguments")
    if given is None:
        return []
    found = [child for child in given.named_children if child.type != "comment"]
    return [
        child.named_children[-1] if child.type == "argument" and child.named_child_count else child for child in found
    ]


def joined_arguments(tree: Tree, node: Node, depth: int) -> Text | None:
    """What `join("; ", "…", "…")` gives: its string arguments behind the first, with that between them; None for other arguments."""
    separator, *items = arguments(node) or [node]
    if not items or any(item.type not in tree.grammar.strings for item in items):
        return None
    parts = [tree.text(item, "", depth) for item in items]
    return joined(parts, node.start_byte, node.end_byte, tree.text(separator, "", depth).text)


def call_name(tree: Tree, node: Node) -> str:
    """The last name of what is called: `setHeader` of `res.setHeader("a", "b")`; "" if the node is no call."""
    given = node.child_by_field_name("arguments")
    if given is None:
        return ""
    called = tree.data[max(node.start_byte, given.start_byte - LONGEST_NAME) : given.start_byte]
    names: list[bytes] = re.findall(rb"\w+", called)
    return names[-1].decode(errors="replace") if names else ""


def _chars(raw: str, start: int, escape: bool) -> Iterator[tuple[str, int, int]]:
    """The characters of a piece of a literal, and the bytes of each."""
    if escape:
        for char in _unescaped(raw):
            yield char, start, start + len(raw.encode())
        return
    for char in raw:
        size = len(char.encode())
        yield char, start, start + size
        start += size


def _unescaped(raw: str) -> str:
    match = _ESCAPE.fullmatch(raw)
    if match is None:
        return raw
    number = match[1] or match[2] or match[3]
    if number:
        return chr(min(int(number, 16), 0x10FFFF))
    return chr(int(match[4], 8)) if match[4] else _SIMPLE.get(match[5], match[5])


def _parsed(data: bytes, grammar: Grammar) -> Node:
    """The root of the file's tree. Raises SourceError at the first place that is not of the language."""
    try:
        from tree_sitter import Language, Parser  # noqa: PLC0415 - an extra

        module = importlib.import_module(grammar.module)
    except ImportError:
        raise SourceError(
            f"csplint reads {grammar.title} only with its extra `code`: "
            "run `pip install 'csplint-cli[code]'`, or `pip install '.[code]'` in its source folder."
        ) from None
    tree, reached = _parse(Parser(Language(getattr(module, grammar.function)())), data)
    if tree is None:
        raise SourceError(
            f"csplint stopped reading this {grammar.title} here, because it takes too long. Check that it is valid.",
            data.count(b"\n", 0, reached) + 1,
        )
    root = tree.root_node
    if root.has_error:
        line, column = _first_error(data, root)
        raise SourceError(f"This is not valid {grammar.title}.", line, column)
    return root


def _parse(parser: Parser, data: bytes) -> tuple[ParsedTree | None, int]:
    """The tree, None if it takes more than MOST_SECONDS; and the offset that the parser came to."""
    end, reached = process_time() + MOST_SECONDS, 0

    def is_enough(offset: int, _: bool) -> bool:
        nonlocal reached
        reached = offset
        return process_time() > end

    def read(offset: int, _: object) -> bytes:  # tree-sitter asks is_enough only if it is given a reader
        return data[offset : offset + _CHUNK]

    try:
        return parser.parse(read, progress_callback=is_enough), reached
    except ValueError:  # "Parsing failed": it was stopped
        return None, reached


def _first_error(data: bytes, root: Node) -> tuple[int, int]:
    """The line and the column, from 1, of the first error, as deep in the tree as it is."""
    node = root
    while not (node.is_error or node.is_missing):
        inner = next((child for child in node.children if child.has_error or child.is_missing), None)
        if inner is None:
            break
        node = inner
    start = data.rfind(b"\n", 0, node.start_byte) + 1
    return node.start_point[0] + 1, len(data[start : node.start_byte].decode(errors="replace")) + 1
