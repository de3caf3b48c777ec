"""From errors to sentences on standard error and exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

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
    """Write an error and its hint to standard error; neither a terminal nor a CI runner obeys anything in it."""
    from csplint.cli.terminal import is_runner  # noqa: PLC0415 - only for errors
    from csplint.report.escape import guard_runner, visible  # noqa: PLC0415

    lines = [f"csplint: {line}" for line in str(error).split("\n")]  # a configuration file has a line for each fault
    if isinstance(error, TargetError) and error.hint:
        lines.append(f"  hint: {error.hint}")
    for line in lines:
        sys.stderr.write(f"{guard_runner(visible(line, 1000), runner=is_runner())}\n")


def silence_stdout() -> None:
    """Point standard output at /dev/null, so that the interpreter's last flush does not report the closed pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
