"""
What the engine is asked about a whole set: would code, or a file, that nobody foresaw get through?

Several checks ask the same, so a set keeps its answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from csplint.csp.decide import EFFECTIVE_DIRECTIVE, Decision, PolicySet
from csplint.csp.request import Kind, Request
from csplint.csp.source import ANY_PORT, NO_PORT, Source
from csplint.csp.url import DEFAULT_PORTS, Url

Answer = TypeVar("Answer")

FRESH_CODE = "any0"
"""The text of an inline script or style that no hash in a policy stands for."""

_VERDICTS = 40_000
_FEWEST = 4
_LIKE_FRESH = re.compile(r"any(x+)")


def allows_code(policies: PolicySet, kind: Kind) -> bool:
    """Whether inline code that nobody foresaw, or eval(), would run."""
    return not unforeseen(policies, kind).blocked


def unforeseen(policies: PolicySet, kind: Kind) -> Decision:
    """The decision on inline code that nobody foresaw, or on eval()."""
    return _asked(policies, f"code {kind}", lambda: policies.decide(Request(kind, content=FRESH_CODE)))


def _asked(policies: PolicySet, question: str, answer: Callable[[], Answer]) -> Answer:
    """Several checks ask the same of one set: the answer is kept with it."""
    known: dict[str, Answer] = policies.__dict__
    if question not in known:
        known[question] = answer()
    return known[question]


def affordable(policies: PolicySet, most: int) -> int:
    """How many questions to put: `most`, and fewer to a page with thousands of policies, each of which has to answer."""
    return max(_FEWEST, min(most, _VERDICTS // max(1, len(policies.policies))))


def unwritten(policies: PolicySet) -> str:
    """A word that stands in no policy, for hosts and paths that nobody wrote: longer than all that look like it."""
    return _asked(policies, "unwritten", lambda: _unwritten(policies))


def _unwritten(policies: PolicySet) -> str:
    texts = [text for policy in policies.policies if "anyx" in (text := policy.text.lower())]
    longest = max((len(run) for text in texts for run in _LIKE_FRESH.findall(text)), default=0)
    return "any" + "x" * (longest + 1)


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
    return _asked(policies, f"stranger {kind}", lambda: _allows_stranger(policies, kind))


def _allows_stranger(policies: PolicySet, kind: Kind) -> bool:
    if not any(policy.governing(EFFECTIVE_DIRECTIVE[kind]) for policy in policies.policies):
        return True  # nobody has a word on it
    return not policies.decide_url(kind, stranger(unwritten(policies))).blocked


def protects_otherwise(policies: PolicySet) -> bool:
    """Whether a set that lets every script run is of use all the same: strangers may not frame the page, or it is sandboxed."""
    sandboxed = any("sandbox" in policy.in_force for policy in policies.policies)
    return sandboxed or not allows_stranger(policies, "frame-ancestors")
