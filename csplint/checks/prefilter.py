"""
Cheap facts about policies, used to skip checks that cannot find anything.

Some twenty checks look for tokens of one kind each: an unquoted keyword, a wildcard, an IP address. A policy has forty
tokens, hardly any of which is of such a kind, and sites repeat theirs. So each predicate is asked of a token when it is
first met, the answers are kept with the token, and a policy is gone through once for all checks.

A fact is a short text, the same here and in the index of checks: see `any_token`, `any_script_token`, `any_directive`, `any_state` and
`Situation`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import Literal

from csplint.checks.context import Context
from csplint.checks.security.suffixes import Section, sections
from csplint.csp.decide import EFFECTIVE_DIRECTIVE
from csplint.csp.directive import AnyState
from csplint.csp.directives import DIRECTIVES
from csplint.csp.memo import memo
from csplint.csp.policy import Directive, Policy, SourceList, Token
from csplint.csp.source import ALL_KINDS, AnySourceKind, Source

Predicate = Callable[[Source], bool]
"""What a check wants to know of a token: the same token always gives the same answer."""

Fact = str

Situation = Literal[
    "page",  # there is a page, not just policies
    "answer",  # there is a recorded answer of a server
    "source",  # it is a configuration file
    "folder",  # it is a page in a folder with files that it loads
    "headers",  # there are response headers
    "second answer",  # the page was fetched twice
    "nonce and second answer",  # it was, and a policy has a nonce
    "report-only",  # the policies judged are report-only ones
    "no directive",  # no policy has any directive
    "several policies",
    "joined policies",  # a comma separates two of the policies
    "several sources",  # some list has more than one source
    "long",  # the policies are so long that fixes are words only
    "scripts unrestricted",  # neither script-src nor default-src is in force
    "scripts run",  # no sandbox keeps scripts from running
    "ignored directive",  # browsers do not apply some directive, for its name, its value or an earlier one of its name
    "removed directive",  # a directive in force is one that browsers no longer support
]

LONGEST_EDITED = 16_384
"""Characters of all policies together up to which findings get edits."""


def any_token(predicate: Predicate) -> Fact:
    """The fact that a predicate holds for a token of some list in force."""
    return _TOKEN_FACTS.get(predicate) or _TOKEN_FACTS.setdefault(predicate, f"token {predicate.__name__}")


_TOKEN_FACTS: dict[Predicate, Fact] = {}


def any_script_token(predicate: Predicate) -> Fact:
    """The fact that a predicate holds for a token of a list that governs script elements."""
    return f"script token {predicate.__name__}"


def any_directive(name: str) -> Fact:
    """The fact that a directive is in force."""
    return name


def any_state(name: AnyState) -> Fact:
    """The fact that some directive is in this state."""
    return f"state {name}"


OfOrdinary = Literal[
    "never",
    "by likeness",  # depends on nothing but the scheme and, after *., on whether the host is a public suffix
    "by name",  # depends on the host, so it is asked of every one: it must be quick
]
"""When a predicate holds for an ordinary host."""

_PREDICATES: dict[AnySourceKind, list[Predicate]] = {kind: [] for kind in ALL_KINDS}
_BY_LIKENESS: list[Predicate] = []
_BY_NAME: list[Predicate] = []
_ANSWERS: dict[tuple[str, tuple[Section, ...] | None], tuple[Predicate, ...]] = {}
_NOWHERE: Sequence[int] = ()
_LISTS = frozenset(
    name for name, info in DIRECTIVES.items() if info.kind in {"sources", "ancestors"} and info.status != "removed"
)


def token_predicate(*kinds: AnySourceKind, ordinary: OfOrdinary = "never") -> Callable[[Predicate], Predicate]:
    """
    Have a predicate asked of every token of these kinds, so that its answers are at hand (a decorator).

    kinds: those of the tokens for which it may hold; none means all. ordinary: what makes it hold for an ordinary host
    (`Source.is_ordinary`), as hardly any does. A test asks every predicate about such hosts. The module must be imported
    before the first token is read: the index of checks lists the modules that have predicates.
    """

    def register(predicate: Predicate) -> Predicate:
        for kind in kinds or ALL_KINDS:
            _PREDICATES[kind].append(predicate)
        if ordinary != "never":
            (_BY_NAME if ordinary == "by name" else _BY_LIKENESS).append(predicate)
        return predicate

    return register


def _holding(source: Source) -> tuple[Predicate, ...]:
    if not source.is_ordinary:
        return _asked(source)
    likeness = (source.scheme, sections(source.host) if source.subdomains else None)
    if likeness not in _ANSWERS:  # some twenty in all, and nine of ten tokens are answered here
        _ANSWERS[likeness] = tuple([predicate for predicate in _BY_LIKENESS if predicate(source)])
    return _ANSWERS[likeness] + _by_name(source)


@memo
def _asked(source: Source) -> tuple[Predicate, ...]:
    return tuple([predicate for predicate in _PREDICATES[source.kind] if predicate(source)])


@memo
def _by_name(source: Source) -> tuple[Predicate, ...]:
    return tuple([predicate for predicate in _BY_NAME if predicate(source)])


def holds(source: Source, predicate: Predicate) -> bool:
    """Whether a registered predicate holds for a source."""
    return predicate in _holding(source)


@memo
def numbers_by_predicate(listed: SourceList) -> Mapping[Predicate, list[int]]:
    """The predicates that hold for some source of a list, with the sources' numbers, from 0."""
    found: dict[Predicate, list[int]] = {}
    for number, source in enumerate(listed.sources):
        for predicate in _holding(source):
            found.setdefault(predicate, []).append(number)
    return found


def numbers(listed: SourceList, predicate: Predicate) -> Sequence[int]:
    """The numbers, from 0, of a list's sources for which a predicate holds."""
    return numbers_by_predicate(listed).get(predicate, _NOWHERE)


def tokens_that(directive: Directive, predicate: Predicate) -> Iterator[Token]:
    """The directive's tokens for which a predicate holds."""
    return (directive.token(number) for number in numbers(directive.list, predicate))


@memo
def source_lists(policy: Policy) -> Sequence[Directive]:
    """The directives in force that hold sources and that browsers support."""
    return [each for each in policy.in_force.values() if each.name in _LISTS]


def has_token(context: Context, predicate: Predicate) -> bool:
    """Whether a predicate holds for a token of some list in force."""
    return any_token(predicate) in facts(context)


@memo
def facts(context: Context) -> Set[Fact]:
    """What holds for some policy judged, or for the whole subject."""
    policies = context.policies.policies
    found: set[Fact] = set()
    for policy in policies:
        found |= _of_policy(policy)
    if not (policies or context.others):
        found.add("no directive")
    if len(policies) > 1:
        found.add("several policies")
        if any(policy.joined for policy in policies):
            found.add("joined policies")
    if sum([len(policy.text) for policy in policies]) > LONGEST_EDITED:
        found.add("long")
    if "script-src" not in found and "default-src" not in found:
        found.add("scripts unrestricted")
    if not (context.report_only or "sandbox" in found) or context.combined.runs_scripts:
        found.add("scripts run")
    found.update(_of_subject(context))
    return found


def _of_subject(context: Context) -> Iterator[Fact]:
    if context.document is not None:
        yield "page"
        if context.files:
            yield "folder"
    if context.report_only:
        yield "report-only"
    if context.visits is not None:
        yield "answer"
        if context.source is not None:
            yield "source"
        if context.visits.first.status is not None:
            yield "headers"
        if context.visits.second is not None:
            yield "second answer"
            if context.header_nonces:
                yield "nonce and second answer"


def _of_policy(policy: Policy) -> set[Fact]:
    in_force = policy.in_force
    found: set[Fact] = set(in_force)
    found.update(*[_of_list(each.list) for each in in_force.values()])
    if not _REMOVED.isdisjoint(in_force):
        found.add("removed directive")
    if len(in_force) < len(policy.directives):
        found.add("ignored directive")
        found.update([any_state(each.state) for each in policy.directives])
    if scripts := policy.governing(EFFECTIVE_DIRECTIVE["script"]):
        found |= _of_script_list(scripts.list)
    return found


_REMOVED = frozenset(name for name, info in DIRECTIVES.items() if info.status == "removed")


@memo
def _of_list(listed: SourceList) -> frozenset[Fact]:
    several = ["several sources"] if len(listed.sources) > 1 else []
    return frozenset([*map(any_token, numbers_by_predicate(listed)), *several])


@memo
def _of_script_list(listed: SourceList) -> frozenset[Fact]:
    return frozenset(map(any_script_token, numbers_by_predicate(listed)))
