"""
The standard streams of a process whose reader may have gone: the command continues, and its exit code is the right one.

Loaded before anything else, so it imports nothing that takes time.
"""

from __future__ import annotations

import os
import sys
from typing import Any, TextIO, cast

_MODES = {"stdin": "r", "stdout": "w", "stderr": "w"}


def prepare_streams() -> None:
    """
    Replace the standard streams by ones that outlive their reader.

    A stream that is closed at the start (`>&-`), which Python makes None, becomes the null device. Standard output
    still reports a full disk; standard error reports nothing, as there is no other place to report it.
    """
    for name, mode in _MODES.items():
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    sys.stdout = cast("TextIO", _Stream(sys.stdout, BrokenPipeError))
    sys.stderr = cast("TextIO", _Stream(sys.stderr, OSError))


class _Stream:
    """A text stream that goes to the null device after an error of this kind."""

    def __init__(self, stream: TextIO, forgiven: type[OSError]) -> None:
        self._stream, self._forgiven = stream, forgiven

    def write(self, text: str) -> int:
        """As TextIO.write."""
        try:
            return self._stream.write(text)
        except self._forgiven:
            self._silence()
            return len(text)

    def flush(self) -> None:
        """As TextIO.flush."""
        try:
            self._stream.flush()
        except self._forgiven:
            self._silence()

    def _silence(self) -> None:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, self._stream.fileno())
        os.close(null)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
