"""The one error of the readers of saved responses."""

from __future__ import annotations

from csplint.errors import TargetError


def saved_error(target: str, message: str, hint: str) -> TargetError:
    """Say that a saved response cannot be used, and how to save a better one."""
    return TargetError(target, "file", message, hint=hint)
