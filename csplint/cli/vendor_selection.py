"""Which vendors' needs to judge: the values of --vendor."""

from __future__ import annotations

from collections.abc import Iterable

from csplint.errors import UsageError, did_you_mean
from csplint.packs.merge import PackSet

AUTO = "auto"
"""Only the vendors whose embed is found on the page."""

NONE = "none"
"""No vendor."""


def vendor_names(packs: PackSet) -> tuple[str, ...]:
    """Every valid value: the ids of the vendors in the packs, of those that have one, and AUTO and NONE."""
    known = [pack.pack.id for pack in packs.vendors]
    if packs.finds:
        from csplint.packs.vendor_index import vendor_index  # noqa: PLC0415 - only for --vendor

        known += [each.id for each in vendor_index() if each.id not in known]
    return (*known, AUTO, NONE)


def _listed(packs: PackSet) -> str:
    words = ", ".join((*(pack.pack.id for pack in packs.vendors), AUTO, NONE))
    return f"{words} and what `csplint vendors` lists" if packs.finds else words


def selected_vendors(words: Iterable[str], packs: PackSet, source: str) -> tuple[str, ...]:
    """
    The values, each once; empty for the default.

    source: where the values come from, for messages. Raises UsageError for a value that is not valid, and for NONE
    together with another value.
    """
    known, found = vendor_names(packs), tuple(dict.fromkeys(words))
    for word in found:
        if word not in known:
            near = did_you_mean(word, known)
            raise UsageError(f"{source}: there is no vendor {word!r} (valid values: {_listed(packs)}){near}")
    if NONE in found and len(found) > 1:
        raise UsageError(f"{source}: {NONE!r} cannot be combined with other vendors; remove it or the others")
    return found
