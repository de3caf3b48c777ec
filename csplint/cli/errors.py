"""From errors to sentences on standard error and exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

from csplint.errors import CsplintError, TargetError

INTERRUPTED = 130


def reporting_errors(command: Callable[[], int]) -> int:
    """Run a command and give its exit code; csplint's own errors and an interrupt give theirs."""
    try:
        return command()
    except CsplintError as error:
        report_error(error)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        silence_stdout()
        return 0


def report_error(error: CsplintError) -> None:
    """Write an error and its hint to standard error, everything in them visible."""
    from csplint.report.escape import visible  # noqa: PLC0415 - only for errors

    lines = [f"csplint: {line}" for line in str(error).split("\n")]  # a configuration file has a line for each fault
    if isinstance(error, TargetError) and error.hint:
        lines.append(f"  hint: {error.hint}")
    for line in lines:
        sys.stderr.write(f"{visible(line, 1000)}\n")


def report_misuse(error: Any) -> int:
    """
    Write what the command-line library says of a wrong command line, and give the exit code.

    The library repeats arguments as they are. Only the help, which is its message if there are no arguments, has lines.
    """
    from csplint.report.escape import visible  # noqa: PLC0415 - only for errors

    message = error.format_message()
    context = getattr(error, "ctx", None)
    if context is None or message != context.get_help():
        error.format_message = lambda: visible(message, 1000)
    error.show()
    return int(error.exit_code)


def silence_stdout() -> None:
    """Point standard output at /dev/null, so that the interpreter's last flush does not report the closed pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
