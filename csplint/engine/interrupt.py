"""An interrupt (Ctrl-C) of a run over several targets: those that are done are reported, the others failed."""

from __future__ import annotations

from collections.abc import Iterable

from csplint.errors import TargetError
from csplint.model import TargetReport

KIND = "interrupted"
"""The kind of error of a target that was not finished."""


def interrupted(target: str) -> TargetError:
    """The error of a target that was not finished."""
    return TargetError(target, KIND, "you interrupted the run before this target was checked", hint="run csplint again")


def was_interrupted(targets: Iterable[TargetReport]) -> bool:
    """Whether some target was not finished."""
    return any(target.error is not None and target.error.kind == KIND for target in targets)
