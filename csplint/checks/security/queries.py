"""
What the engine is asked about a whole set, list by list: would code, or a file, that nobody foresaw get through?

Several checks ask the same, and a policy is judged again with each of its fixes made, when most of its lists are what
they were: so a list keeps the answers that are given of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import count

from csplint.checks.together import restricts
from csplint.csp.allowances import ALLOWANCES, RequestHop
from csplint.csp.decide import EFFECTIVE_DIRECTIVE, PolicySet
from csplint.csp.memo import memo
from csplint.csp.policy import Directive, Policy
from csplint.csp.request import Kind, Request
from csplint.csp.source import ANY_PORT, NO_PORT, Source
from csplint.csp.url import DEFAULT_PORTS, Url

FRESH_CODE = "any0"
"""The text of an inline script or style that no hash in a policy stands for."""

_VERDICTS = 40_000
_FEWEST = 4
_WORD = "0-7-7"
"""Fit for a host's label, and without letters, which could be written in either case."""

_LIKE_WORD = re.compile(r"0-([0-9]{1,9})-7")


def allows_code(policies: PolicySet, kind: Kind) -> bool:
    """Whether inline code that nobody foresaw, or eval(), would run."""
    effective = EFFECTIVE_DIRECTIVE[kind]
    for policy in policies.policies:
        directive = policy.governing(effective)
        if directive and policy.disposition == "enforce" and not letting(directive, kind):
            return False
    return True


@memo(key=lambda directive, kind: (directive.list, (kind, directive.name)))
def letting(directive: Directive, kind: Kind) -> Source | None:
    """The source by which a list lets inline code through that nobody foresaw, or eval(); None where none does."""
    return ALLOWANCES[kind](directive, RequestHop(Request(kind, content=FRESH_CODE), None))


def allows_file(policies: PolicySet, kind: Kind, url: Url) -> bool:
    """Whether a file would load."""
    if kind not in _OF_ONE_LIST or url.scheme in _INSECURE or policies.browser.reparses_for_frames:
        return not policies.decide_url(kind, url).blocked
    return all(each.disposition != "enforce" or _lets_in(policies, each, kind, url) for each in policies.policies)


def _lets_in(policies: PolicySet, policy: Policy, kind: Kind, url: Url) -> bool:
    directive = policy.governing(EFFECTIVE_DIRECTIVE[kind])
    if directive is None or len(_also(policy, kind)) > _LONGEST_KEPT:
        return not policies.only(policy).decide_url(kind, url).blocked
    return _list_lets_in(directive, policies, policy, kind, url)


@memo(
    key=lambda directive, policies, policy, kind, url: (
        directive.list,
        (kind, directive.name, _also(policy, kind), url.href, policies.page.href),
    )
)
def _list_lets_in(directive: Directive, policies: PolicySet, policy: Policy, kind: Kind, url: Url) -> bool:
    return policies.only(policy).decide_url(kind, url).verdicts[0].allowed


def _also(policy: Policy, kind: Kind) -> str:
    """The other list that decides: of the document in an object, Chromium asks frame-src."""
    document = policy.governing("frame-src") if kind == "object" else None
    return document.value if document else ""


_OF_ONE_LIST = frozenset({"script", "dynamic-script", "form", "base", "frame-ancestors", "object"})
"""Kinds that one list of a policy decides; but of the document in an object Chromium asks frame-src."""

_INSECURE = frozenset({"http", "ws"})
"""What upgrade-insecure-requests changes, in whichever policy it stands."""

_LONGEST_KEPT = 4096
"""Characters of another list that an answer is kept by."""


def affordable(policies: PolicySet, most: int) -> int:
    """How many questions to put: `most`, and fewer to a page with thousands of policies, each of which has to answer."""
    several = len(policies.policies)
    return most if several * most <= _VERDICTS else max(_FEWEST, _VERDICTS // several)


@memo
def unwritten(policies: PolicySet) -> str:
    """A short word that stands neither in a policy nor in the page's address, for hosts and paths that nobody wrote."""
    texts = [policies.page.href, *[policy.text for policy in policies.policies]]
    if not any(_WORD in text for text in texts):
        return _WORD
    written = {number for text in texts for number in _LIKE_WORD.findall(text)}
    return next(f"0-{number}-7" for number in map(str, count()) if number not in written)


@lru_cache(maxsize=64)
def stranger(word: str) -> Url:
    """A file on a host that no source names, at the default port."""
    return Url(f"https://{word}.{word}/{word}", "https", f"{word}.{word}", 443, f"/{word}")


def files_of(source: Source, policies: PolicySet, word: str) -> Iterator[Url]:
    """Files that a host, scheme or * stands for, at its port and path; what it leaves open is a name nobody wrote."""
    host = f"{word}.{source.host or word}" if source.subdomains or not source.host else source.host
    path = source.path + word if source.path.endswith("/") else source.path or f"/{word}"
    written = source.scheme or policies.page.scheme
    for scheme in ("https", "http") if written in {"http", ""} else ("https",):
        default = DEFAULT_PORTS[scheme]
        for port in (default,) if source.port in {None, ANY_PORT, NO_PORT} else (default, source.port):
            shown = "" if port == default else f":{port}"
            yield Url(f"{scheme}://{host}{shown}{path}", scheme, host, port, path)


@memo(key=lambda policies, kind: (policies, kind))
def allows_stranger(policies: PolicySet, kind: Kind) -> bool:
    """Whether a file from a host that no source names would load."""
    if kind == "object" and not restricts(policies, "object-src"):
        return True  # Chromium asks frame-src of its document all the same, Firefox does not
    return allows_file(policies, kind, stranger(unwritten(policies)))


def protects_otherwise(policies: PolicySet) -> bool:
    """Whether a set that lets every script run is of use all the same: strangers may not frame the page, or it is sandboxed."""
    sandboxed = any("sandbox" in policy.in_force for policy in policies.policies)
    return sandboxed or not allows_stranger(policies, "frame-ancestors")
