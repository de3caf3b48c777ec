"""The optional parts of a widget that a user says are in use, checked against the packs that know them."""

from __future__ import annotations

from collections.abc import Iterable

from csplint.errors import UsageError, did_you_mean
from csplint.packs.merge import PackSet


def known_features(packs: PackSet) -> tuple[str, ...]:
    """The ids of all features of the packs, in the packs' order."""
    return tuple(dict.fromkeys(feature.id for pack in packs.packs for feature in pack.feature))


def resolve_features(names: Iterable[str], packs: PackSet) -> tuple[str, ...]:
    """
    The features of these names, each once.

    Raises UsageError for a name that no pack has.
    """
    known = known_features(packs)
    found = tuple(dict.fromkeys(names))
    for name in found:
        if name not in known:
            have = f"have {', '.join(known)}" if known else "have no features"
            raise UsageError(f"there is no feature {name!r} (the packs {have}){did_you_mean(name, known)}")
    return found
