"""`--save` and `--replay`: record the answers of a run, and use them in another one."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from msgspec.structs import replace

from csplint.engine.inputs import Input, UrlInput
from csplint.engine.run import RunOptions
from csplint.errors import TargetError, UsageError
from csplint.files import open_file
from csplint.page.capture import Visits
from csplint.page.saved.recording import Fault, Recording, RecordingError, new_recorder, read_recordings

if TYPE_CHECKING:
    from csplint.cli.checking import CheckRequest


@contextlib.contextmanager
def recording(request: CheckRequest, inputs: Iterable[Input], options: RunOptions) -> Iterator[RunOptions]:
    """The options of a run that records or replays; raises UsageError for a file that cannot be written or read."""
    require_one_of(request)
    if request.replay:
        wanted = {each.shown for each in inputs if isinstance(each, UrlInput)}
        yield replace(options, replay=dict(_answers(request.replay, wanted)))
        return
    with new_file(request.save) as file:
        recorder = new_recorder(file)

        def save(each: UrlInput, answers: Visits | TargetError) -> None:
            recorder.save(each.shown, each.url, Fault.of(answers) if isinstance(answers, TargetError) else answers)

        yield replace(options, on_answer=save)


def require_one_of(request: CheckRequest) -> None:
    """Raise UsageError for both options at a time."""
    if request.save and request.replay:
        raise UsageError("give --save or --replay, not both: a replayed run has no answers of its own")


@contextlib.contextmanager
def new_file(path: str) -> Iterator[BinaryIO]:
    """A new file to record in; raises UsageError if there is one already, because it may be somebody's only record."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except (OSError, ValueError) as error:
        raise UsageError(f"--save: cannot write {path}: {getattr(error, 'strerror', None) or error}") from error
    with open(descriptor, "wb") as file:  # noqa: PTH123
        yield file


def recorded_inputs(path: str) -> Iterator[UrlInput]:
    """The targets of a recording, each once; raises UsageError if it cannot be read."""
    found = {each.target: UrlInput(each.target, each.url) for each in _recordings(path)}
    return iter(found.values())


def _answers(path: str, wanted: set[str]) -> Iterator[tuple[str, Visits | TargetError]]:
    for each in _recordings(path):
        if each.target in wanted:
            answers = each.answers
            yield each.target, answers.error(each.target) if isinstance(answers, Fault) else answers


def _recordings(path: str) -> Iterator[Recording]:
    try:
        with open_file(path, pipes=True) as file:
            yield from read_recordings(file)
    except (OSError, ValueError) as error:
        raise UsageError(f"--replay: cannot read {path}: {getattr(error, 'strerror', None) or error}") from error
    except RecordingError as error:
        raise UsageError(f"--replay: {path} {error}") from error
