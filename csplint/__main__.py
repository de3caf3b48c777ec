"""
The command: `csplint`, `python -m csplint`.

An exception that no command handles is a bug in csplint: it exits 70 and asks the user to report it, without a
traceback. CSPLINT_DEBUG=1 shows the traceback.
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
"""The errors of a full or broken disk."""


def command() -> None:
    """
    Run the command line and end the process at once.

    Every file is closed by then, and Python would spend an eighth of a short run on tearing down its modules.
    """
    from csplint.cli.streams import prepare_streams  # noqa: PLC0415 - callers in Python keep their streams

    prepare_streams()
    os._exit(_guarded(_answer_and_flush))


def main() -> None:
    """Run the command line and raise SystemExit, for callers in Python."""
    sys.exit(_guarded(_answer))


def _answer_and_flush() -> int:
    code = _answer()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    return code


def _answer() -> int:
    if sys.argv[1:] == ["--version"]:  # before anything heavy is imported
        from csplint._version import __version__  # noqa: PLC0415

        sys.stdout.write(f"csplint {__version__}\n")
        return 0
    from csplint.cli.entry import run  # noqa: PLC0415 - after --version

    return run(sys.argv[1:])


def _guarded(answer: Callable[[], int]) -> int:
    """The exit code of the command line; an exception becomes one, with a sentence on standard error."""
    from csplint.cli.streams import guarded  # noqa: PLC0415 - only for a command

    with guarded():
        return _code(answer)


def _code(answer: Callable[[], int]) -> int:
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
    except Exception as error:  # noqa: BLE001 - the last resort; the user sees its type
        return _bug(error)


def _bug(error: Exception) -> int:
    import traceback  # noqa: PLC0415

    sys.stderr.write(f"csplint: this is a bug in csplint ({type(error).__name__}); please report it.\n")
    if os.environ.get("CSPLINT_DEBUG"):
        traceback.print_exception(error)
    else:
        sys.stderr.write("Run the same command with CSPLINT_DEBUG=1 for the details to include.\n")
    return EXIT_BUG


if __name__ == "__main__":
    command()
