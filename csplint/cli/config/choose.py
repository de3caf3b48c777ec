"""Which rules are asked for: names, ids, or the beginning of ids, as users write them."""

from __future__ import annotations

from collections.abc import Iterable

from csplint.errors import UsageError
from csplint.packs.merge import PackSet


def rule_names(words: Iterable[str], packs: PackSet, what: str) -> frozenset[str]:
    """
    The names of the rules that some words stand for; commas separate too.

    `what` names the option in the UsageError for a word that is no rule's.
    """
    found: set[str] = set()
    for word in (part.strip() for text in words for part in text.split(",")):
        if not word:
            continue
        rule = packs.find(word)
        matching = {rule.name} if rule else _by_prefix(word, packs)
        if not matching:
            near = packs.near(word)
            raise UsageError(f"{what}: there is no rule {word!r}" + (f"; did you mean {near!r}?" if near else ""))
        found |= matching
    return frozenset(found)


def _by_prefix(word: str, packs: PackSet) -> set[str]:
    return {rule.name for rule in packs.rules.values() if rule.id.startswith(word.upper())}
