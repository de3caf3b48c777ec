"""
Which checks there are, read from their source: no check is imported to find out that it is not needed.

A wheel holds the index as JSON, made when it is built; a checkout reads its own source, which takes 0.1 s. Nothing but
the standard library is imported here, so that the build can use it. The values of a `@check(...)` are literals, and calls
of the functions in `prefilter` that name facts; `tests/checks/test_registry.py` compares the index with the decorators.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from typing import Any

INDEX = "checks.json"
"""The index's name in a wheel, beside the packs."""

_FACTS = {"any_token": "token", "any_script_token": "script token", "any_directive": "", "any_state": "state"}


def scan(folder: str) -> dict[str, Any]:
    """
    Read every module below `folder`, the package csplint.checks.

    Gives {"checks": [{"name", "module", and the arguments of its @check}], "predicates": [modules]}; modules are named
    relative to csplint.checks. Raises ValueError for an argument that is neither a literal nor a fact.
    """
    checks: list[dict[str, Any]] = []
    predicates: list[str] = []
    for module, path in _modules(folder):
        with open(path, encoding="utf-8") as file:  # noqa: PTH123 - importing pathlib takes 4 ms
            text = file.read()
        if "@check" not in text and "@token_predicate" not in text:
            continue
        functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
        decorated = [(node.name, each) for node in functions for each in node.decorator_list]
        checks += [
            {"name": name, "module": module, **_arguments(each)} for name, each in decorated if _is(each, "check")
        ]
        if any(_is(each, "token_predicate") for _, each in decorated):
            predicates.append(module)
    return {"checks": checks, "predicates": predicates}


def _modules(folder: str) -> Iterator[tuple[str, str]]:
    for where, folders, files in os.walk(folder):
        folders.sort()
        relative = os.path.relpath(where, folder)
        above = [] if relative == "." else relative.split(os.path.sep)
        for name in sorted(files):
            if name.endswith(".py") and name != "__init__.py":
                yield ".".join([*above, name.removesuffix(".py")]), os.path.join(where, name)  # noqa: PTH118


def _is(decorator: ast.expr, name: str) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Name) and called.id == name


def _arguments(decorator: ast.expr) -> dict[str, Any]:
    keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
    return {each.arg: _value(each.value) for each in keywords if each.arg}


def _value(node: ast.expr) -> Any:
    if isinstance(node, ast.Tuple | ast.List):
        return [_value(each) for each in node.elts]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _FACTS:
        [argument] = node.args
        name = argument.id if isinstance(argument, ast.Name) else ast.literal_eval(argument)
        return f"{_FACTS[node.func.id]} {name}".lstrip()
    return ast.literal_eval(node)
