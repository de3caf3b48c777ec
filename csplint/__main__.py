"""
The command: `csplint`, `python -m csplint`.

Whatever escapes a command is a bug in csplint: exit 70 and a request to report
it, with no traceback over the user's terminal. CSPLINT_DEBUG=1 shows it.
"""

from __future__ import annotations

import os
import sys

EXIT_BUG = 70
EXIT_INTERRUPTED = 130


def command() -> None:
    """
    Run the command line and end the process.

    At once: every file is closed by then, and to take a hundred modules apart takes Python an eighth of a short run.
    """
    code = _answer()
    try:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    except (OSError, ValueError, AttributeError):  # nobody reads, or there is no such stream: the usual way out
        sys.exit(code)
    os._exit(code)


def main() -> None:
    """Run the command line and exit, as a caller within Python can see."""
    sys.exit(_answer())


def _answer() -> int:
    if sys.argv[1:] == ["--version"]:  # answered before anything heavy is imported
        from csplint._version import __version__  # noqa: PLC0415

        sys.stdout.write(f"csplint {__version__}\n")
        return 0
    return _run()


def _run() -> int:
    try:
        from csplint.cli.entry import run  # noqa: PLC0415 - after --version

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
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
