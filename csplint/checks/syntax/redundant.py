"""
Sources that another source of their list covers: it allows all that they allow.

The engine decides, pair by pair (csp/cover.py); `Coverage` finds the pairs worth asking about, since a list of a thousand
hosts has a million of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial

from csplint.checks.context import Context
from csplint.checks.prefilter import holds
from csplint.checks.problem import Problem, at_token, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.frame_ancestors import is_misread_ancestor
from csplint.checks.syntax.occurrences import identity, is_same, own_sources, source_lists
from csplint.checks.syntax.token import is_reported_alone
from csplint.checks.wording import in_words, shown
from csplint.csp.browsers import BROWSERS
from csplint.csp.cover import covers
from csplint.csp.decide import PolicySet
from csplint.csp.edit import Replacement, remove_tokens
from csplint.csp.memo import memo
from csplint.csp.policy import Delivered, Directive, Policy, SourceList, parse_policies
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import NETWORK_SCHEMES, Url

LONGEST_HOST = 253
"""Characters of a DNS name; longer hosts are not compared."""

MOST_PAIRS = 2000
"""Pairs that one check compares. A policy written by people has some hundreds; in longer ones some sources are not reported."""


class Budget:
    """How many pairs one check may still compare."""

    def __init__(self) -> None:
        self.left = MOST_PAIRS


class Coverage:
    """The sources of one directive, found by the hosts they could cover."""

    def __init__(self, page: Url, directive: Directive, budget: Budget) -> None:
        self.page, self.budget = page, budget
        self._by_key = _by_key(directive.list)
        self._list = directive.list

    def by(self, source: Source, is_excluded: Callable[[Source], bool]) -> Source | None:
        """The first other source that is not excluded and allows whatever `source` matches."""
        for key in _keys(source.key):
            for candidate in self._by_key.get(key, ()):
                if candidate is source:
                    continue
                if self.budget.left <= 0:
                    return None
                self.budget.left -= 1
                other = not is_same(candidate, source) and not is_excluded(candidate)
                if other and _covers(self.page, *_example(candidate, source)):
                    return candidate
        return None

    def lists(self, source: Source) -> bool:
        """Whether the list has this very source."""
        return identity(source) in _identities(self._list)


@memo
def _by_key(listed: SourceList) -> dict[str, list[Source]]:
    found: dict[str, list[Source]] = {}
    for source in {each.text: each for each in listed.locations}.values():
        if source.is_ordinary or (source.name != "'self'" and not _is_incomparable(source)):
            found.setdefault(source.key, []).append(source)
    return found


@memo
def _identities(listed: SourceList) -> frozenset[str]:
    return frozenset(map(identity, listed.locations))


@memo
def _suspects(listed: SourceList) -> list[int]:
    """The numbers of the sources that another one may cover, by a glance at the hosts."""
    by_key = _by_key(listed)
    if "" in by_key:
        return [number for number, source in enumerate(listed.sources) if not _is_incomparable(source)]
    wide = {key for key in by_key if key[0] == "*"}
    several = {key for key, each in by_key.items() if len(each) > 1 and _differ(each)}
    if not wide and not several:
        return []
    ends = tuple([key[1:] for key in wide if len(key) <= LONGEST_HOST])
    return [
        number
        for number, source in enumerate(listed.sources)
        if source.key in several or (source.host.endswith(ends) and len(source.key) <= LONGEST_HOST)
    ]


def _differ(listed: list[Source]) -> bool:
    """Whether sources of one host differ in more than their schemes, which people list side by side on purpose."""
    return any((each.port, each.path) != (listed[0].port, listed[0].path) for each in listed)


def _is_incomparable(source: Source) -> bool:
    """Whether a source such as data: neither covers another nor is covered."""
    return source.kind == SourceKind.SCHEME and source.scheme not in NETWORK_SCHEMES


@lru_cache(maxsize=4096)
def _keys(key: str) -> tuple[str, ...]:
    """Where to look for what may cover a source: sources without a host, its own host, the subdomains of each parent."""
    if not key or len(key) > LONGEST_HOST:
        return ("",)
    labels = key.split(".")
    parents = ("*." + ".".join(labels[number:]) for number in range(1, len(labels)))
    return ("", key, *(parent for parent in parents if parent != key))


def _example(candidate: Source, source: Source) -> tuple[str, str]:
    """
    The texts of two sources that are to each other what these two are, under the names of example hosts where possible.

    Besides page, schemes, ports and paths only that one's hosts are among the other's matters, and every candidate's are
    (`_keys`): so the answer about `*.a.example` and `b.a.example` is the same for all sites, and known once.
    """
    if not _can_be_renamed(source) or (candidate.key and not _can_be_renamed(candidate)):
        return candidate.text, source.text
    text = source.text.replace(source.host, "b.a.example")
    if not candidate.key:
        return candidate.text, text
    host = "b.a.example" if candidate.key == source.key else "a.example"
    return candidate.text.replace(candidate.host, host), text


def _can_be_renamed(source: Source) -> bool:
    """Whether another host can be put in place of a source's."""
    if source.is_ordinary:
        return True
    return source.host != "" and source.text.count(source.host) == 1 and not source.host.endswith(".")


@lru_cache(maxsize=4096)
def _covers(page: Url, candidate: str, expression: str) -> bool:
    """Whether one source covers another in all the browsers, which read and match some sources differently."""
    delivered = [Delivered(f"img-src {candidate}", "text")]
    return all(
        covers(PolicySet(page, parse_policies(delivered, browser), browser), expression, "img") for browser in BROWSERS
    )


_Pair = tuple[int, Source]
"""The number of a source in its list, and what covers it."""

_Question = tuple[bool, Url, frozenset[str]]
"""Whether it is the list of frame-ancestors, the page, and the sources that vendors need."""

_LOCATIONS = frozenset({SourceKind.HOST, SourceKind.SCHEME, SourceKind.STAR})


@check(when=("several sources",), capped=True)
def redundant_source(context: Context) -> Iterator[Problem]:
    """
    Report the sources that can be removed without any difference, all of a policy in one finding.

    Never reported, and never taken as what covers another: 'self', because several hosts often send one policy; what the
    vendor's guide lists, which is copied whole; lists with 'strict-dynamic', whose hosts are for browsers that do not
    know it; and pairs such as http://a.example and https://a.example, which people list side by side on purpose.
    """
    needed = context.vendor_sources
    budget, page = Budget(), context.policies.page
    for policy in context.policies.policies:
        lists = [each for each in source_lists(policy) if _suspects(each.list) and not _is_inert(each)]
        found = {each.name: pairs for each in lists if (pairs := _remembered(each, page, needed, budget))}
        if found:
            yield _problem(policy, found)


def _is_inert(directive: Directive) -> bool:
    """Whether 'strict-dynamic' disables the list's hosts."""
    return directive.list.strict_dynamic and directive.name.startswith(("script-src", "default-src"))


def _remembered(directive: Directive, page: Url, needed: frozenset[str], budget: Budget) -> list[_Pair]:
    """A list's redundant sources, remembered for the next time: each of a policy's fixes is judged by a run of its own."""
    known, question = _answers(directive.list), (directive.name == "frame-ancestors", page, needed)
    if question in known and known[question][1] < budget.left:
        found, cost = known[question]
        budget.left -= cost  # a remembered answer costs the same, so that the same policy gets the same findings
        return found
    before = budget.left
    found = _covered(Coverage(page, directive, budget), directive, needed)
    if budget.left > 0:  # else some pairs may not have been compared
        known.clear()
        known[question] = found, before - budget.left
    return found


@memo
def _answers(_: SourceList) -> dict[_Question, tuple[list[_Pair], int]]:
    """The last answer about a list, and its cost in pairs."""
    return {}


def _covered(coverage: Coverage, directive: Directive, needed: frozenset[str]) -> list[_Pair]:
    """Each redundant source with what covers it; of two that cover each other, the later one is redundant."""
    excluded = set(needed)
    found = []
    sources = own_sources(directive.list)
    for number in (each for each in reversed(_suspects(directive.list)) if each < len(sources)):
        source = sources[number]
        if source.kind not in _LOCATIONS or source.text in needed or holds(source, is_reported_alone):
            continue
        if directive.name == "frame-ancestors" and is_misread_ancestor(source):
            continue
        if by := coverage.by(source, partial(_is_excluded, source, excluded)):
            found.append((number, by))
            excluded.add(source.text)
    return found[::-1]


def _is_excluded(source: Source, excluded: set[str], other: Source) -> bool:
    return other.text in excluded or _is_pair(source, other) or holds(other, is_reported_alone)


def _is_pair(one: Source, other: Source) -> bool:
    """Whether two sources differ only in their schemes."""
    if one.kind != other.kind or one.kind != SourceKind.HOST:
        return one.kind == other.kind
    return (one.host, one.subdomains, one.port, one.path) == (other.host, other.subdomains, other.port, other.path)


def _problem(policy: Policy, found: dict[str, list[_Pair]]) -> Problem:
    name, pairs = next(iter(found.items()))
    directive = policy.in_force[name]
    token, by = directive.token(pairs[0][0]), pairs[0][1]
    listed = list(
        dict.fromkeys(_listed(policy.in_force[name], each) for name, pairs in found.items() for each in pairs)
    )
    others = f" The policy has {len(listed) - 1} more like it." if len(listed) > 1 else ""
    return Problem(
        rule="redundant-source",
        message=f"{shown(token.source.text)} in {name} adds nothing: {shown(by.text)} covers it.{others}",
        cause=f"Covered are {in_words(listed, most=6)}." if len(listed) > 1 else "",
        **at_token(policy, directive, token),
        edits=lambda: policy_edits(policy, _edits(policy, found)),
    )


def _edits(policy: Policy, found: dict[str, list[_Pair]]) -> Iterator[Replacement]:
    for name, pairs in found.items():
        yield from remove_tokens(policy.in_force[name], [number for number, _ in pairs])


def _listed(directive: Directive, pair: _Pair) -> str:
    number, by = pair
    return f"{directive.list.sources[number].text} by {by.text} ({directive.name})"
