"""One command line, by the shortest way that can answer it."""

from __future__ import annotations

import sys

from csplint.cli.streams import guarded


def run(arguments: list[str]) -> int:
    """Run one command line and give its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a character that the terminal lacks becomes its number
    with guarded():
        return _run(arguments)


def _run(arguments: list[str]) -> int:
    if arguments[:1] == ["check"] and (code := _run_fast(arguments)) is not None:
        return code
    from csplint.cli import app  # noqa: PLC0415 - typer, for everything else

    return app.run(arguments)


def _run_fast(arguments: list[str]) -> int | None:
    _load_msgspec()
    from csplint.cli.errors import reporting_errors  # noqa: PLC0415
    from csplint.cli.fast_path import fast_request  # noqa: PLC0415

    request = fast_request(arguments)
    if request is None:
        return None
    from csplint.cli.checking import run_check  # noqa: PLC0415

    return reporting_errors(lambda: run_check(request))


def _load_msgspec() -> None:
    """
    Import msgspec without typing_extensions, which imports inspect, ast and dis: an eighth of the run.

    msgspec takes get_type_hints and Required from typing_extensions if it is installed, else from typing, which has
    had the same since 3.11. None in sys.modules makes Python treat a module as not installed.
    """
    if "typing_extensions" in sys.modules:
        return
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]
    try:
        import msgspec  # noqa: F401, PLC0415
    finally:
        del sys.modules["typing_extensions"]
