"""
What the checks of this family stand on: the set that decides, and the policy a finding points at.

A page needs every policy's consent, so a weakness counts where no policy of
the set prevents it. It is told once, of the policy that comes closest to
preventing it: there the edit is smallest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from csplint.checks.context import Context
from csplint.checks.marks import Question, tokens_that
from csplint.checks.once import once
from csplint.csp.decide import EFFECTIVE_DIRECTIVE, Decision, PolicySet
from csplint.csp.edit import Replacement, remove_sources, replace_sources
from csplint.csp.policy import Directive, Policy, Token
from csplint.csp.request import Kind, Request
from csplint.csp.source import ANY_PORT, NO_PORT, Source
from csplint.csp.url import DEFAULT_PORTS, Url

Answer = TypeVar("Answer")

ELEMENT = "script-src-elem"
"""What script elements are judged by, and what `script` requests are asked of."""

FRESH_CODE = "any0"
"""The text of an inline script or style that no hash in a policy stands for."""

_VERDICTS = 40_000
_FEWEST = 4
_LIKE_FRESH = re.compile(r"any(x+)", re.IGNORECASE)


@once
def whole(context: Context) -> PolicySet:
    """All that would be enforced together: a report-only policy is meant to join the enforced ones."""
    if not context.dry_run:
        return context.policies
    return context.policies.only(*context.policies.policies, *context.others)


def nearest(context: Context, effective: str) -> list[Policy]:
    """
    The policies judged that restrict `effective`, those with a list of their own for it first.

    Not the shortest list first: an edit that adds a source would then move a finding to another policy.
    """
    governed = [(policy.governing(effective), policy) for policy in context.policies.policies]
    own = [policy for each, policy in governed if each and each.name != "default-src"]
    return own + [policy for each, policy in governed if each and each.name == "default-src"]


def restricts(policies: PolicySet, effective: str) -> bool:
    """Whether any policy of a set has a say on `effective`."""
    return any(policy.governing(effective) for policy in policies.policies)


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
    runs = (run for policy in policies.policies for run in _LIKE_FRESH.findall(policy.text))
    return "any" + "x" * (max(map(len, runs), default=0) + 1)


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
    return _asked(
        policies, f"stranger {kind}", lambda: not policies.decide_url(kind, stranger(unwritten(policies))).blocked
    )


def governing(policy: Policy, kind: Kind) -> Directive | None:
    """The directive that a request of this kind is judged by."""
    return policy.governing(EFFECTIVE_DIRECTIVE[kind])


def sources_of(policies: Iterable[Policy], wanted: Question) -> Iterator[tuple[Policy, Token]]:
    """The sources marked so in the lists that govern script elements."""
    for policy in policies:
        if directive := policy.governing(ELEMENT):
            yield from ((policy, token) for token in tokens_that(directive, wanted))


def sources_like(policies: Iterable[Policy], wanted: Callable[[Source], bool]) -> Iterator[tuple[Policy, Token]]:
    """The same for a question that holds of most sources: asked of one after the other, as far as somebody looks."""
    for policy in policies:
        directive = policy.governing(ELEMENT)
        for number, source in enumerate(directive.list.sources if directive else ()):
            if directive and wanted(source):
                yield policy, directive.token(number)


def keyword_of(directive: Directive, name: str) -> Token | None:
    """Where a keyword stands in a list."""
    if name not in directive.list.keywords:
        return None
    return next(directive.token(number) for number, each in enumerate(directive.list.sources) if each.name == name)


def without(policy: Policy, effective: str, wanted: Callable[[Source], bool]) -> tuple[Replacement, ...]:
    """Take sources out of what governs `effective`, for it alone: default-src keeps what it gives to the rest."""
    directive = policy.governing(effective)
    if directive is None:
        return ()
    gone = [source.text for source in directive.list.sources if wanted(source)]
    if directive.name != "default-src":
        return remove_sources(directive, gone)
    nothing = len({source.text for source in directive.list.sources}) == len(set(gone))
    return replace_sources(policy, effective, gone, ("'none'",) if nothing else ())


def with_directive(policy: Policy, name: str, value: str) -> tuple[Replacement, ...]:
    """Give a policy a directive, or the one it has another value."""
    directive = policy.in_force.get(name)
    if directive:
        return (Replacement(directive.name_span.end, directive.span.end, f" {value}"),)
    separator = " " if policy.text.endswith(";") else "; "
    return (Replacement(len(policy.text), len(policy.text), f"{separator}{name} {value}"),)


def flags(policies: PolicySet, name: str) -> Iterator[frozenset[str]]:
    """The words of a directive, lower case, in each policy that has it in force."""
    for policy in policies.policies:
        directive = policy.in_force.get(name)
        if directive:
            yield frozenset(directive.value.lower().split())
