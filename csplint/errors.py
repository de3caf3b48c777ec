"""
What csplint was unable to do, as sentences for the user.

    CsplintError            exit 2
    ├── UsageError          exit 2: an option or a target that cannot be meant
    ├── PackError           exit 2: a rule pack that cannot be read
    └── TargetError         exit 3: one target could not be checked; the others go on

A bad policy is never an error: it is a finding. Anything else that escapes is
a bug in csplint (exit 70, see `csplint.__main__`).
"""

from __future__ import annotations

from typing import ClassVar


class CsplintError(Exception):
    """Base of every error whose text is meant for the user's eyes."""

    exit_code: ClassVar[int] = 2


class UsageError(CsplintError):
    """The command line asks for something that cannot be meant."""


class PackError(CsplintError):
    """A rule pack is missing, is not TOML, or breaks the pack's own rules."""


class TargetError(CsplintError):
    """
    One target could not be checked, so nothing is said about its policy.

    `kind` is one short word for programs ("dns", "tls", "timeout", …), the
    message names the cause in a sentence, `hint` says what to do next.
    """

    exit_code: ClassVar[int] = 3

    def __init__(self, target: str, kind: str, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.target = target
        self.kind = kind
        self.message = message
        self.hint = hint
