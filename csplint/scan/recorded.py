"""Targets of WARC files, as a scan reads them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from csplint.engine.inputs import UnusableInput, UrlInput
from csplint.page.saved.recording import Recording, RecordingError, read_recordings
from csplint.scan.item import Item


def warc_items(name: str, file: BinaryIO, accept_status: frozenset[int], most: int | None = None) -> Iterator[Item]:
    """
    The targets from where the file is open, at most so many.

    Damage is a failed target with the name of the file; what comes before it is not lost.
    """
    try:
        yield from (_item(each) for each in islice(read_recordings(file, accept_status), most))
    except RecordingError as error:
        yield Item(UnusableInput(name, f"{name} {error}"))


def warc_places(name: str, file: BinaryIO, accept_status: frozenset[int]) -> Iterator[tuple[int | None, Item]]:
    """Every target with the byte at which it begins, so that it can be read from there; None for damage."""
    try:
        yield from ((each.offset, _item(each)) for each in read_recordings(file, accept_status))
    except RecordingError as error:
        yield None, Item(UnusableInput(name, f"{name} {error}"))


def _item(each: Recording) -> Item:
    return Item(UrlInput(each.target, each.url), each.answers)
