"""A set of texts that takes 12 to 24 bytes for each, whatever their length."""

from __future__ import annotations

import hashlib
from array import array


class Seen:
    """
    A set of texts, by 64 bits of their digests.

    Two of a hundred million texts have the same 64 bits with a probability of 3 in 10,000; the second would be taken for a
    duplicate.
    """

    def __init__(self) -> None:
        self._slots = array("Q", bytes(8 * 1024))
        self._count = 0

    def __len__(self) -> int:
        """How many texts it has."""
        return self._count

    def __contains__(self, text: str) -> bool:
        """Whether it has a text."""
        return bool(self._slots[self._slot(_digest(text))])

    def add(self, text: str) -> bool:
        """Add a text; tells whether it is new."""
        digest = _digest(text)
        slot = self._slot(digest)
        if self._slots[slot]:
            return False
        self._slots[slot] = digest
        self._count += 1
        if self._count * 3 > len(self._slots) * 2:
            self._grow()
        return True

    def _slot(self, digest: int) -> int:
        """Where a digest is, or the free slot where it belongs (open addressing)."""
        slots, size = self._slots, len(self._slots)
        slot = digest % size
        while slots[slot] and slots[slot] != digest:
            slot = (slot + 1) % size
        return slot

    def _grow(self) -> None:
        old = self._slots
        self._slots = array("Q", bytes(16 * len(old)))
        for digest in old:
            if digest:
                self._slots[self._slot(digest)] = digest


def _digest(text: str) -> int:
    """64 bits, never 0."""
    data = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(data, "big") or 1
