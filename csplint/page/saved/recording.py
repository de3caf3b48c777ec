"""Recordings of what servers answered, whatever file they are in; `warc` reads and writes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from msgspec import Struct

from csplint.errors import TargetError, UsageError
from csplint.page.capture import Visits

if TYPE_CHECKING:
    from csplint.page.saved.warc import Recorder


class Fault(Struct, frozen=True):
    """Why a target could not be fetched; the fields of a TargetError, which cannot be pickled."""

    kind: str
    message: str
    hint: str = ""

    @classmethod
    def of(cls, error: TargetError) -> Fault:
        """The fault that an error is."""
        return cls(error.kind, error.message, error.hint)

    def error(self, target: str) -> TargetError:
        """The error that it was."""
        return TargetError(target, self.kind, self.message, hint=self.hint)


class Recording(Struct, frozen=True):
    """
    The answers to one target, or why there are none.

    target: as the user typed it, without credentials. url: the address that was requested, without them. offset: of its
    first record in the file.
    """

    target: str
    url: str
    answers: Visits | Fault
    offset: int = 0


class RecordingError(Exception):
    """A file that is no recording, or ends or is damaged in the middle; the message ends a sentence that begins with its name."""


def read_recordings(file: BinaryIO, accept_status: frozenset[int] = frozenset()) -> Iterator[Recording]:
    """The targets of a WARC file; raises UsageError if WARC is not installed, RecordingError as `warc.recordings`."""
    try:
        from csplint.page.saved.warc import recordings  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise UsageError(_NOT_INSTALLED) from error
    return recordings(file, accept_status)


def new_recorder(file: BinaryIO) -> Recorder:
    """A writer of recordings; raises UsageError if WARC is not installed."""
    try:
        from csplint.page.saved.warc import Recorder  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise UsageError(_NOT_INSTALLED) from error
    return Recorder(file)


_NOT_INSTALLED = "reading and writing WARC files is not installed: pip install 'csplint-cli[warc]'"
