"""`csplint baseline`: accept the findings of today, so that only new ones fail."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from csplint.cli.check_request import check_request
from csplint.cli.checking import checked
from csplint.cli.config.settings import COMMAND_LINE, Value, read_settings
from csplint.cli.files import write_files
from csplint.cli.parameters import command, environment_values, values_of
from csplint.engine.interrupt import was_interrupted
from csplint.errors import TargetError, UsageError
from csplint.model import Report
from csplint.report.escape import visible
from csplint.report.phrases import counted


@command
def baseline(
    context: typer.Context,
    out: Annotated[
        str, typer.Option("--out", "-o", metavar="FILE", help="The file to write.")
    ] = "csplint-baseline.json",
    **run_options: Any,
) -> int:
    """
    Write today's findings to a file, so that `check --baseline FILE` fails only for new ones.

    Give it the options that you give to check.
    """
    if out == "-":
        raise UsageError("a baseline goes to a file: use --out FILE")
    from csplint.engine.baseline import known_findings, write_baseline  # noqa: PLC0415

    # An existing baseline must not hide findings from the new one, and the configured one may not exist yet.
    values = environment_values() | values_of(context) | {"baseline": Value("", COMMAND_LINE)}
    report = checked(check_request(read_settings(values)))
    _require_complete(report)
    known = known_findings(report)
    write_files({out: write_baseline(known)})
    sys.stderr.write(f"wrote {counted(len(known), 'finding')} to {visible(out)}\n")
    return 0


def _require_complete(report: Report) -> None:
    """A baseline without the findings of a failed target would let them fail later."""
    if was_interrupted(report.targets):
        raise KeyboardInterrupt
    for target in report.targets:
        if target.error:
            error = target.error
            raise TargetError(target.target, error.kind, f"{target.target}: {error.message}", hint=error.hint)
