"""From errors to sentences and exit codes; every command runs inside `told`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from csplint.errors import CsplintError, TargetError

INTERRUPTED = 130


@contextmanager
def told() -> Iterator[None]:
    """Turn csplint's own errors into a line on standard error, and an interrupt into its exit code."""
    try:
        yield
    except CsplintError as error:
        complain(error)
        raise typer.Exit(error.exit_code) from error
    except KeyboardInterrupt as error:
        raise typer.Exit(INTERRUPTED) from error
    except BrokenPipeError as error:
        silence_stdout()
        raise typer.Exit(0) from error


def complain(error: CsplintError) -> None:
    """Write an error and its hint to standard error, with nothing of it obeyed by the terminal."""
    from csplint.report.escape import visible  # noqa: PLC0415 - errors only

    typer.echo(f"csplint: {visible(str(error), 1000)}", err=True)
    if isinstance(error, TargetError) and error.hint:
        typer.echo(f"  hint: {visible(error.hint, 1000)}", err=True)


def silence_stdout() -> None:
    """Point standard output at nothing, so that the interpreter's last flush does not complain of the closed pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
