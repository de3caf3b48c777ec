"""The command with a real terminal at its streams, as far as a program can have one."""

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
_TELLING = {"CI", "GITHUB_ACTIONS", "COLUMNS", "NO_COLOR", "FORCE_COLOR", "PYTHONIOENCODING"}
"""What would tell csplint that it is elsewhere, and may well be set where these tests run."""


class Ran(NamedTuple):
    """How a command ended, what the terminal got, and what the streams got that were none."""

    code: int
    shown: str
    piped: str


def plain_environment(**changes: str) -> dict[str, str]:
    """The environment of a person at a terminal."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS) and name not in _TELLING}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "TERM": "xterm-256color", **changes}


def on_terminal(
    *arguments: str,
    terminal: Collection[str] = ("stdout", "stderr"),
    columns: int = 80,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Ran:
    """Run csplint; the streams named in `terminal` are one, the others are none."""
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
    """All that comes until nobody holds the other end any more, which Linux tells by an error."""
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
