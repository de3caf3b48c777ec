"""Whether a blocked request is one that a vendor's widget makes, and the rule and row that its pack has for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from csplint.checks.registry import rule_names
from csplint.csp.match import Target, mismatch
from csplint.csp.parse import parse_source
from csplint.csp.request import Kind, Request
from csplint.csp.url import Url, parse_url
from csplint.packs.merge import PackSet
from csplint.packs.pack import Pack, Requirement

SCRIPTS = frozenset({"script", "dynamic-script"})
_ALIKE: dict[str, frozenset[str]] = {
    "connect": frozenset({"connect", "ws", "beacon", "eventsource"}),
    "inline-style": frozenset({"inline-style", "style-attr"}),
    "style-attr": frozenset({"inline-style", "style-attr"}),
}
"""Kinds that a browser's message does not tell apart."""


class Owner(Struct, frozen=True):
    """
    The vendor that a blocked request belongs to.

    requirement: what the widget needs it for, None for the scripts of its embed. rule: the pack's rule that reports it, ""
    where only the policy tells. follows: the embed itself runs and loads this script. is_certain: the address is the
    vendor's; others make requests for data: URLs and for Google's fonts too.
    """

    pack: Pack
    requirement: Requirement | None = None
    rule: str = ""
    follows: bool = False
    is_certain: bool = True


def owner(packs: PackSet, request: Request, page: Url) -> Owner | None:
    """The vendor whose widget makes such a request, by its address; None if the packs know none."""
    url = parse_url(request.url)
    if url is None:
        return None
    for pack in packs.vendors:
        if request.kind in SCRIPTS and _is_its_script(pack, url):
            return Owner(pack, follows=_follows(pack, url))
        for each in _fitting(pack, request.kind, url, page):
            return Owner(pack, each, each.rule, is_certain=not each.feature and "//" in f"{each.needs}{each.any_of}")
    return None


def _is_its_script(pack: Pack, url: Url) -> bool:
    origins = {each.origin for each in pack.host}
    return url.origin in origins or any(re.search(mark, url.href) for each in pack.embed for mark in each.marks)


def _follows(pack: Pack, url: Url) -> bool:
    """Whether it is a script that an inline embed loads: "{cdn}widgets/shim"."""
    ends = [load.rpartition("}")[2] for each in pack.embed if each.where == "inline" for load in each.loads]
    return any(end and end in url.path for end in ends)


def _fitting(pack: Pack, kind: Kind, url: Url, page: Url) -> Iterator[Requirement]:
    """What the vendor needs such an address for; what is not optional goes first."""
    kinds = _ALIKE.get(kind, frozenset({kind}))
    target = Target(url, page)
    for each in sorted(pack.requirement, key=lambda requirement: bool(requirement.feature)):
        sources = " ".join((each.needs, *each.any_of)).split() if each.role != "permissions" else []
        if not kinds.isdisjoint(each.kinds) and any(_is_for(source, target, kinds) for source in sources):
            yield each


def _is_for(source: str, target: Target, kinds: frozenset[str]) -> bool:
    """Whether a vendor's source names this address: 'self' names every page's own files, so it names nobody's."""
    if source.startswith("'"):
        return source == "'self'" and "frame" in kinds and target.url.origin == target.page.origin
    return mismatch(parse_source(source), target) is None


def styles(packs: PackSet, kind: Kind) -> Owner | None:
    """The vendor whose widget needs inline styles."""
    for pack in packs.vendors:
        for each in pack.requirement:
            if each.needs == "'unsafe-inline'" and kind in each.kinds:
                return Owner(pack, each, each.rule)
    return None


def rule_for(pack: Pack, problem: str) -> str:
    """The pack's rule that reports a problem of a check; "" for none."""
    return rule_names(pack).get(problem, "")
