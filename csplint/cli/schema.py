"""`csplint schema`: the JSON Schema of the JSON report."""

from __future__ import annotations

import sys

import typer

from csplint.cli.errors import told


def schema() -> None:
    """Print the JSON Schema of the JSON report."""

    def command() -> int:
        from csplint.report.json_report import schema_text  # noqa: PLC0415

        sys.stdout.write(schema_text())
        return 0

    raise typer.Exit(told(command))
