"""The file that reports are appended to, one a line, and its older files: together never more than (keep + 1) files."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import BinaryIO

from csplint.errors import UsageError


class Store:
    """
    Appends lines to a file; before it grows beyond `rotate_size` bytes, it becomes `output.1`, and a new file begins.

    Only the user can read new files: reports say which pages somebody visited.
    """

    def __init__(self, output: str, rotate_size: int, keep: int) -> None:
        """Open the file. Raises UsageError if it cannot be, or is no regular file."""
        self._output, self._rotate_size, self._keep = output, rotate_size, keep
        self.lost = 0
        """Lines that could not be written."""
        try:
            self._file = self._opened()
        except (OSError, ValueError) as error:
            raise UsageError(f"cannot write {output}: {getattr(error, 'strerror', None) or error}") from error

    def append(self, line: bytes) -> bool:
        """Write one line; False if it cannot be written, such as on a full disk."""
        try:
            if self._size and self._size + len(line) + 1 > self._rotate_size:
                self._rotate()
            self._file.write(line + b"\n")
        except (OSError, ValueError):
            self.lost += 1
            return False
        self._size += len(line) + 1
        return True

    def flush(self) -> None:
        """Put everything that was appended into the file; what a full disk has no room for is tried again next time."""
        with contextlib.suppress(OSError, ValueError):
            self._file.flush()

    def close(self) -> None:
        """Flush, and close the file."""
        self.flush()
        with contextlib.suppress(OSError, ValueError):
            self._file.close()

    def _opened(self) -> BinaryIO:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        descriptor = os.open(self._output, flags, 0o600)
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            os.close(descriptor)
            raise ValueError("it is not a regular file")
        self._size = found.st_size
        return open(descriptor, "ab")  # noqa: PTH123 - kept open

    def _rotate(self) -> None:
        self.close()
        older = [self._output, *(f"{self._output}.{number}" for number in range(1, self._keep + 1))]
        if self._keep == 0:
            os.unlink(self._output)  # noqa: PTH108
        for number in range(self._keep, 0, -1):
            with contextlib.suppress(FileNotFoundError):
                os.replace(older[number - 1], older[number])  # noqa: PTH105
        self._file = self._opened()
