"""
Which source of a list lets through all that another one stands for.

The engine decides, pair by pair (csp/cover.py); what is here is which pairs are
worth asking: a list of a thousand hosts has a million of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from csplint.checks.syntax.places import identity
from csplint.csp.browsers import BROWSERS
from csplint.csp.cover import covers
from csplint.csp.decide import PolicySet
from csplint.csp.memo import memo
from csplint.csp.policy import Delivered, Directive, SourceList, parse_policies
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import NETWORK_SCHEMES, Url

LONGEST_HOST = 253
"""Characters of a DNS name; longer hosts are not looked into."""

MOST_ASKED = 2000
"""Pairs that are asked about in one check. A policy written by people has some hundreds; in another, something may go untold."""


class Asked:
    """How many pairs one check may still ask about."""

    def __init__(self) -> None:
        self.left = MOST_ASKED


class Coverage:
    """The sources of one directive, found by the hosts they could cover."""

    def __init__(self, page: Url, directive: Directive, asked: Asked) -> None:
        self.page, self.asked = page, asked
        self._by_key = _by_key(directive.list)
        self._list = directive.list

    def by(self, source: Source, passed: Callable[[Source], bool]) -> Source | None:
        """The first source, other than itself and those passed over, that lets through whatever `source` matches."""
        for key in _keys(source.key):
            for candidate in self._by_key.get(key, ()):
                if candidate is source:
                    continue
                if self.asked.left <= 0:
                    return None
                self.asked.left -= 1
                other = identity(candidate) != identity(source) and not passed(candidate)
                if other and _covered(self.page, candidate.text, source.text):
                    return candidate
        return None

    def lists(self, source: Source) -> bool:
        """Whether the list holds this very source."""
        return identity(source) in _identities(self._list)


@memo
def _by_key(listed: SourceList) -> dict[str, list[Source]]:
    found: dict[str, list[Source]] = {}
    for source in {each.text: each for each in listed.locations}.values():
        if source.name != "'self'" and not _stands_alone(source):
            found.setdefault(source.key, []).append(source)
    return found


@memo
def _identities(listed: SourceList) -> frozenset[str]:
    return frozenset(map(identity, listed.locations))


@memo
def suspects(listed: SourceList) -> list[int]:
    """The numbers of the sources that something else in the list may cover, by a glance at the hosts."""
    by_key = _by_key(listed)
    if "" in by_key:
        return [number for number, source in enumerate(listed.sources) if not _stands_alone(source)]
    wide = {key for key in by_key if key[0] == "*"}
    several = {key for key, each in by_key.items() if len(each) > 1 and _differ(each)}
    if not wide and not several:
        return []
    return [
        number
        for number, source in enumerate(listed.sources)
        if source.key in several or not wide.isdisjoint(_keys(source.key)[2:])
    ]


def _differ(listed: list[Source]) -> bool:
    """Whether sources of one host differ in more than their schemes, which people write side by side on purpose."""
    return any((each.port, each.path) != (listed[0].port, listed[0].path) for each in listed)


def _stands_alone(source: Source) -> bool:
    """Whether a source is one such as data:, which covers no other and is covered by none."""
    return source.kind == SourceKind.SCHEME and source.scheme not in NETWORK_SCHEMES


@lru_cache(maxsize=4096)
def _keys(key: str) -> tuple[str, ...]:
    """Where to look for what may cover a source: what has no host, its own host, the subdomains of each parent."""
    if not key or len(key) > LONGEST_HOST:
        return ("",)
    labels = key.split(".")
    parents = ("*." + ".".join(labels[number:]) for number in range(1, len(labels)))
    return ("", key, *(parent for parent in parents if parent != key))


@lru_cache(maxsize=4096)
def _covered(page: Url, candidate: str, expression: str) -> bool:
    """Whether it is so in all the browsers, which read and match some sources differently."""
    delivered = [Delivered(f"img-src {candidate}", "text")]
    return all(
        covers(PolicySet(page, parse_policies(delivered, browser), browser), expression, "img") for browser in BROWSERS
    )
