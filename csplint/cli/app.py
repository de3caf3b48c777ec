"""
The command line with its commands.

A run imports only the command that it names: to read the options of all of them takes longer than to check a page.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Annotated

import typer

from csplint._version import __version__
from csplint.cli.errors import report_misuse

COMMANDS: Mapping[str, str] = {
    "check": "check",
    "scan": "scan",
    "why": "why",
    "verify": "verify",
    "reports": "reports",
    "fix": "fix",
    "diff": "diff",
    "allows": "allows",
    "baseline": "baseline",
    "config": "config_command",
    "vendors": "vendors",
    "explain": "reference",
    "rules": "reference",
    "demo": "demo",
    "schema": "reference",
    "pack": "pack_command",
}
"""Each command and its module, in the order of the help."""

_GROUPS = {"pack": "pack_app"}
"""Commands that have commands of their own, and the name of their app."""


def command_line(arguments: Sequence[str] = ()) -> typer.Typer:
    """The command line for these arguments: with the command that they name, or with every command."""
    named = arguments[:1] if arguments and arguments[0] in COMMANDS else COMMANDS
    return _made(named)


def _made(commands: Iterable[str]) -> typer.Typer:
    app = typer.Typer(
        name="csplint",
        help="Check a page's Content-Security-Policy as a browser would, against what the Velaro chat widget needs.",
        no_args_is_help=True,
        add_completion=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_root)
    for name in commands:
        module = import_module(f"csplint.cli.{COMMANDS[name]}")
        if name in _GROUPS:
            app.add_typer(getattr(module, _GROUPS[name]))
        else:
            app.command()(getattr(module, name))
    return app


def _version(*, shown: bool) -> None:
    if shown:
        typer.echo(f"csplint {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the version and exit.", callback=lambda value: _version(shown=value), is_eager=True
        ),
    ] = False,
) -> None:
    """Options before the command."""


def run(arguments: list[str]) -> int:
    """Run one command line and give its exit code."""
    try:
        code = command_line(arguments)(arguments, prog_name="csplint", standalone_mode=False)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 2
    except typer.Abort:
        sys.stderr.write("Aborted!\n")
        code = 1
    except Exception as error:
        if not hasattr(error, "format_message"):  # typer does not export the base of its own errors
            raise
        code = report_misuse(error)
    return code if isinstance(code, int) else 0
