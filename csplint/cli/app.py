"""The command line with all its commands."""

from __future__ import annotations

from typing import Annotated

import typer

from csplint._version import __version__
from csplint.cli.allows import allows
from csplint.cli.baseline import baseline
from csplint.cli.check import check
from csplint.cli.config_command import config
from csplint.cli.demo import demo
from csplint.cli.fix import fix
from csplint.cli.pack_command import pack_app
from csplint.cli.reference import explain, rules, schema

app = typer.Typer(
    name="csplint",
    help="Check a page's Content-Security-Policy as a browser would, against what the Velaro chat widget needs.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for each in (check, fix, allows, baseline, config, explain, rules, demo, schema):
    app.command()(each)
app.add_typer(pack_app)


def _version(*, shown: bool) -> None:
    if shown:
        typer.echo(f"csplint {__version__}")
        raise typer.Exit


@app.callback()
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
        app(arguments, prog_name="csplint")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 2
    return 0
