"""
Files that a run writes: all of them or none, and each whole.

A file is written beside its place and then renamed over it, so that a full disk, or a second file that cannot be written,
leaves no file cut or empty. A symbolic link is followed, as a shell's `>`, ruff and eslint do: the link stays, the file that
it names changes, and `write_files` says which. A device, a pipe or `/dev/stdout` is written to directly.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterator, Mapping

from csplint.errors import UsageError
from csplint.report.escape import visible

_IN_PLACE = ("/dev/", "/proc/")
"""Folders of names for what is open already; what is there is never replaced, even if it is a regular file."""

_STANDARD = {
    f"{folder}{name}": number
    for folder, names in (("/dev/", {"stdout": 1, "stderr": 2}), ("/dev/fd/", {"1": 1, "2": 2}))
    for name, number in names.items()
}


def write_files(contents: Mapping[str, bytes]) -> None:
    """Write each content to its path. Raises UsageError if one cannot be written; then no regular file has changed."""
    streams = {path: content for path, content in contents.items() if _is_stream(path)}
    files = {path: content for path, content in contents.items() if path not in streams}
    ready: dict[str, str] = {}
    try:
        for path, content in files.items():
            with _naming(path):
                ready[path] = _written_beside(os.path.realpath(path), content)
        for path, content in streams.items():
            with _naming(path):
                _write(_opened(path), content)
        _rename(ready)
    finally:
        for temporary in ready.values():
            with contextlib.suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108 - pathlib takes 4 ms to load, here and below
    for path in files:
        if os.path.islink(path):  # noqa: PTH114
            real = os.path.realpath(path)
            sys.stderr.write(f"csplint: {visible(path)} is a symbolic link: wrote {visible(real)}\n")


@contextlib.contextmanager
def _naming(path: str) -> Iterator[None]:
    """An OSError becomes a sentence with the path that the user gave."""
    try:
        yield
    except (OSError, ValueError) as error:  # ValueError: a null character
        raise UsageError(f"cannot write {path}: {getattr(error, 'strerror', None) or error}") from error


def _is_stream(path: str) -> bool:
    """Whether to write to what is there: no regular file, or one in a folder in which nothing can be renamed."""
    if path.startswith(_IN_PLACE):
        return True
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116
    except (OSError, ValueError):
        return False
    folder = os.path.dirname(os.path.realpath(path))  # noqa: PTH120
    return not stat.S_ISDIR(mode) and not (stat.S_ISREG(mode) and os.access(folder, os.W_OK | os.X_OK))


def _opened(path: str) -> int:
    """A descriptor to write to; the one that is open, if it is named, because a second one writes over what it writes."""
    if number := _STANDARD.get(path):
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        return os.dup(number)
    return os.open(path, os.O_WRONLY | os.O_TRUNC)


def _written_beside(path: str, content: bytes) -> str:
    """A new file in the same folder, with the permissions and the owner of the one it will replace, if there is one."""
    old = os.stat(path) if os.path.exists(path) else None  # noqa: PTH110, PTH116
    if old:
        os.close(os.open(path, os.O_WRONLY))  # a folder and a file that may not be written are refused, as ever
    temporary, descriptor = _created(os.path.dirname(path) or ".")  # noqa: PTH120
    try:
        if old and hasattr(os, "fchmod"):
            with contextlib.suppress(OSError):
                os.fchown(descriptor, old.st_uid, old.st_gid)
            os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
        _write(descriptor, content)
    except BaseException:
        os.unlink(temporary)  # noqa: PTH108
        raise
    return temporary


def _created(folder: str) -> tuple[str, int]:
    number = 0
    while True:
        path = os.path.join(folder, f".csplint-{os.getpid()}-{number}.tmp")  # noqa: PTH118
        try:
            return path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        except FileExistsError:
            number += 1


def _write(descriptor: int, content: bytes) -> None:
    with open(descriptor, "wb") as file:
        file.write(content)


def _rename(ready: dict[str, str]) -> None:
    """Put every file in its place; if one cannot be, those before it are put back."""
    undo: list[tuple[str, str]] = []
    try:
        for path, temporary in ready.items():
            real = os.path.realpath(path)
            kept = ""
            if len(ready) > 1 and os.path.exists(real):  # noqa: PTH110
                kept = f"{temporary}.old"
                with _naming(path):
                    os.replace(real, kept)  # noqa: PTH105
                undo.append((real, kept))
            with _naming(path):
                os.replace(temporary, real)  # noqa: PTH105
            if not kept:
                undo.append((real, ""))
    except BaseException:
        for real, kept in reversed(undo):
            with contextlib.suppress(OSError):
                os.replace(kept, real) if kept else os.unlink(real)  # noqa: PTH105, PTH108
        raise
    for _, kept in undo:
        if kept:
            os.unlink(kept)  # noqa: PTH108
