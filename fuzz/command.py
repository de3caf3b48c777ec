"""
Run csplint's command line inside this process, and record what it does besides printing.

Python reports each connection, look-up, program and opened file to an audit hook. The hook refuses every host but the
loopback, so that no fuzzed redirect leaves the machine.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path
from typing import Any
from unittest.mock import patch

from msgspec import Struct

from csplint.__main__ import main

_STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.startfile", "pty.spawn")
_CHANGES = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.chmod", "os.link", "os.symlink", "os.truncate")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Ran(Struct, frozen=True):
    """
    One run: its exit code, both streams, and what it did.

    started: programs. written: files opened to write, or changed. refused: hosts that it tried to reach and could not.
    """

    code: int
    out: bytes
    err: bytes
    started: tuple[str, ...]
    written: tuple[str, ...]
    refused: tuple[str, ...]


class _Watch:
    """Where the audit hook, which can never be removed, writes to; nothing while no command runs."""

    def __init__(self) -> None:
        self.seen: dict[str, list[str]] | None = None
        self.added = False

    def begin(self) -> dict[str, list[str]]:
        if not self.added:
            sys.addaudithook(self._heard)
            self.added = True
        self.seen = {"started": [], "written": [], "refused": []}
        return self.seen

    def end(self) -> None:
        self.seen = None

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.seen is None:
            return
        if event in _STARTS:
            self.seen["started"].append(event)
        elif event in _CHANGES or (event == "open" and _opens_to_write(arguments)):
            self.seen["written"].append(str(arguments[0]))
        elif event in ("socket.connect", "socket.getaddrinfo"):
            self._require_loopback(arguments[1] if event == "socket.connect" else arguments[0])

    def _require_loopback(self, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else address
        host = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
        if host not in _LOOPBACK and self.seen is not None:
            self.seen["refused"].append(host)
            raise OSError(f"no host but the loopback is reached: {host!r}")


def _opens_to_write(arguments: tuple[Any, ...]) -> bool:
    path, _, flags = arguments
    name = os.fsdecode(path) if isinstance(path, str | bytes) else ""
    return bool(flags & _WRITES) and not name.endswith(".pyc") and "__pycache__" not in name and name != os.devnull


_WATCH = _Watch()


def run(arguments: Sequence[str], folder: Path, stdin: bytes = b"") -> Ran:
    """Run `csplint` with these arguments in a folder, with no CSPLINT_* variable set but CSPLINT_DEBUG."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n") for _ in range(2))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CSPLINT_")}
    streams: dict[str, Any] = {
        "stdin": io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"),
        "stdout": out,
        "stderr": err,
    }
    streams["argv"] = ["csplint", *arguments]
    with (
        chdir(folder),
        patch.dict(os.environ, {**environment, "CSPLINT_DEBUG": "1"}, clear=True),
        patch.multiple(sys, **streams),
    ):
        seen = _WATCH.begin()
        try:
            code = _exit_code()
        finally:
            _WATCH.end()
    return Ran(code, _written(out), _written(err), *(tuple(seen[name]) for name in ("started", "written", "refused")))


def _exit_code() -> int:
    try:
        main()
    except SystemExit as stopped:
        return stopped.code if isinstance(stopped.code, int) else 0 if stopped.code is None else 1
    return 0


def _written(stream: io.TextIOWrapper) -> bytes:
    stream.flush()
    raw = stream.buffer
    if not isinstance(raw, io.BytesIO):
        raise TypeError("the command replaced a stream")
    return raw.getvalue()
