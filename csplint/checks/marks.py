"""
What a token is to the checks, found out once.

Some twenty checks look for tokens of one kind each: an unquoted keyword, a
wildcard, an IP address. A policy has forty tokens, hardly any of which is
wanted, and sites repeat theirs. So each check's question is put to a token when
it is first met, and what holds is kept with it; a policy is gone through once
for all the checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from csplint.csp.directives import DIRECTIVES
from csplint.csp.memo import memo
from csplint.csp.policy import Directive, Policy, SourceList, Token
from csplint.csp.source import ALL_KINDS, AnySourceKind, Source

Question = Callable[[Source], bool]
"""What a check asks of a token: same token, same answer."""

_QUESTIONS: dict[AnySourceKind, list[Question]] = {kind: [] for kind in ALL_KINDS}
_NOTHING: Sequence[int] = ()
_LISTS = frozenset(
    name for name, info in DIRECTIVES.items() if info.kind in {"sources", "ancestors"} and info.status != "removed"
)


def mark(*kinds: AnySourceKind) -> Callable[[Question], Question]:
    """
    Have a question asked of every token of these kinds, so that `marked` knows the answer (a decorator, for whole modules' functions).

    kinds: those of the tokens it may hold for; none stand for all.
    """

    def marked_question(question: Question) -> Question:
        for kind in kinds or ALL_KINDS:
            _QUESTIONS[kind].append(question)
        return question

    return marked_question


def marked(directive: Directive, question: Question) -> Sequence[int]:
    """The numbers, from 0, of the directive's tokens for which a question holds."""
    return numbers(directive.list, question)


def numbers(listed: SourceList, question: Question) -> Sequence[int]:
    """The same of a list that is at hand without its directive."""
    return questions(listed).get(question, _NOTHING)


@memo
def questions(listed: SourceList) -> Mapping[Question, list[int]]:
    """The questions that hold for some source of a list, with the sources' numbers."""
    found: dict[Question, list[int]] = {}
    for number, source in enumerate(listed.sources):
        for question in _marks(source):
            found.setdefault(question, []).append(number)
    return found


@memo
def _marks(source: Source) -> tuple[Question, ...]:
    return tuple([question for question in _QUESTIONS[source.kind] if question(source)])


def holds(source: Source, question: Question) -> bool:
    """Whether a marked question holds for a source that is not at hand with its directive."""
    return question in _marks(source)


def tokens_that(directive: Directive, question: Question) -> Iterator[Token]:
    """The directive's tokens for which a question holds."""
    return (directive.token(number) for number in marked(directive, question))


@memo
def source_lists(policy: Policy) -> Sequence[Directive]:
    """The directives in force that hold sources and that browsers heed."""
    return [each for each in policy.in_force.values() if each.name in _LISTS]
