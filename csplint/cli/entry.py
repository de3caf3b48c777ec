"""One command line, by the shortest way that can answer it."""

from __future__ import annotations

import sys


def run(arguments: list[str]) -> int:
    """Run one command line; gives its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character still gets its number
    if arguments[:1] == ["check"] and (code := _quickly(arguments)) is not None:
        return code
    from csplint.cli import app  # noqa: PLC0415 - typer, for everything else

    return app.run(arguments)


def _load_msgspec() -> None:
    """
    Import msgspec without typing_extensions, which would bring inspect, ast and dis along: an eighth of the run.

    msgspec takes get_type_hints and Required from there where it is installed, else from typing, which has had the
    same since 3.11. None in sys.modules is how Python is told that a module is not to be had.
    """
    if "typing_extensions" in sys.modules:
        return
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]
    try:
        import msgspec  # noqa: F401, PLC0415
    finally:
        del sys.modules["typing_extensions"]


def _quickly(arguments: list[str]) -> int | None:
    _load_msgspec()
    from csplint.cli.fast_path import read_quickly  # noqa: PLC0415

    request = read_quickly(arguments)
    if request is None:
        return None
    from csplint.cli.checking import run_check  # noqa: PLC0415
    from csplint.cli.errors import told  # noqa: PLC0415

    return told(lambda: run_check(request))
