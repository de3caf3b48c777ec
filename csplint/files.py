"""
The one way to read a file that a user, a configuration or a rule pack names.

Only regular files are read, and only up to a size: a path may come from somebody else's folder, and `/dev/zero` never
ends, a named pipe never begins. By os, not pathlib: every run reads a file, and pathlib takes 4 ms to load.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from io import BufferedReader

MIB = 1024 * 1024

MAX_TOML_BYTES = 512 * 1024
"""Of a configuration file or a rule pack; the largest pack of csplint has 52 kB."""

MAX_DATA_BYTES = 16 * MIB
"""Of a baseline, a list of bypass hosts, a cookie file, or a CA bundle."""

_OWN_DESCRIPTOR = re.compile(r"/dev/stdin|/dev/fd/[0-9]+|/proc/self/fd/[0-9]+")
"""What is open already when csplint starts, such as `<(curl …)` of a shell; a folder cannot hold these."""


class UnreadableFileError(OSError):
    """A path that csplint does not read; `strerror` ends a sentence that begins with "cannot read PATH: "."""


def read_file(path: str, limit: int, *, pipes: bool = False) -> bytes:
    """
    The content of a regular file of at most `limit` bytes.

    pipes: also read a pipe that the shell has opened for this process, up to `limit` + 1 bytes. Raises OSError, and
    ValueError for a path with a NUL.
    """
    with open_file(path, pipes=pipes) as file:
        data = _read(file, limit + 1)
    if len(data) > limit and not pipes:
        size = f"{limit // MIB} MB" if limit >= MIB else f"{limit // 1024} kB"
        raise UnreadableFileError(errno.EFBIG, f"the file is larger than {size}, the most that csplint reads")
    return data


def _read(file: BufferedReader, size: int) -> bytes:
    """Up to `size` bytes, piece by piece: an interrupt is noticed between two pieces of a slow pipe."""
    pieces: list[bytes] = []
    while size > 0 and (piece := file.read1(min(size, MIB))):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def read_text(path: str, limit: int) -> str:
    """The text of a UTF-8 file, with line ends as Python's. Raises as `read_file`, and UnicodeDecodeError."""
    return read_file(path, limit).decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")


def open_file(path: str, *, pipes: bool = False) -> BufferedReader:
    """Open a file to read it; raises as `read_file`. The null device is an empty file."""
    _require_readable(os.stat(path), path, pipes=pipes)  # noqa: PTH116 - and not opened: that may wait, or have effects
    waits = pipes and _OWN_DESCRIPTOR.fullmatch(path)
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | (0 if waits else getattr(os, "O_NONBLOCK", 0))
    descriptor = os.open(path, flags)
    try:
        _require_readable(os.fstat(descriptor), path, pipes=pipes)
        return open(descriptor, "rb")  # noqa: PTH123
    except BaseException:
        os.close(descriptor)
        raise


def _require_readable(found: os.stat_result, path: str, *, pipes: bool) -> None:
    if stat.S_ISREG(found.st_mode) or path == os.devnull:
        return
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    if pipes and _OWN_DESCRIPTOR.fullmatch(path) and not stat.S_ISBLK(found.st_mode):
        return
    raise UnreadableFileError(errno.EINVAL, f"it is {_kind(found.st_mode)}, not a regular file")


def _kind(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"
