"""From errors to sentences and exit codes; every command runs inside `told`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from csplint.errors import CsplintError, TargetError

INTERRUPTED = 130


def told(command: Callable[[], int]) -> int:
    """Run a command; csplint's own errors become a line on standard error, an interrupt its exit code."""
    try:
        return command()
    except CsplintError as error:
        complain(error)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        silence_stdout()
        return 0


def complain(error: CsplintError) -> None:
    """Write an error and its hint to standard error, with nothing of it obeyed by the terminal or a runner."""
    from csplint.cli.terminal import is_runner  # noqa: PLC0415 - errors only
    from csplint.report.escape import guard_runner, visible  # noqa: PLC0415

    lines = [f"csplint: {line}" for line in str(error).split("\n")]  # a configuration has a line for each fault
    if isinstance(error, TargetError) and error.hint:
        lines.append(f"  hint: {error.hint}")
    for line in lines:
        sys.stderr.write(f"{guard_runner(visible(line, 1000), runner=is_runner())}\n")


def silence_stdout() -> None:
    """Point standard output at nothing, so that the interpreter's last flush does not complain of the closed pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
