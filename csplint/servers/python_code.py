"""
Policies in Python: settings of Django (6 or later) and django-csp (3 and 4), and headers that Flask, Starlette and others set.

Read with the standard library's `ast`. Django: https://docs.djangoproject.com/en/6.0/ref/csp/; django-csp:
https://django-csp.readthedocs.io/. What they send was compared with Django 6.1.3 and django-csp 3.8 and 4.0.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from csplint.servers.code import django
from csplint.servers.code.python_values import Program
from csplint.servers.code.reading import LONGEST, NAMES, Found, Reading, mentions, nonces, server
from csplint.servers.contents import decoded
from csplint.servers.source import Fault

_SETTERS = ("setdefault", "add", "append", "set", "set_header", "add_header")


def reading(data: bytes) -> Reading:
    """The headers that a Python file sets. Raises SourceError."""
    text = decoded(data, LONGEST)
    if not mentions(data):
        return Reading(())
    program = Program(data, text)
    assigned = _assigned(program)
    found = [*django.settings(program), *_headers(program, assigned)]
    found.sort(key=lambda each: each.start)
    return Reading(tuple(found), (*django.faults(found), *_both(found)), django.limits(found))


def _both(found: list[Found]) -> list[Fault]:
    """Django's own middleware and django-csp's: the header of one of them is lost."""
    own = [each for each in found if each.scope.startswith("SECURE_CSP")]
    package = [each for each in found if each.scope.startswith(("CONTENT_SECURITY_POLICY", "CSP_"))]
    return [
        Fault(
            rule="two-senders",
            message=f"{each.name} is set by Django's {other.scope} and by django-csp's {each.scope}; only one of them is sent.",
            start=each.start,
            end=each.end,
            fix="Keep one of the settings, and only its middleware.",
            scope=each.scope,
        )
        for each in package
        for other in own
        if each.name == other.name
    ]


def _assigned(program: Program) -> dict[str, list[tuple[int, int]]]:
    """The bytes of what each name or member is set to."""
    assigned: dict[str, list[tuple[int, int]]] = {}
    for node in ast.walk(program.tree):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in targets:
            name = (
                target.id if isinstance(target, ast.Name) else target.attr if isinstance(target, ast.Attribute) else ""
            )
            if name and isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                assigned.setdefault(name, []).append(program.span(node.value))
    return assigned


def _headers(program: Program, assigned: dict[str, list[tuple[int, int]]]) -> Iterator[Found]:
    """`headers["Content-Security-Policy"] = …`, `{"Content-Security-Policy": …}`, and calls such as `headers.setdefault(…)`."""
    for node, scope, path, branch in _scoped(program.tree):
        for name, value, statement, replaces in _header(node):
            text = program.text(value)
            start, end = program.span(statement)
            made = nonces(program.data, text, assigned)
            yield Found(
                name=name,
                value=text,
                start=start,
                end=end,
                scope=scope,
                path=path,
                nonces=made,
                replaces=replaces,
                alone=branch or isinstance(node, ast.Dict),
                line=program.line(start),
            )


def _header(node: ast.AST) -> Iterator[tuple[str, ast.expr, ast.expr | ast.stmt, bool]]:
    """Each header's name, value and statement, and whether it replaces another one."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Subscript) and (name := _name(target.slice)):
                yield name, node.value, node, True
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None and (name := _name(key)):
                yield name, value, value, True
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _SETTERS:
        name = _name(node.args[0]) if len(node.args) == 2 else ""  # noqa: PLR2004 - name and value
        if name:
            yield name, node.args[1], node, node.func.attr not in ("add", "append", "add_header")


def _name(node: ast.expr) -> str:
    """The header's name, as written, if it is one of the two."""
    said = node.value if isinstance(node, ast.Constant) else None
    return said if isinstance(said, str) and said.lower() in NAMES else ""


def _scoped(tree: ast.Module) -> Iterator[tuple[ast.AST, str, str, bool]]:
    """All nodes, with the function they are in, the path it is the view of, and whether they are in a branch of it."""
    waiting: list[tuple[ast.AST, str, str, bool]] = [(tree, "", "", False)]
    while waiting:
        node, scope, path, branch = waiting.pop()
        yield node, scope, path, branch
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            scope, path, branch = f"function {node.name}", _route(node) or path, False
        branch = branch or isinstance(node, ast.If | ast.IfExp | ast.Match | ast.ExceptHandler)
        waiting += [(child, scope, path, branch) for child in reversed(list(ast.iter_child_nodes(node)))]


def _route(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """The path in a decorator such as `@app.route("/shop")`."""
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and decorator.args and isinstance(decorator.args[0], ast.Constant):
            said = decorator.args[0].value
            if isinstance(said, str) and said.startswith("/"):
                return said
    return ""


SERVER = server("python", "Python (Django, django-csp, Flask, Starlette)", (".py",), reading)
