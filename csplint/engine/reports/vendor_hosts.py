"""Which vendor a blocked URL belongs to, by the hosts and requirements of the rule packs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from csplint.csp.edit import plain_name
from csplint.csp.match import Target, mismatch
from csplint.csp.parse import parse_source
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import UNKNOWN_PAGE, Url, parse_url
from csplint.packs.merge import PackSet
from csplint.packs.pack import Pack, Requirement


class Owner(Struct, frozen=True):
    """
    A vendor, and its requirement that a request belongs to, or the one of the same directive; None if there is neither.

    source: the expression to allow, "" for the URL's own origin.
    """

    pack: Pack
    requirement: Requirement | None
    source: str = ""


class VendorHosts:
    """The hosts of all vendors of a run."""

    def __init__(self, packs: PackSet) -> None:
        """Read the hosts, the required sources and the marks of external embeds of every vendor's pack."""
        self._packs = packs.vendors
        self._page = parse_url(UNKNOWN_PAGE) or Url(UNKNOWN_PAGE, "https", "", None, "/")
        self._exact: set[str] = set()
        self._suffixes: set[str] = set()
        self._marks = [
            re.compile(mark)
            for pack in self._packs
            for each in pack.embed
            if each.where == "external"
            for mark in each.marks
        ]
        for pack in self._packs:
            self._read(pack)
        self.is_vendors = lru_cache(maxsize=4096)(self._is_vendors)

    def _read(self, pack: Pack) -> None:
        for source in (*map(parse_source, [host.origin for host in pack.host]), *_sources(pack)):
            if source.kind == SourceKind.HOST and source.host:
                (self._suffixes if source.text.partition("://")[2].startswith("*.") else self._exact).add(source.host)

    def _is_vendors(self, url: Url) -> bool:
        """Whether any pack names the URL's host, whatever its scheme and path."""
        labels = url.host.split(".")
        below = {".".join(labels[n:]) for n in range(1, len(labels))}
        if url.host in self._exact or not self._suffixes.isdisjoint(below):
            return True
        return any(mark.search(url.href[:_LONGEST]) for mark in self._marks)

    def owner(self, url: Url, directive: str) -> Owner | None:
        """The vendor of a URL that this directive blocked; with its requirement if it has one for both."""
        name = plain_name(directive)
        for pack in self._packs:
            for requirement in pack.requirement:
                if requirement.directive == name and (found := self._matching(requirement, url)):
                    return Owner(pack, requirement, found)
        for pack in self._packs:
            if self._names(pack, url):
                alike = next((each for each in pack.requirement if each.directive == name and _has_host(each)), None)
                return Owner(pack, alike, url.origin)
        return None

    def needing(self, source: str, directive: str) -> Owner | None:
        """The vendor whose requirement asks for a source without a host: a scheme, or a keyword."""
        name = plain_name(directive)
        for pack in self._packs:
            for requirement in pack.requirement:
                if requirement.directive == name and source in requirement.needs.split():
                    return Owner(pack, requirement, source)
        return None

    def inline_embed(self, sample: str) -> Pack | None:
        """The vendor whose inline embed begins like this sample."""
        for pack in self._packs:
            marks = (mark for each in pack.embed if each.where == "inline" for mark in each.marks)
            if sample and any(re.search(mark, sample) for mark in marks):
                return pack
        return None

    def _matching(self, requirement: Requirement, url: Url) -> str:
        target = Target(url, self._page)
        for text in _texts(requirement):
            source = parse_source(text)
            if source.kind == SourceKind.HOST and mismatch(source, target) is None:
                return text
        return ""

    def _names(self, pack: Pack, url: Url) -> bool:
        if any(parse_source(host.origin).host == url.host for host in pack.host):
            return True
        if any(re.search(mark, url.href[:_LONGEST]) for e in pack.embed if e.where == "external" for mark in e.marks):
            return True
        target = Target(url, self._page)
        return any(source.kind == SourceKind.HOST and mismatch(source, target) is None for source in _sources(pack))


_LONGEST = 2048


def _texts(requirement: Requirement) -> Iterator[str]:
    for each in (requirement.needs, *requirement.any_of):
        yield from each.split()


def _has_host(requirement: Requirement) -> bool:
    return any(parse_source(text).kind == SourceKind.HOST for text in _texts(requirement))


def _sources(pack: Pack) -> Iterator[Source]:
    for requirement in pack.requirement:
        if requirement.role != "permissions":
            yield from map(parse_source, _texts(requirement))
