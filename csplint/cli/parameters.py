"""A command's options as typer read them, each with where it came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import typer

from csplint.cli.config.values import Value

_ORIGINS = {"COMMANDLINE": "command line", "ENVIRONMENT": "environment", "PROMPT": "command line"}
_NAMES = {"feature": "features", "pack": "packs", "form": "format"}
"""Options whose setting in a file has another name, because they are repeated there."""


def given(context: typer.Context) -> dict[str, Value]:
    """Every parameter of the command by its setting's name."""
    variables = {parameter.name: parameter.envvar for parameter in context.command.params}
    found: dict[str, Value] = {}
    for name, value in context.params.items():
        source = context.get_parameter_source(name)
        origin = _ORIGINS.get(source.name if source else "", "default")
        if origin == "environment":
            origin = f"environment ({variables[name]})"
        found[_NAMES.get(name, name)] = Value(value, origin)
    return found


def from_environment(command: Callable[..., None]) -> dict[str, Value]:
    """What the environment alone says to a command, by setting."""
    alone = typer.Typer(add_completion=False)
    alone.command()(command)
    with typer.main.get_command(alone).make_context("csplint", []) as context:
        values = given(cast("typer.Context", context))
    return {name: value for name, value in values.items() if value.origin != "default"}
