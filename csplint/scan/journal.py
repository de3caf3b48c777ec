"""
The output file of a scan, which a later run can continue.

The file itself says which targets are finished: those whose lines are whole. So the two cannot disagree, whenever the process
dies. Beside it, FILE.journal has the settings of the run, and grows by a line whenever everything before is on the disk: if the
power fails, what comes after the last of these may be damaged, and is judged again.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import msgspec
from msgspec import Struct

from csplint.errors import UsageError
from csplint.scan.facts import Facts, facts_of_line

SYNC_SECONDS = 5.0
"""Between two times that the file is forced to the disk."""

_MOST_LINE = 64 * 1024 * 1024


class _Head(Struct):
    """The journal's first line. settings: a digest of what decides how a target is judged."""

    csplint: str
    settings: str


class _Mark(Struct):
    """So many bytes of the output, of so many targets, are on the disk."""

    bytes: int
    targets: int


class Output:
    """An output file that is open; `write` takes whole lines."""

    def __init__(self, descriptor: int, journal: int, size: int, targets: int) -> None:
        self._descriptor, self._journal = descriptor, journal
        self._mark = _Mark(size, targets)
        self._synced = time.monotonic()

    def write(self, line: bytes) -> None:
        """Append a target's line; raises OSError."""
        _write_all(self._descriptor, line)
        self._mark.bytes += len(line)
        self._mark.targets += 1
        if time.monotonic() - self._synced > SYNC_SECONDS:
            self.sync()

    def sync(self) -> None:
        """Force everything so far to the disk, and say so in the journal."""
        os.fsync(self._descriptor)
        _write_all(self._journal, msgspec.json.encode(self._mark) + b"\n")
        os.fsync(self._journal)
        self._synced = time.monotonic()

    def close(self) -> None:
        """Force everything to the disk, and close the file."""
        self.sync()
        os.close(self._descriptor)
        os.close(self._journal)


def open_output(path: str, head: tuple[str, str], *, resume: bool, on_finished: Callable[[Facts], None]) -> Output:
    """
    Open an output file.

    head: csplint's version, and a digest of the settings. resume: continue what is in the file; `on_finished` gets each
    target that is finished. Raises UsageError for a file that cannot be written, or not be continued.
    """
    try:
        return _open(path, _Head(*head), resume=resume, on_finished=on_finished)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from error


def _open(path: str, head: _Head, *, resume: bool, on_finished: Callable[[Facts], None]) -> Output:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666)
    journal = os.open(f"{path}.journal", os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666)
    try:
        _lock(journal, path)
        size = os.fstat(descriptor).st_size
        marked = _marked(journal, path, head, resume=resume) if size else None
        if marked is None:
            _begin(journal, head)
            return Output(descriptor, journal, 0, 0)
        size, targets = _finished(descriptor, path, marked, on_finished)
        os.ftruncate(descriptor, size)
        return Output(descriptor, journal, size, targets)
    except BaseException:
        os.close(descriptor)
        os.close(journal)
        raise


def _begin(journal: int, head: _Head) -> None:
    """Write the journal's head before there is any output."""
    os.ftruncate(journal, 0)
    _write_all(journal, msgspec.json.encode(head) + b"\n")
    os.fsync(journal)


def _marked(journal: int, path: str, head: _Head, *, resume: bool) -> int:
    """How many bytes of the output were on the disk; raises UsageError if it is not to be continued, or cannot be."""
    if not resume:
        raise UsageError(f"{path} has results already: add --resume to continue with it, or remove it")
    with open(os.dup(journal), "rb") as file:  # noqa: PTH123
        file.seek(0)
        lines = file.read().split(b"\n")[:-1]  # a torn last line is dropped
    try:
        found = msgspec.json.decode(lines[0], type=_Head)
    except (IndexError, msgspec.DecodeError):
        raise UsageError(f"{path}.journal is missing or damaged, so {path} cannot be continued; remove both") from None
    if found != head:
        what = f"csplint {found.csplint}" if found.csplint != head.csplint else "other packs, vendors or rules"
        raise UsageError(f"{path} was begun with {what}, so its results would not fit; use another file")
    with suppress(msgspec.DecodeError):
        return max((msgspec.json.decode(line, type=_Mark).bytes for line in lines[1:]), default=0)
    return 0


def _finished(descriptor: int, path: str, marked: int, on_finished: Callable[[Facts], None]) -> tuple[int, int]:
    """Up to which byte the file has whole lines, and how many."""
    size = targets = 0
    for line in _lines(descriptor):
        try:
            facts = facts_of_line(line) if line.endswith(b"\n") else None
        except msgspec.DecodeError:
            facts = None
        if facts is None:
            if size < marked:
                raise UsageError(f"{path} was changed: line {targets + 1} is not a result; it cannot be continued")
            break
        size, targets = size + len(line), targets + 1
        on_finished(facts)
    return size, targets


def _lines(descriptor: int) -> Iterator[bytes]:
    with open(os.dup(descriptor), "rb") as file:  # noqa: PTH123
        file.seek(0)
        while line := file.readline(_MOST_LINE):
            yield line


def _lock(journal: int, path: str) -> None:
    """Only one run at a time; raises UsageError."""
    try:
        import fcntl  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    try:
        fcntl.flock(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise UsageError(f"another run is writing to {path}") from error


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
