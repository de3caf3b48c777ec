"""
What csplint cannot do, as sentences for the user.

    CsplintError            exit 2
    ├── UsageError          exit 2: an option or a target is not valid
    │   └── ArgumentTypeError        an argument in Python has the wrong type; also a TypeError
    ├── ConfigError         exit 2: a configuration file is not valid
    ├── PackError           exit 2: a rule pack is not valid
    └── TargetError         exit 3: one target could not be checked; the others are checked

A bad policy is a finding, never an error. Any other exception is a bug in
csplint (exit 70, see `csplint.__main__`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar


class CsplintError(Exception):
    """Base of every error whose text is for the user."""

    exit_code: ClassVar[int] = 2


class UsageError(CsplintError):
    """An option, an argument or a target is not valid."""


class ArgumentTypeError(UsageError, TypeError):
    """An argument of a Python function has the wrong type; the message says which, and what to give instead."""


class ConfigError(CsplintError):
    """A configuration file is not valid; the message has one line for each fault."""


class PackError(CsplintError):
    """A rule pack is missing, is not TOML, or contradicts itself."""


class TargetError(CsplintError):
    """
    One target could not be checked, so the report says nothing about its policy.

    kind: one short word for programs ("dns", "tls", "timeout", …). message: the cause, in a sentence. hint: what to
    do next.
    """

    exit_code: ClassVar[int] = 3

    def __init__(self, target: str, kind: str, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.target = target
        self.kind = kind
        self.message = message
        self.hint = hint


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown word: `; did you mean 'X'?` if a known word is close, else ""."""
    from difflib import get_close_matches  # noqa: PLC0415 - only for mistakes

    close = get_close_matches(word, list(known), 1, 0.5)
    return f"; did you mean {close[0]!r}?" if close else ""
