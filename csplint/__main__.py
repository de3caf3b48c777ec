"""
The command: `csplint`, `python -m csplint`.

Whatever escapes a command is a bug in csplint: exit 70 and a request to report
it, with no traceback over the user's terminal. CSPLINT_DEBUG=1 shows it.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable

EXIT_USAGE = 2
EXIT_BUG = 70
EXIT_INTERRUPTED = 130

_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""What a full or broken disk answers."""


def command() -> None:
    """
    Run the command line and end the process.

    At once: every file is closed by then, and to take a hundred modules apart takes Python an eighth of a short run.
    """
    os._exit(_guarded(_answer_and_flush))


def main() -> None:
    """Run the command line and exit, as a caller within Python can see."""
    sys.exit(_guarded(_answer))


def _answer_and_flush() -> int:
    code = _answer()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.flush()
    return code


def _answer() -> int:
    if sys.argv[1:] == ["--version"]:  # answered before anything heavy is imported
        from csplint._version import __version__  # noqa: PLC0415

        sys.stdout.write(f"csplint {__version__}\n")
        return 0
    from csplint.cli.entry import run  # noqa: PLC0415 - after --version

    return run(sys.argv[1:])


def _guarded(answer: Callable[[], int]) -> int:
    """The exit code; whatever comes in between becomes one, with a sentence where somebody can read it."""
    try:
        return answer()
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        return 0
    except OSError as error:
        if error.errno not in _DISK:
            return _bug(error)
        sys.stderr.write(f"csplint: cannot write the output: {error.strerror}\n")
        return EXIT_USAGE
    except Exception as error:  # noqa: BLE001 - the last line of defence; the type is told to the user
        return _bug(error)


def _bug(error: Exception) -> int:
    import traceback  # noqa: PLC0415

    sys.stderr.write(f"csplint: this is a bug in csplint ({type(error).__name__}); please report it.\n")
    if os.environ.get("CSPLINT_DEBUG"):
        traceback.print_exception(error)
    else:
        sys.stderr.write("Run the same command with CSPLINT_DEBUG=1 for the details to send along.\n")
    return EXIT_BUG


if __name__ == "__main__":
    command()
