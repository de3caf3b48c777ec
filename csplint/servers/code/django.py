"""Settings of Django (6 or later) and of django-csp (3 and 4) as policies."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from csplint.servers.code.maps import Directive, Policy
from csplint.servers.code.python_values import Program
from csplint.servers.code.reading import Found, unquoted
from csplint.servers.code.text import Text, expression, fixed, joined
from csplint.servers.source import Fault

ENFORCED, REPORTED = "Content-Security-Policy", "Content-Security-Policy-Report-Only"

_OWN = {"SECURE_CSP": ENFORCED, "SECURE_CSP_REPORT_ONLY": REPORTED}
_PACKAGE = {"CONTENT_SECURITY_POLICY": ENFORCED, "CONTENT_SECURITY_POLICY_REPORT_ONLY": REPORTED}

_FETCH = (
    "child connect default script script-src-attr script-src-elem object style style-src-attr style-src-elem"
    " font frame img manifest media prefetch worker"
)
_OTHER = (
    "base-uri plugin-types sandbox form-action frame-ancestors navigate-to report-uri report-to require-sri-for"
    " require-trusted-types-for trusted-types upgrade-insecure-requests block-all-mixed-content"
)
KNOWN = frozenset([word if "-src" in word else word + "-src" for word in _FETCH.split()] + _OTHER.split())
"""Directives that django-csp sends; it drops others (4.0 knows `webrtc` besides)."""

_OLD = {"CSP_" + name.upper().replace("-", "_"): name for name in KNOWN}
"""Settings of django-csp 3."""


def settings(program: Program) -> Iterator[Found]:
    """The policies of a settings file."""
    changes = _changes(program)
    top = {id(node) for node in program.tree.body}
    old: list[tuple[str, ast.Assign]] = []
    others: dict[str, ast.expr] = {}
    for name, node in _assignments(program.tree):
        if name in _OWN:
            yield _found(program, name, _OWN[name], node, node.value, changes, id(node) not in top)
        elif name in _PACKAGE:
            value = _member(node.value, "DIRECTIVES")
            yield _found(program, name, _PACKAGE[name], node, value, changes, id(node) not in top)
        elif name in _OLD:
            old.append((name, node))
        elif name in ("CSP_REPORT_ONLY", "CSP_INCLUDE_NONCE_IN"):
            others[name] = node.value
    if old:
        yield _old_policy(program, old, others, changes)


def _assignments(tree: ast.Module) -> Iterator[tuple[str, ast.Assign]]:
    """Assignments to names outside functions and classes."""
    waiting: list[ast.stmt] = list(reversed(tree.body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node
        elif isinstance(node, ast.If | ast.Try | ast.With):
            inner = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
            waiting += reversed(inner)


def _changes(program: Program) -> dict[str, list[str]]:
    """Statements that change a setting after it is made, by its name: `SECURE_CSP["img-src"].append(…)`."""
    changes: dict[str, list[str]] = {}
    for node in ast.walk(program.tree):
        inner: ast.expr | None = None
        if isinstance(node, ast.AugAssign):
            inner = node.target
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            inner = node.targets[0]
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            inner = node.value.func
        if inner is None or not isinstance(node, ast.stmt):
            continue
        start, end = program.span(node)
        while isinstance(inner, ast.Subscript | ast.Attribute):
            inner = inner.value
        if isinstance(inner, ast.Name):
            changes.setdefault(inner.id, []).append(" ".join(program.data[start:end].decode().split())[:100])
    return changes


def _member(node: ast.expr, key: str) -> ast.expr | None:
    """The value of a key of a dict literal."""
    if not isinstance(node, ast.Dict):
        return node
    for name, value in zip(node.keys, node.values, strict=True):
        if isinstance(name, ast.Constant) and name.value == key:
            return value
    return None


def _found(  # noqa: PLR0913, PLR0917 - what a setting is and where
    program: Program,
    name: str,
    header: str,
    node: ast.Assign,
    value: ast.expr | None,
    changes: dict[str, list[str]],
    alone: bool,
) -> Found:
    """A setting that is one policy. alone: it is in a branch."""
    start, end = program.span(node)
    if isinstance(value, ast.Name):
        value = program.names.get(value.id, value)
    made = None
    computed: tuple[str, ...] = ()
    if isinstance(value, ast.Dict):
        made = _policy(program, value, tuple(changes.get(name, ())), package=name in _PACKAGE)
    elif value is not None:
        computed = (program.source(value)[:100],)
    return Found(
        name=header, value=made, start=start, end=end, scope=name, computed=computed, alone=alone, line=node.lineno
    )


def _policy(program: Program, node: ast.Dict, more: tuple[str, ...], *, package: bool) -> Policy:
    """A dict of directives."""
    start, end = program.span(node)
    made: list[Directive] = []
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None or not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            more = (*more, program.source(key or value)[:100])
            continue
        if package and key.value not in KNOWN | {"webrtc"}:
            continue
        directive = _directive(program, key.value, program.span(key)[0], value, package=package)
        if directive is not None:
            made.append(directive)
    if package and not any(_key(key) == "default-src" for key in node.keys):
        made.append(
            Directive(name="default-src", sources=(fixed("'self'", start, start),), start=start, end=start, given=False)
        )
    return Policy(directives=tuple(made), start=start, end=end, adds=_entry, more=more)


def _key(key: ast.expr | None) -> object:
    return key.value if isinstance(key, ast.Constant) else None


def _entry(name: str, codes: Sequence[str]) -> str:
    return f'"{name}": ' + (f"[{', '.join(codes)}]" if codes else "True")


def _old_entry(name: str, codes: Sequence[str]) -> str:
    setting = "CSP_" + name.upper().replace("-", "_")
    return f"{setting} = " + (f"[{', '.join(codes)}]" if codes else "True")


def _directive(program: Program, name: str, start: int, value: ast.expr, *, package: bool) -> Directive | None:
    """An entry; None if it is not sent."""
    end = program.span(value)[1]
    if isinstance(value, ast.Constant) and value.value in (None, False, True):
        return Directive(name=name, sources=(), start=start, end=end) if value.value is True else None
    items = _items(value)
    if items is None:
        text = program.text(value)
        return Directive(name=name, sources=(text,), start=start, end=end)
    sources = tuple(program.text(item) for item in items)
    opens = program.span(value)[0] + 1
    if not sources and not package:
        return None
    if isinstance(value, ast.Set):
        ranked = tuple(sorted(sources, key=lambda text: "<CSP_NONCE_SENTINEL>" if text.computed else text.text))
        return Directive(name=name, sources=ranked, start=start, end=end, opens=opens, order=sources)
    return Directive(name=name, sources=sources, start=start, end=end, opens=opens)


def _items(value: ast.expr) -> list[ast.expr] | None:
    """The items of a list, tuple or set, or None."""
    return value.elts if isinstance(value, ast.List | ast.Tuple | ast.Set) else None


def _old_policy(
    program: Program, old: list[tuple[str, ast.Assign]], others: dict[str, ast.expr], changes: dict[str, list[str]]
) -> Found:
    """The settings of django-csp 3, a directive each."""
    made: dict[str, Directive] = {}
    for name, node in old:
        directive = _directive(program, _OLD[name], program.span(node)[0], node.value, package=True)
        made.pop(_OLD[name], None)
        if directive is not None:
            made[_OLD[name]] = directive
    start, end = program.span(old[0][1])[0], max(program.span(node)[1] for _, node in old)
    if "CSP_DEFAULT_SRC" not in [name for name, _ in old]:
        made["default-src"] = Directive(
            name="default-src", sources=(fixed("'self'", start, start),), start=start, end=start, given=False
        )
    include = others.get("CSP_INCLUDE_NONCE_IN")
    for item in (_items(include) or []) if include is not None else []:
        name = program.text(item).text
        place = program.span(item)
        with_nonce = made.get(name, Directive(name=name, sources=(), start=start, end=start, given=False))
        made[name] = Directive(
            name=name,
            sources=(*with_nonce.sources, _nonce(*place)),
            start=with_nonce.start,
            end=with_nonce.end,
            opens=with_nonce.opens,
            given=with_nonce.given,
        )
    more = tuple(each for name, _ in old for each in changes.get(name, ()))
    only = others.get("CSP_REPORT_ONLY")
    header = REPORTED if isinstance(only, ast.Constant) and only.value else ENFORCED
    policy = Policy(directives=tuple(made.values()), start=start, end=end, adds=_old_entry, more=more, comma="")
    return Found(name=header, value=policy, start=start, end=end, scope="CSP_* settings")


def _nonce(start: int, end: int) -> Text:
    nonce = expression("request.csp_nonce", start, end, "'nonce-")
    return joined([fixed("'nonce-", start, start), nonce, fixed("'", end, end)], start, end)


def faults(found: Sequence[Found]) -> Iterator[Fault]:
    """Unquoted keywords, which neither Django nor django-csp refuses."""
    for each in found:
        if isinstance(each.value, Policy):
            name = "Django" if each.scope in _OWN else "django-csp"
            yield from unquoted(name, each.value, each.scope)


def limits(found: Sequence[Found]) -> tuple[str, ...]:
    """What the settings do not say."""
    maps = [each.value for each in found if isinstance(each.value, Policy)]
    nonce = any(source.computed for policy in maps for each in policy.directives for source in each.sources)
    said = "The nonce is sent only with pages whose template uses it, and a view can send another policy."
    return (said,) if nonce else ()
