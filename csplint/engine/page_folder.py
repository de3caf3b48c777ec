"""The folder that a page's file is in, from which its scripts and style sheets are read."""

from __future__ import annotations

import os

from csplint.files import read_file
from csplint.page.document import Document
from csplint.page.own_files import OwnFile, Read, own_files

MOST_BYTES = 10 * 1024 * 1024
"""Bytes of a script or style sheet that is read."""

_HIGHEST = 8


def files_beside(path: str, folder: str, document: Document) -> tuple[OwnFile, ...]:
    """
    The files that a saved page loads from its folder.

    folder: what the user named, which is what `/` means in the page's URLs; "" if they named the page itself. Then its own folder
    is taken for it, as far as no folder above has the same file.
    """
    if not os.path.isfile(path):  # noqa: PTH113 - the page may be named so and come from elsewhere
        return ()
    root = os.path.realpath(folder or os.path.dirname(path) or ".")  # noqa: PTH120
    page = os.path.relpath(os.path.realpath(path), root).replace(os.sep, "/")
    return own_files(document, f"/{page}", _reader(root, is_named=bool(folder)))


def _reader(root: str, *, is_named: bool) -> Read:
    def read(path: str) -> bytes | None:
        file = os.path.realpath(root + path)
        if not file.startswith(root.rstrip(os.sep) + os.sep) or (not is_named and _is_above(root, path)):
            return None
        try:
            return read_file(file, MOST_BYTES)
        except (OSError, ValueError):
            return None

    return read


def _is_above(root: str, path: str) -> bool:
    """Whether a folder above has a file at this path too, so that either may be meant."""
    for _ in range(_HIGHEST):
        root = os.path.dirname(root)  # noqa: PTH120
        if os.path.isfile(root.rstrip(os.sep) + path):  # noqa: PTH113
            return True
    return False
