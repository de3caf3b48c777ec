"""
Which source of a list lets through all that another one stands for.

The engine decides, pair by pair (csp/cover.py); what is here is which pairs are
worth asking: a list of a thousand hosts has a million of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from csplint.checks.syntax.places import identity
from csplint.csp.browsers import BROWSERS
from csplint.csp.cover import covers
from csplint.csp.decide import PolicySet
from csplint.csp.policy import Delivered, Directive, parse_policies
from csplint.csp.source import Source, SourceKind, parse_source
from csplint.csp.url import Url

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
        self._by_host: dict[str, list[Source]] = {}
        self._listed = {identity(source) for source in directive.list.locations}
        for source in directive.list.locations:
            if source.name != "'self'":
                self._by_host.setdefault(_key(source), []).append(source)

    def by(self, expression: str, passed: Callable[[Source], bool]) -> Source | None:
        """The first source, other than itself and those passed over, that lets through whatever `expression` matches."""
        source = parse_source(expression)
        for candidate in self._candidates(source):
            if self.asked.left <= 0:
                return None
            self.asked.left -= 1
            other = identity(candidate) != identity(source) and not passed(candidate)
            if other and _covered(self.page, candidate.text, expression):
                return candidate
        return None

    def lists(self, expression: str) -> bool:
        """Whether the list holds this very source."""
        return identity(parse_source(expression)) in self._listed

    def _candidates(self, source: Source) -> Iterator[Source]:
        for key in ("*", *_keys(source)):
            yield from self._by_host.get(key, ())


def _key(source: Source) -> str:
    """Under what a source is found: its host, *.host for subdomains, * for what has no host."""
    if source.kind is not SourceKind.HOST or not source.host:
        return "*"
    return f"*.{source.host}" if source.subdomains else source.host


def _keys(source: Source) -> Iterator[str]:
    if source.kind is not SourceKind.HOST or not source.host or len(source.host) > LONGEST_HOST:
        return
    yield _key(source)
    labels = source.host.split(".")
    for number in range(1, len(labels)):
        yield "*." + ".".join(labels[number:])


@lru_cache(maxsize=4096)
def _covered(page: Url, candidate: str, expression: str) -> bool:
    """Whether it is so in all the browsers, which read and match some sources differently."""
    delivered = [Delivered(f"img-src {candidate}", "text")]
    return all(
        covers(PolicySet(page, parse_policies(delivered, browser), browser), expression, "img") for browser in BROWSERS
    )
