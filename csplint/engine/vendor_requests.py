"""
Whose request it is that a policy blocked: the vendor whose widget makes it, what for, and the pack's rule for it.

A browser's message says what kind of request it was, a violation report only which directive blocked it; both are looked up
in the hosts and the requirements of the rule packs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from functools import cached_property, lru_cache

from msgspec import Struct

from csplint.checks.registry import rule_names
from csplint.csp.edit import plain_name
from csplint.csp.match import Target, mismatch
from csplint.csp.parse import parse_source
from csplint.csp.request import Kind, Request
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import UNKNOWN_PAGE, Url, parse_url
from csplint.packs.merge import PackSet
from csplint.packs.pack import Pack, Requirement

_SCRIPTS = frozenset({"script", "dynamic-script"})
_ALIKE: dict[str, frozenset[Kind]] = {
    "connect": frozenset({"connect", "ws", "beacon", "eventsource"}),
    "inline-style": frozenset({"inline-style", "style-attr"}),
    "style-attr": frozenset({"inline-style", "style-attr"}),
}
"""Kinds that a browser's message does not tell apart."""

_HOSTS = frozenset({SourceKind.HOST})
_ADDRESSES = frozenset({SourceKind.HOST, SourceKind.SCHEME, SourceKind.STAR})

_LONGEST = 2048
"""Characters of a URL in which marks are looked for."""


class Owner(Struct, frozen=True):
    """
    The vendor that a blocked request belongs to.

    requirement: what the widget needs it for, None for the scripts of its embed. source: the expression to allow, "" for the
    URL's own origin. follows: the embed itself runs and loads this script. is_certain: the address is the vendor's; others
    make requests for data: URLs and for Google's fonts too.
    """

    pack: Pack
    requirement: Requirement | None = None
    source: str = ""
    follows: bool = False
    is_certain: bool = True

    @property
    def rule(self) -> str:
        """The pack's rule that reports it, "" where only the policy tells."""
        return self.requirement.rule if self.requirement else ""


class VendorRequests:
    """The requests of all vendors of a run."""

    def __init__(self, packs: PackSet) -> None:
        """Take the packs of the run's vendors."""
        self._packs = packs.vendors
        self._page = parse_url(UNKNOWN_PAGE) or Url(UNKNOWN_PAGE, "https", "", None, "/")
        self.is_vendors = lru_cache(maxsize=4096)(self._is_vendors)

    @cached_property
    def _hosts(self) -> tuple[frozenset[str], frozenset[str]]:
        """The hosts that the packs name, and those of which they name every subdomain."""
        origins = [parse_source(host.origin) for pack in self._packs for host in pack.host]
        named = [*origins, *(source for pack in self._packs for source in _sources(pack))]
        hosts = [each for each in named if each.kind == SourceKind.HOST and each.host]
        wild = {each.host for each in hosts if each.text.partition("://")[2].startswith("*.")}
        exact = {each.host for each in hosts if not each.text.partition("://")[2].startswith("*.")}
        return frozenset(exact), frozenset(wild)

    def _is_vendors(self, url: Url) -> bool:
        """Whether any pack names the URL's host, whatever its scheme and path."""
        exact, wild = self._hosts
        labels = url.host.split(".")
        below = {".".join(labels[n:]) for n in range(1, len(labels))}
        if url.host in exact or not wild.isdisjoint(below):
            return True
        return any(_is_marked(pack, url) for pack in self._packs)

    def of_request(self, request: Request, page: Url) -> Owner | None:
        """The vendor whose widget makes this request on this page; None if the packs know none."""
        url = parse_url(request.url)
        if url is None:
            return None
        kinds = _ALIKE.get(request.kind, frozenset({request.kind}))
        target, own_frame = Target(url, page), "frame" in kinds and url.origin == page.origin
        for pack in self._packs:
            if request.kind in _SCRIPTS and _is_its_script(pack, url):
                return Owner(pack, follows=_follows(pack, url))
            for each in sorted(pack.requirement, key=lambda requirement: bool(requirement.feature)):
                found = _source_for(each, target, _ADDRESSES) or (
                    "'self'" if own_frame and "'self'" in _texts(each) else ""
                )
                if found and each.role != "permissions" and not kinds.isdisjoint(each.kinds):
                    certain = not each.feature and "//" in f"{each.needs}{each.any_of}"
                    return Owner(pack, each, found, is_certain=certain)
        return None

    def of_embed(self, url: Url) -> Owner | None:
        """The vendor that has a script at this address: its embed, or what this loads first."""
        name = url.path.rpartition("/")[2]
        for pack in self._packs:
            follows = _follows(pack, url)
            if follows or (_is_marked(pack, url) and name.endswith(".js")):
                return Owner(pack, follows=follows)
        return None

    def of_url(self, url: Url, directive: str) -> Owner | None:
        """
        The vendor of a URL that this directive blocked, on any page.

        With its requirement for both, else one for other hosts under the same directive, if it has one.
        """
        name = plain_name(directive)
        target = Target(url, self._page)
        if found := self._first(name, lambda each: _source_for(each, target, _HOSTS)):
            return found
        for pack in self._packs:
            if _names(pack, target):
                alike = next((each for each in pack.requirement if each.directive == name and _has_host(each)), None)
                return Owner(pack, alike, url.origin)
        return None

    def needing(self, source: str, directive: str) -> Owner | None:
        """The vendor whose requirement asks for a source without a host: a scheme, or a keyword."""
        return self._first(plain_name(directive), lambda each: source if source in each.needs.split() else "")

    def inline_embed(self, sample: str) -> Pack | None:
        """The vendor whose inline embed begins like this sample."""
        for pack in self._packs:
            marks = (mark for each in pack.embed if each.where == "inline" for mark in each.marks)
            if sample and any(re.search(mark, sample) for mark in marks):
                return pack
        return None

    def _first(self, directive: str, fitting: Callable[[Requirement], str]) -> Owner | None:
        """The first requirement of a directive that has a fitting source."""
        for pack in self._packs:
            for each in pack.requirement:
                if each.directive == directive and (found := fitting(each)):
                    return Owner(pack, each, found)
        return None


def rule_for(pack: Pack, problem: str) -> str:
    """The pack's rule that reports a problem of a check; "" for none."""
    return rule_names(pack).get(problem, "")


def _source_for(requirement: Requirement, target: Target, kinds: Container[str]) -> str:
    """
    The source of a requirement that allows an address, of these kinds; "" for none.

    'self' allows every page's own files, so it names nobody's.
    """
    sources = (parse_source(text) for text in _texts(requirement))
    return next((each.text for each in sources if each.kind in kinds and mismatch(each, target) is None), "")


def _is_its_script(pack: Pack, url: Url) -> bool:
    origins = {each.origin for each in pack.host}
    return url.origin in origins or any(re.search(mark, url.href) for each in pack.embed for mark in each.marks)


def _follows(pack: Pack, url: Url) -> bool:
    """Whether it is a script that an inline embed loads: "{cdn}widgets/shim"."""
    ends = [load.rpartition("}")[2] for each in pack.embed if each.where == "inline" for load in each.loads]
    return any(end and end in url.path for end in ends)


def _names(pack: Pack, target: Target) -> bool:
    """Whether a pack names the address in any way."""
    if any(parse_source(host.origin).host == target.url.host for host in pack.host) or _is_marked(pack, target.url):
        return True
    return any(source.kind == SourceKind.HOST and mismatch(source, target) is None for source in _sources(pack))


def _is_marked(pack: Pack, url: Url) -> bool:
    """Whether it is the address of an embed, by its marks."""
    marks = (mark for each in pack.embed if each.where == "external" for mark in each.marks)
    return any(re.search(mark, url.href[:_LONGEST]) for mark in marks)


def _texts(requirement: Requirement) -> Iterator[str]:
    for each in (requirement.needs, *requirement.any_of):
        yield from each.split()


def _has_host(requirement: Requirement) -> bool:
    return any(parse_source(text).kind == SourceKind.HOST for text in _texts(requirement))


def _sources(pack: Pack) -> Iterator[Source]:
    """The sources of a pack's requirements."""
    for requirement in pack.requirement:
        if requirement.role != "permissions":
            yield from map(parse_source, _texts(requirement))
