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


def warc_offsets(file: BinaryIO, every: int) -> Iterator[int]:
    """Where every so many targets begin, so that the file can be read from several places at the same time."""
    offset = None
    try:
        for number, each in enumerate(read_recordings(file)):
            offset = each.offset
            if number % every == 0:
                yield offset
    except RecordingError:
        if offset is None:
            yield 0  # whoever reads it from there reports the damage


def _item(each: Recording) -> Item:
    return Item(UrlInput(each.target, each.url), each.answers)
