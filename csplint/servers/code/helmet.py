"""helmet's contentSecurityPolicy (helmet 8, https://helmetjs.github.io/): its options as policies, with its defaults."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from csplint.servers.code.headers import Shape, place
from csplint.servers.code.maps import Directive, Policy, composed
from csplint.servers.code.reading import UNQUOTED, Found, nonces
from csplint.servers.code.text import Text, fixed, text_edits
from csplint.servers.code.trees import Tree, arguments, call_name
from csplint.servers.source import Fault

if TYPE_CHECKING:
    from tree_sitter import Node

DEFAULTS = {
    "default-src": ("'self'",),
    "base-uri": ("'self'",),
    "font-src": ("'self'", "https:", "data:"),
    "form-action": ("'self'",),
    "frame-ancestors": ("'self'",),
    "img-src": ("'self'", "data:"),
    "object-src": ("'none'",),
    "script-src": ("'self'",),
    "script-src-attr": ("'none'",),
    "style-src": ("'self'", "https:", "'unsafe-inline'"),
    "upgrade-insecure-requests": (),
}
"""The default directives of helmet 8.3.0, in its order."""


def policies(tree: Tree, shape: Shape) -> Iterator[Found]:
    """The policies that a program's calls of helmet make."""
    if b"helmet" not in tree.data:
        return
    for node in tree.nodes:
        if node.type != "call_expression":
            continue
        name, given = call_name(tree, node), arguments(node)
        options = tree.value_of(given[0]) if given else None
        if name == "contentSecurityPolicy":
            yield _found(tree, shape, node, options)
        elif name == "helmet":
            csp = member(tree, options, "contentSecurityPolicy")
            if csp is None or csp.type != "false":
                yield _found(tree, shape, node, None if csp is None or csp.type == "true" else tree.value_of(csp))


def member(tree: Tree, node: Node | None, key: str) -> Node | None:
    """The value of a key of an object literal."""
    for child in node.named_children if node is not None and node.type == "object" else ():
        name = child.child_by_field_name("key")
        if name is not None and tree.source(name).strip("'\"") == key:
            return child.child_by_field_name("value")
        if child.type == "shorthand_property_identifier" and tree.source(child) == key:
            return child
    return None


def _found(tree: Tree, shape: Shape, node: Node, options: Node | None) -> Found:
    only = member(tree, options, "reportOnly")
    name = "Content-Security-Policy" + ("-Report-Only" if only is not None and only.type == "true" else "")
    scope, path, alone = place(tree, shape, node)
    start, end, line = node.start_byte, node.end_byte, node.start_point[0] + 1
    directives = member(tree, options, "directives")
    directives = None if directives is None else tree.value_of(directives)
    if (options is not None and options.type != "object") or (directives is not None and directives.type != "object"):
        source = tree.source(directives or options or node)[:100]
        return Found(
            name=name,
            value=None,
            start=start,
            end=end,
            scope=scope,
            path=path,
            computed=(source,),
            alone=alone,
            line=line,
        )
    uses = member(tree, options, "useDefaults")
    policy = _policy(tree, node, directives, defaults=uses is None or uses.type != "false")
    made = nonces(tree.data, composed(policy), tree.assigned)
    return Found(
        name=name, value=policy, start=start, end=end, scope=scope, path=path, nonces=made, alone=alone, line=line
    )


def _policy(tree: Tree, node: Node, directives: Node | None, *, defaults: bool) -> Policy:
    entries = directives.named_children if directives is not None else []
    start = node.start_byte
    made: dict[str, Directive] = {}
    more: list[str] = []
    if defaults or any(
        "getDefaultDirectives" in tree.source(each) for each in entries if each.type == "spread_element"
    ):
        for name, values in DEFAULTS.items():
            sources = tuple(fixed(value, start, start) for value in values)
            made[name] = Directive(name=name, sources=sources, start=start, end=start, given=False)
    for entry in entries:
        key, value = entry.child_by_field_name("key"), entry.child_by_field_name("value")
        if key is None or value is None or key.type == "computed_property_name":
            if entry.type != "comment" and "getDefaultDirectives" not in tree.source(entry):
                more.append(tree.source(entry)[:100])
            continue
        name = _dashed(tree.source(key).strip("'\""))
        if value.type == "null" or "dangerouslyDisableDefaultSrc" in tree.source(value)[-40:]:
            made.pop(name, None)
        else:
            made[name] = _directive(tree, name, entry, tree.value_of(value) if value.type == "identifier" else value)
    camel = any(re.match(r"[a-z]+[A-Z]", tree.source(entry)) for entry in entries)
    first, last = (directives.start_byte, directives.end_byte) if directives is not None else (start, node.end_byte)
    return Policy(
        directives=tuple(made.values()),
        start=first,
        end=last,
        between=";",
        adds=_camel_entry if camel else _entry,
        more=tuple(more),
    )


def _dashed(name: str) -> str:
    return re.sub(r"[A-Z]", lambda match: "-" + match[0].lower(), name)


def _entry(name: str, codes: Sequence[str]) -> str:
    return f'"{name}": [{", ".join(codes)}]'


def _camel_entry(name: str, codes: Sequence[str]) -> str:
    return f"{re.sub('-([a-z])', lambda match: match[1].upper(), name)}: [{', '.join(codes)}]"


def _directive(tree: Tree, name: str, entry: Node, value: Node) -> Directive:
    start, end = entry.start_byte, entry.end_byte
    if value.type != "array":
        return Directive(name=name, sources=(tree.text(value),), start=start, end=end)
    items = tuple(tree.text(item) for item in value.named_children if item.type != "comment")
    return Directive(name=name, sources=items, start=start, end=end, opens=value.start_byte + 1)


def faults(found: Sequence[Found]) -> Iterator[Fault]:
    """What helmet refuses, and which directives are its own."""
    for each in found:
        if isinstance(each.value, Policy) and each.value.between == ";":
            yield from _refused(each, each.value)
            own = [directive.name for directive in each.value.directives if not directive.given]
            if own:
                yield Fault(
                    rule="helmet-defaults",
                    message=f"helmet adds these directives of its own: {', '.join(own)}.",
                    start=each.start,
                    end=each.end,
                    fix="Write every directive that your pages need in `directives`; `useDefaults: false` leaves helmet's out.",
                    scope=each.scope,
                )


def _refused(found: Found, policy: Policy) -> Iterator[Fault]:
    names = [directive.name for directive in policy.directives]
    for directive in policy.directives:
        for item in directive.sources if directive.given else ():
            why = _reason(item)
            if why:
                bare = UNQUOTED.fullmatch(item.text)
                yield Fault(
                    rule="framework-refuses",
                    message=f"helmet throws an error when the program starts: {why}.",
                    start=item.start,
                    end=item.end,
                    fix=f"Write \"'{item.text}'\"." if bare else "Write one value in each string, without ; and ,.",
                    edits=(text_edits(item, f"'{item.text}'") or ()) if bare else (),
                    scope=found.scope,
                )
    if "default-src" not in names and policy.start != found.start and not policy.more:
        yield Fault(
            rule="framework-refuses",
            message="helmet throws an error when the program starts: the policy has no default-src.",
            start=found.start,
            end=found.end,
            fix="Add `defaultSrc`, or set it to `helmet.contentSecurityPolicy.dangerouslyDisableDefaultSrc`.",
            scope=found.scope,
        )


def _reason(item: Text) -> str:
    if item.computed:
        return ""
    if re.fullmatch(
        r"(?-i:self|none|strict-dynamic|report-sample|inline-speculation-rules|unsafe-\S+|wasm-unsafe-eval|nonce-\S*|sha\d+-\S*)",
        item.text,
    ):
        return f"{item.text} is not in quotes"
    return "a value has ; or , in it" if re.search("[;,]", item.text) else ""
