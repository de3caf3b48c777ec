"""The lines of `--batch FILE`."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from csplint.errors import UsageError
from csplint.files import open_file


def batch_lines(name: str) -> Iterable[bytes]:
    """The lines of a file, or of standard input for "-", as they come. Raises UsageError."""
    if name == "-":
        yield from sys.stdin.buffer
        return
    try:
        with open_file(name, pipes=True) as file:
            yield from file
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read {name}: {getattr(error, 'strerror', None) or error}") from error
