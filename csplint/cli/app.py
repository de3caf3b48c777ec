"""The command line with all its commands."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from csplint._version import __version__
from csplint.cli.allows import allows
from csplint.cli.baseline import baseline
from csplint.cli.check import check
from csplint.cli.config_command import config
from csplint.cli.demo import demo
from csplint.cli.diff import diff
from csplint.cli.errors import report_misuse
from csplint.cli.fix import fix
from csplint.cli.pack_command import pack_app
from csplint.cli.reference import explain, rules, schema
from csplint.cli.reports import reports
from csplint.cli.scan import scan
from csplint.cli.vendors import vendors
from csplint.cli.verify import verify
from csplint.cli.why import why

app = typer.Typer(
    name="csplint",
    help="Check a page's Content-Security-Policy as a browser would, against what the Velaro chat widget needs.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for each in (
    check,
    scan,
    why,
    verify,
    reports,
    fix,
    diff,
    allows,
    baseline,
    config,
    vendors,
    explain,
    rules,
    demo,
    schema,
):
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
        code = app(arguments, prog_name="csplint", standalone_mode=False)
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
