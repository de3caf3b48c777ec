"""One target of a scan on its way from a source to its result."""

from __future__ import annotations

from msgspec import Struct

from csplint.engine.inputs import PageInput, SavedInput, UnusableInput, UrlInput
from csplint.errors import TargetError
from csplint.page.capture import Visits

ScanInput = UrlInput | SavedInput | PageInput | UnusableInput


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


class Item(Struct, frozen=True):
    """
    A target as its source gives it.

    fetched: the answers to a UrlInput, if they are recorded. depth: how many links from its start a crawl found it.
    """

    input: ScanInput
    fetched: Visits | Fault | None = None
    depth: int = 0

    @property
    def is_to_fetch(self) -> bool:
        """Whether it needs the network."""
        return isinstance(self.input, UrlInput) and self.fetched is None
