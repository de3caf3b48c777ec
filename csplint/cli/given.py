"""A command's options as typer read them, each with where it came from."""

from __future__ import annotations

import typer

from csplint.settings.values import Value

_ORIGINS = {"COMMANDLINE": "command line", "ENVIRONMENT": "environment", "PROMPT": "command line"}
_NAMES = {"feature": "features", "pack": "packs", "form": "format"}
"""Options whose setting in a file has another name, because they are repeated there."""


def given(context: typer.Context) -> dict[str, Value]:
    """Every parameter of the command by its setting's name."""
    found: dict[str, Value] = {}
    for name, value in context.params.items():
        source = context.get_parameter_source(name)
        origin = _ORIGINS.get(source.name if source else "", "default")
        if origin == "environment":
            origin = f"environment (CSPLINT_{name.upper()})"
        found[_NAMES.get(name, name)] = Value(value, origin)
    return found
