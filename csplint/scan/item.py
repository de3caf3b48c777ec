"""One target of a scan on its way from a source to its result."""

from __future__ import annotations

from msgspec import Struct

from csplint.engine.inputs import PageInput, SavedInput, UnusableInput, UrlInput
from csplint.page.capture import Visits
from csplint.page.saved.recording import Fault

__all__ = ["Fault", "Item", "ScanInput"]

ScanInput = UrlInput | SavedInput | PageInput | UnusableInput


class Item(Struct, frozen=True):
    """
    A target as its source gives it.

    fetched: the answers to a UrlInput, if they are recorded. depth: how many links from its start a crawl found it. site: the
    origin that the crawl stays in, "" for a start.
    """

    input: ScanInput
    fetched: Visits | Fault | None = None
    depth: int = 0
    site: str = ""

    @property
    def is_to_fetch(self) -> bool:
        """Whether it needs the network."""
        return isinstance(self.input, UrlInput) and self.fetched is None
