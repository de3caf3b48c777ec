"""The command line as a whole: its commands, and what becomes of errors."""

from __future__ import annotations

from typing import Annotated

import typer

from csplint._version import __version__
from csplint.cli.allows import allows
from csplint.cli.check import check
from csplint.cli.config_command import baseline, config
from csplint.cli.demo import demo
from csplint.cli.listing import explain, rules
from csplint.cli.pack_command import pack_app
from csplint.cli.schema import schema

app = typer.Typer(
    name="csplint",
    help="Lint a page's Content-Security-Policy against what the Velaro chat widget needs, as a browser would decide.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(check)
app.command()(allows)
app.command()(baseline)
app.command()(config)
app.command()(explain)
app.command()(rules)
app.command()(demo)
app.command()(schema)
app.add_typer(pack_app)


def _version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"csplint {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=lambda value: _version(wanted=value), is_eager=True)
    ] = False,
) -> None:
    """Options before the command."""


def run(arguments: list[str]) -> int:
    """Run one command line; gives its exit code."""
    try:
        app(arguments, prog_name="csplint")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 2
    return 0
