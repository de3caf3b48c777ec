"""
Policies in Ruby: Rails' `content_security_policy` and headers set by name.

Read with tree-sitter's Ruby grammar. Rails: https://guides.rubyonrails.org/security.html#content-security-policy-header
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from csplint.servers.code.headers import Shape, headers, place
from csplint.servers.code.maps import Directive, Policy
from csplint.servers.code.reading import LONGEST, Found, Reading, mentions, server, unquoted
from csplint.servers.code.text import Text, expression, fixed, joined
from csplint.servers.code.trees import Grammar, Tree, arguments, call_name, walk
from csplint.servers.contents import decoded

if TYPE_CHECKING:
    from tree_sitter import Node

_GRAMMAR = Grammar(
    title="Ruby",
    module="tree_sitter_ruby",
    function="language",
    strings=("string",),
    content=("string_content",),
    binary=("binary",),
    wrappers=("parenthesized_statements",),
    bindings=(("assignment", "left", "right"), ("operator_assignment", "left", "right")),
    parameters=("keyword_parameter", "optional_parameter"),
)

_SHAPE = Shape(
    calls=("call",),
    setters=("set_header",),
    pairs=("pair",),
    assignments=(("assignment", "left", "right"),),
    functions=("method", "class"),
)

_SYMBOLS = {
    "self": "'self'",
    "unsafe_eval": "'unsafe-eval'",
    "wasm_unsafe_eval": "'wasm-unsafe-eval'",
    "unsafe_hashes": "'unsafe-hashes'",
    "unsafe_inline": "'unsafe-inline'",
    "none": "'none'",
    "http": "http:",
    "https": "https:",
    "data": "data:",
    "mediastream": "mediastream:",
    "allow_duplicates": "'allow-duplicates'",
    "blob": "blob:",
    "filesystem": "filesystem:",
    "report_sample": "'report-sample'",
    "script": "'script'",
    "strict_dynamic": "'strict-dynamic'",
    "ws": "ws:",
    "wss": "wss:",
}
"""What Rails sends for its symbols."""

_BARE = ("block_all_mixed_content", "upgrade_insecure_requests")

_NAMES = (
    "base-uri child-src connect-src default-src font-src form-action frame-ancestors frame-src img-src manifest-src"
    " media-src object-src prefetch-src require-trusted-types-for script-src script-src-attr script-src-elem style-src"
    " style-src-attr style-src-elem trusted-types worker-src report-uri sandbox plugin-types require-sri-for"
    " block-all-mixed-content upgrade-insecure-requests"
)
_DIRECTIVES = {name.replace("-", "_"): name for name in _NAMES.split()}
"""The directives that Rails has a method for."""


def reading(data: bytes) -> Reading:
    """The headers that a Ruby file sets. Raises SourceError."""
    decoded(data, LONGEST)
    if not mentions(data):
        return Reading(())
    tree = Tree(data, _GRAMMAR, _symbol)
    rails = list(_rails(tree))
    found = sorted([*headers(tree, _SHAPE), *rails], key=lambda each: each.start)
    faults = [
        fault for each in rails if isinstance(each.value, Policy) for fault in unquoted("Rails", each.value, each.scope)
    ]
    return Reading(tuple(found), tuple(faults))


def _symbol(tree: Tree, node: Node, _depth: int) -> Text | None:
    """`:self`, and a lambda that only makes a string."""
    if node.type == "simple_symbol":
        name = tree.source(node)[1:]
        return fixed(_SYMBOLS[name], node.start_byte, node.end_byte) if name in _SYMBOLS else None
    if node.type == "lambda" and (body := node.child_by_field_name("body")) is not None:
        inner = [each for each in walk(body) if each.type == "string"]
        statements = body.named_children[0].named_children if body.named_children else []
        return tree.text(inner[0]) if len(inner) == 1 and statements == inner else None
    return None


def _rails(tree: Tree) -> Iterator[Found]:
    """`config.content_security_policy do |policy| … end`, or the same in a controller."""
    settings = _settings(tree)
    only = settings.get("report_only")
    for node in tree.nodes:
        block = (
            node.child_by_field_name("block")
            if node.type == "call" and _called(tree, node) == "content_security_policy"
            else None
        )
        if block is None:
            continue
        header = "Content-Security-Policy" + (
            "-Report-Only" if only is not None and tree.source(only) == "true" else ""
        )
        policy, nonces = _policy(tree, block, settings)
        scope, path, alone = place(tree, _SHAPE, node)
        yield Found(
            name=header,
            value=policy,
            start=node.start_byte,
            end=node.end_byte,
            scope=scope,
            path=path,
            nonces=nonces,
            alone=alone,
            line=node.start_point[0] + 1,
        )


def _called(tree: Tree, node: Node) -> str:
    method = node.child_by_field_name("method")
    return tree.source(method) if method is not None else ""


def _settings(tree: Tree) -> dict[str, Node]:
    """`config.content_security_policy_NAME = …`, by NAME."""
    settings: dict[str, Node] = {}
    for node in tree.nodes:
        left = node.child_by_field_name("left") if node.type == "assignment" else None
        right = node.child_by_field_name("right") if left is not None else None
        if left is not None and right is not None:
            match = re.search(r"content_security_policy_(\w+)$", tree.source(left)[-80:])
            settings.update({match[1]: right} if match else {})
    return settings


def _policy(tree: Tree, block: Node, settings: dict[str, Node]) -> tuple[Policy, tuple[tuple[str, int, int], ...]]:
    """A block's directives, with the nonce that Rails adds; and what makes it."""
    made: dict[str, Directive] = {}
    more: list[str] = []
    variable = ""
    for node in walk(block):
        if node.type == "block_parameters":
            variable = tree.source(node).strip("|( )")
        receiver = node.child_by_field_name("receiver") if node.type == "call" else None
        if receiver is None or tree.source(receiver) != variable:
            continue
        name = _DIRECTIVES.get(_called(tree, node))
        conditional = node.parent is not None and re.search("if|unless|else|then|case", node.parent.type)
        if name is None or conditional:
            more.append(tree.source(node)[:100])
        else:
            made.pop(name, None)
            made.update(_directive(tree, name, node))
    generator, where = settings.get("nonce_generator"), settings.get("nonce_directives")
    nonces: tuple[tuple[str, int, int], ...] = ()
    if generator is not None:
        nonces = ((tree.source(generator), generator.start_byte, generator.end_byte),)
        for name in _words(tree, where):
            if name in made:
                made[name] = _with_nonce(made[name], generator)
    policy = Policy(
        directives=tuple(made.values()),
        start=block.start_byte,
        end=block.end_byte,
        adds=lambda name, codes: f"{variable}.{name.replace('-', '_')} {', '.join(codes)}".rstrip(),
        more=tuple(more),
        comma="",
    )
    return policy, nonces


def _words(tree: Tree, node: Node | None) -> Sequence[str]:
    """The directives that get the nonce: `%w(script-src)`; script-src and style-src if the file does not say."""
    if node is None:
        return ("script-src", "style-src")
    return [tree.source(each).strip("'\"") for each in node.named_children]


def _with_nonce(directive: Directive, generator: Node) -> Directive:
    start, end = generator.start_byte, generator.end_byte
    nonce = expression("nonce", start, end, "'nonce-")
    text = joined([fixed("'nonce-", start, start), nonce, fixed("'", end, end)], start, end)
    return Directive(
        name=directive.name,
        sources=(*directive.sources, text),
        start=directive.start,
        end=directive.end,
        opens=directive.opens,
    )


def _directive(tree: Tree, name: str, node: Node) -> dict[str, Directive]:
    """One call of the block; none if it takes the directive away."""
    given = arguments(node) if call_name(tree, node) else []
    start, end = node.start_byte, node.end_byte
    if name.replace("-", "_") in _BARE:
        off = bool(given) and tree.source(given[0]) in ("false", "nil")
        return {} if off else {name: Directive(name=name, sources=(), start=start, end=end)}
    if not given or tree.source(given[0]) in ("false", "nil"):
        return {}
    return {
        name: Directive(
            name=name, sources=tuple(map(tree.text, given)), start=start, end=end, opens=given[0].start_byte
        )
    }


SERVER = server("ruby", "Ruby on Rails", (".rb", ".ru"), reading)
