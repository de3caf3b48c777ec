"""
The command: `csplint`, `python -m csplint`.

Whatever escapes a command is a bug in csplint: exit 70 and a request to report
it, with no traceback over the user's terminal. CSPLINT_DEBUG=1 shows it.
"""

from __future__ import annotations

import sys

EXIT_BUG = 70
EXIT_INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit."""
    if sys.argv[1:] == ["--version"]:  # answered before anything heavy is imported
        from csplint._version import __version__  # noqa: PLC0415

        sys.stdout.write(f"csplint {__version__}\n")
        return
    sys.exit(_run())


def _run() -> int:
    try:
        from csplint.cli.entry import run  # noqa: PLC0415 - after --version

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line of defence; the type is told to the user
        return _bug(error)


def _bug(error: Exception) -> int:
    import os  # noqa: PLC0415
    import traceback  # noqa: PLC0415

    sys.stderr.write(f"csplint: this is a bug in csplint ({type(error).__name__}); please report it.\n")
    if os.environ.get("CSPLINT_DEBUG"):
        traceback.print_exception(error)
    else:
        sys.stderr.write("Run the same command with CSPLINT_DEBUG=1 for the details to send along.\n")
    return EXIT_BUG


if __name__ == "__main__":
    main()
