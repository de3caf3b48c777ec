"""
The files of a folder that send a policy: servers' configuration, and pages with a policy in a meta element.

What git ignores is left out, and so are links and the folders of installed packages.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from csplint.engine.sources import may_be_source
from csplint.files import open_file, read_file
from csplint.servers.registry import HEAD, recognise

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

MOST_ENTRIES = 50_000
"""Files and folders that are looked at."""

MOST_FOUND = 500
"""Files that are checked."""

_LEFT_OUT = frozenset({"node_modules", "__pycache__", "bower_components", "vendor", "venv"})
_PAGES = (".html", ".htm", ".xhtml")
_MAX_IGNORES = 256 * 1024


class FoundFiles(Struct, frozen=True):
    """
    paths: the files, sorted, as they are reached from the folder that was named. limits: what was not looked at, in sentences.
    """

    paths: tuple[str, ...]
    limits: tuple[str, ...] = ()


def files_of(folder: str) -> FoundFiles:
    """The files of a folder that send a policy."""
    found: list[str] = []
    limits: list[str] = []
    for number, path in enumerate(_walk(folder, ())):
        if number >= MOST_ENTRIES:
            limits.append(f"The folder {folder} has more than {MOST_ENTRIES:,} files; csplint looked at that many.")
            break
        if len(found) >= MOST_FOUND:
            limits.append(
                f"The folder {folder} has more than {MOST_FOUND} files with a policy; csplint checked that many."
            )
            break
        if _sends_policy(path):
            found.append(path)
    return FoundFiles(tuple(found), tuple(limits))


def _walk(folder: str, above: Sequence[tuple[str, GitIgnoreSpec]]) -> Iterator[str]:
    ignores = [*above, *_ignores(folder)]
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.is_symlink() or _is_ignored(entry, ignores):
            continue
        path = os.path.normpath(entry.path)
        if entry.is_dir():
            if not entry.name.startswith(".") and entry.name not in _LEFT_OUT:
                yield from _walk(path, ignores)
        elif entry.is_file():
            yield path


def _ignores(folder: str) -> Iterator[tuple[str, GitIgnoreSpec]]:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - only for folders

    try:
        text = read_file(f"{folder}/.gitignore", _MAX_IGNORES).decode("utf-8", "replace")
        yield folder, GitIgnoreSpec.from_lines(text.splitlines())
    except (OSError, ValueError):
        return


def _is_ignored(entry: os.DirEntry[str], ignores: Sequence[tuple[str, GitIgnoreSpec]]) -> bool:
    end = "/" if entry.is_dir() else ""
    return any(spec.match_file(f"{os.path.relpath(entry.path, folder)}{end}") for folder, spec in ignores)


def _sends_policy(path: str) -> bool:
    is_page = path.lower().endswith(_PAGES)
    if not is_page and not may_be_source(path):
        return False
    try:
        with open_file(path) as file:
            head = file.read(HEAD)
    except (OSError, ValueError):
        return False
    if is_page:
        lowered = head.lower()
        return b"http-equiv" in lowered and b"content-security-policy" in lowered
    return recognise(path, head) is not None
