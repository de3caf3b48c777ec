"""
What the engine is asked about a whole set: would code, or a file, that nobody foresaw get through?

Several checks ask the same, and a policy is judged again with each of its fixes made, when most of its lists are what
they were: so a list keeps the answers that are given of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from csplint.checks.once import once
from csplint.checks.together import restricts
from csplint.csp.decide import EFFECTIVE_DIRECTIVE, PolicySet
from csplint.csp.policy import Directive, Policy, SourceList
from csplint.csp.request import Kind, Request
from csplint.csp.rules import RULES, Ask
from csplint.csp.source import ANY_PORT, NO_PORT, Source
from csplint.csp.url import DEFAULT_PORTS, Url

FRESH_CODE = "any0"
"""The text of an inline script or style that no hash in a policy stands for."""

_VERDICTS = 40_000
_FEWEST = 4
_WORD = "0-7-7"
"""Fit for a host's label, and without letters, which could be written in either case."""

_LIKE_WORD = re.compile(r"0((?:-7)+)")


def allows_code(policies: PolicySet, kind: Kind) -> bool:
    """Whether inline code that nobody foresaw, or eval(), would run."""
    effective = EFFECTIVE_DIRECTIVE[kind]
    for policy in policies.policies:
        directive = policy.governing(effective)
        if directive and policy.disposition == "enforce" and not letting(directive, kind):
            return False
    return True


def letting(directive: Directive, kind: Kind) -> Source | None:
    """The source by which a list lets inline code through that nobody foresaw, or eval(); None where none does."""
    known, question = _on_code(directive.list), (kind, directive.name)
    if question not in known:
        known[question] = RULES[kind](directive, Ask(Request(kind, content=FRESH_CODE), None))
    return known[question]


def allows_file(policies: PolicySet, kind: Kind, url: Url) -> bool:
    """Whether a file would load."""
    if kind not in _OF_ONE_LIST or url.scheme in _INSECURE or policies.browser.rereads_for_frames:
        return not policies.decide_url(kind, url).blocked
    return all(each.disposition != "enforce" or _lets_in(policies, each, kind, url) for each in policies.policies)


def _lets_in(policies: PolicySet, policy: Policy, kind: Kind, url: Url) -> bool:
    directive = policy.governing(EFFECTIVE_DIRECTIVE[kind])
    document = policy.governing("frame-src") if kind == "object" else None
    if directive is None:
        return document is None or not policies.only(policy).decide_url(kind, url).blocked
    question = kind, directive.name, document and document.value, url.href, policies.page.href
    known = _on_files(directive.list)
    if question not in known:
        if len(known) >= _MOST_KEPT:
            known.clear()
        known[question] = policies.only(policy).decide_url(kind, url).verdicts[0].allowed
    return known[question]


_OF_ONE_LIST = frozenset({"script", "dynamic-script", "form", "base", "frame-ancestors", "object"})
"""Kinds that one directive decides, with nothing else of the policy; of the document in an object Chromium asks frame-src."""

_INSECURE = frozenset({"http", "ws"})
"""What upgrade-insecure-requests changes, in whichever policy it stands."""

_MOST_KEPT = 256


@once
def _on_code(_: SourceList) -> dict[tuple[Kind, str], Source | None]:
    """By which source a list let unforeseen code through, by kind and directive; kept with it, as is what follows."""
    return {}


@once
def _on_files(_: SourceList) -> dict[tuple[object, ...], bool]:
    """Whether a list let a file through, by kind, directive, what else decides, the file's address and the page's."""
    return {}


def affordable(policies: PolicySet, most: int) -> int:
    """How many questions to put: `most`, and fewer to a page with thousands of policies, each of which has to answer."""
    several = len(policies.policies)
    return most if several * most <= _VERDICTS else max(_FEWEST, _VERDICTS // several)


@once
def unwritten(policies: PolicySet) -> str:
    """A word that stands in no policy, for hosts and paths that nobody wrote: longer than all that look like it."""
    if not any(_WORD in policy.text for policy in policies.policies):
        return _WORD
    longest = max(len(run) for policy in policies.policies for run in _LIKE_WORD.findall(policy.text))
    return f"0{'-7' * (longest // len('-7') + 1)}"


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


def allows_stranger(policies: PolicySet, kind: Kind) -> bool:
    """Whether a file from a host that no source names would load."""
    if kind == "object" and not restricts(policies, "object-src"):
        return True  # Chromium asks frame-src of its document all the same, Firefox does not
    return allows_file(policies, kind, stranger(unwritten(policies)))


def protects_otherwise(policies: PolicySet) -> bool:
    """Whether a set that lets every script run is of use all the same: strangers may not frame the page, or it is sandboxed."""
    sandboxed = any("sandbox" in policy.in_force for policy in policies.policies)
    return sandboxed or not allows_stranger(policies, "frame-ancestors")
