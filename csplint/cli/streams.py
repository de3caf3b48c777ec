"""
The standard streams: the one way by which text leaves the program.

Text may hold anything: an argument, a file name, a policy, an answer of a server. Somebody reads it on a terminal or in the
log of a CI job, and both obey commands in what they read. `guarded` puts `harmless` between every command and its streams,
whatever writes: csplint, the command-line library, a traceback. What csplint itself means as a command (a colour, a link, an
annotation of `--format github`) passes by `own`, and only its writers use that.

The reader of a stream may be gone: the command continues, and its exit code is the right one (`prepare_streams`).

Loaded before anything else, so it imports nothing that takes time.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
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


def own(stream: TextIO) -> TextIO:
    """Give the stream for text with csplint's own commands, whose writer has made harmless what is not its own."""
    return stream.unguarded() if isinstance(stream, _Guarded) else stream


class guarded:
    """While it is open, no terminal and no CI runner finds a command in what is written to standard output and error."""

    def __enter__(self) -> None:
        """Put the guards before the streams; a second one inside changes nothing."""
        self._before = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = (
            each if isinstance(each, _Guarded) else cast("TextIO", _Guarded(each)) for each in self._before
        )

    def __exit__(self, *_: object) -> None:
        """Write what is left, and give the streams back."""
        for guard, stream in zip((sys.stdout, sys.stderr), self._before, strict=True):
            if isinstance(guard, _Guarded) and guard is not stream:
                guard.unguarded()
        sys.stdout, sys.stderr = self._before


class _Guarded:
    """
    A text stream in which no reader finds a command.

    It passes on whole lines, because a command may come in pieces; an unfinished line waits for its end or for `flush`.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._waiting = ""
        self._begun = ""
        """The part of the unfinished line that `flush` has passed on."""

    def write(self, text: str) -> int:
        """As TextIO.write."""
        whole, end, self._waiting = (self._waiting + text).rpartition("\n")
        if end:
            self._pass_on(whole + end)
            self._begun = ""
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """As TextIO.writelines."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """As TextIO.flush."""
        self.unguarded().flush()

    def unguarded(self) -> TextIO:
        """Give the stream behind the guard, with everything written that was written to the guard."""
        if self._waiting:
            text, self._waiting = self._waiting, ""
            self._pass_on(text)
            self._begun += text
        return self._stream

    def _pass_on(self, text: str) -> None:
        shown = _harmless(text)
        if self._begun and _harmless(self._begun + text) != _harmless(self._begun) + shown:
            shown = f"\\{shown}"  # a command that begins in what was passed on
        self._stream.write(shown)

    def __getattr__(self, name: str) -> Any:
        if name in {"buffer", "detach"}:  # the way around the guard
            raise AttributeError(name)
        return getattr(self._stream, name)


def _harmless(text: str) -> str:
    if text.isascii() and "##" not in text and "::" not in text and text.replace("\n", "").isprintable():
        return text  # as nearly always, and then the expressions for the rest need not be loaded
    from csplint.report.escape import harmless  # noqa: PLC0415

    return harmless(text)


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
