"""
What the checks of this family stand on: the set that decides, and the policy a finding points at.

A page needs every policy's consent, so a weakness counts where no policy of
the set prevents it. It is told once, of the policy that comes closest to
preventing it: there the edit is smallest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set

from csplint.checks.context import Context
from csplint.checks.prefilter import Predicate, has_token, numbers, source_lists, tokens_that
from csplint.checks.syntax.token import is_directive_name
from csplint.csp.decide import EFFECTIVE_DIRECTIVE
from csplint.csp.memo import memo
from csplint.csp.policy import Directive, Policy, SourceList, Token
from csplint.csp.request import Kind
from csplint.csp.source import Source, SourceKind

ELEMENT = "script-src-elem"
"""What script elements are judged by, and what `script` requests are asked of."""


def nearest(context: Context, effective: str) -> list[Policy]:
    """
    The policies judged that restrict `effective`, those with a list of their own for it first.

    Not the shortest list first: an edit that adds a source would then move a finding to another policy.
    """
    known = _nearest(context)
    if effective not in known:
        governed = [(each, policy) for policy in context.policies.policies if (each := policy.governing(effective))]
        own = [policy for each, policy in governed if each.name != "default-src"]
        known[effective] = own + [policy for each, policy in governed if each.name == "default-src"]
    return known[effective]


@memo
def _nearest(_: Context) -> dict[str, list[Policy]]:
    return {}


def swallowed(context: Context, policy: Policy) -> Set[str]:
    """The directives' names that stand among the sources of another one, for want of a semicolon; told as such."""
    if not has_token(context, is_directive_name):
        return frozenset()
    return {
        directive.list.sources[number].text.lower()
        for directive in source_lists(policy)
        for number in numbers(directive.list, is_directive_name)
    }


def governing(policy: Policy, kind: Kind) -> Directive | None:
    """The directive that a request of this kind is judged by."""
    return policy.governing(EFFECTIVE_DIRECTIVE[kind])


def sources_of(policies: Iterable[Policy], wanted: Predicate) -> Iterator[tuple[Policy, Token]]:
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
    number = _keywords(directive.list).get(name)
    return None if number is None else directive.token(number)


@memo
def _keywords(listed: SourceList) -> dict[str, int]:
    """The number of each keyword's first place."""
    numbers = range(len(listed.sources) - 1, -1, -1)
    return {source.name: number for number in numbers if (source := listed.sources[number]).kind == SourceKind.KEYWORD}
