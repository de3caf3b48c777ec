"""`csplint schema`: the JSON Schema of the JSON report."""

from __future__ import annotations

import sys

from csplint.cli.outcome import told


def schema() -> None:
    """Print the JSON Schema of the JSON report."""
    with told():
        from csplint.report.json_report import schema_text  # noqa: PLC0415

        sys.stdout.write(schema_text())
