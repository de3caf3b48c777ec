"""The command with a pseudo-terminal at its streams."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
_OURS = ("CSPLINT_", "_CSPLINT")
_CHANGING = {"CI", "GITHUB_ACTIONS", "COLUMNS", "NO_COLOR", "FORCE_COLOR", "PYTHONIOENCODING"}
"""Variables that change what csplint writes, and may be set where these tests run."""


class Ran(NamedTuple):
    """The exit code, what the terminal got, and what the other streams got."""

    code: int
    shown: str
    piped: str


def plain_environment(**changes: str) -> dict[str, str]:
    """The environment of a person at a terminal."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS) and name not in _CHANGING}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "TERM": "xterm-256color", **changes}


def on_terminal(
    *arguments: str,
    terminal: Collection[str] = ("stdout", "stderr"),
    columns: int = 80,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Ran:
    """Run csplint; the streams named in `terminal` are a terminal, the others are files."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with tempfile.TemporaryFile() as rest:
        streams = {name: slave if name in terminal else rest for name in ("stdout", "stderr")}
        with subprocess.Popen(
            [sys.executable, "-m", "csplint", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=streams["stdout"],
            stderr=streams["stderr"],
            env=plain_environment(**environment),
        ) as process:
            os.close(slave)
            shown = _read_to_end(master)
        rest.seek(0)
        return Ran(process.returncode, shown.decode().replace("\r\n", "\n"), rest.read().decode())


def _read_to_end(master: int) -> bytes:
    """Everything until the other end is closed, which Linux reports as an error."""
    read = b""
    with os.fdopen(master, "rb", buffering=0) as screen:
        while True:
            try:
                more = screen.read(65536)
            except OSError:
                return read
            if not more:
                return read
            read += more
