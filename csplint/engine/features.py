"""The optional parts of widgets that a user says are in use, by the names that the packs give them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from csplint.errors import UsageError, did_you_mean
from csplint.packs.merge import PackSet

Feature = tuple[str, str]
"""The ids of a pack and of one of its features."""


def known_features(packs: PackSet) -> tuple[str, ...]:
    """Every feature of the packs as "pack.feature", in the packs' order."""
    return tuple(map(".".join, _features(packs)))


def _features(packs: PackSet) -> list[Feature]:
    return [(pack.pack.id, feature.id) for pack in packs.packs for feature in pack.feature]


def resolve_features(names: Iterable[str], packs: PackSet) -> tuple[str, ...]:
    """
    The features of these names, each once, as "pack.feature"; a name may leave out the pack where only one pack has it.

    Raises UsageError for a name that no pack or several packs have.
    """
    return tuple(dict.fromkeys(".".join(_resolve(name, packs)) for name in names))


def features_by_pack(features: Mapping[str, str], packs: PackSet) -> dict[str, dict[str, str]]:
    """
    Each pack's features that the user named: pack id -> feature id -> how csplint knows.

    features: "feature" or "pack.feature" -> how. Raises UsageError as resolve_features does.
    """
    found: dict[str, dict[str, str]] = {}
    for name, how in features.items():
        pack, feature = _resolve(name, packs)
        found.setdefault(pack, {})[feature] = how
    return found


def _resolve(name: str, packs: PackSet) -> Feature:
    known = _features(packs)
    found = [each for each in known if name in {".".join(each), each[1]}]
    if len(found) > 1:
        raise UsageError(f"several packs have a feature {name!r}: write {' or '.join(map('.'.join, found))}")
    if not found:
        raise UsageError(_unknown(name, known))
    return found[0]


def _unknown(name: str, known: list[Feature]) -> str:
    qualified = [".".join(each) for each in known]
    have = f"have {', '.join(qualified)}" if known else "have no features"
    near = did_you_mean(name, [*(feature for _, feature in known), *qualified])
    return f"there is no feature {name!r} (the packs {have}){near}"
