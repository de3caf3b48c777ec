"""Sources that another source of their list covers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from csplint.checks.context import Context
from csplint.checks.prefilter import holds
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.ancestors import is_misread
from csplint.checks.syntax.coverage import Asked, Coverage, suspects
from csplint.checks.syntax.kinds import is_told
from csplint.checks.syntax.places import in_words, own_sources, shown, source_lists
from csplint.csp.edit import Replacement, remove_tokens
from csplint.csp.memo import memo
from csplint.csp.policy import Directive, Policy, SourceList
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import Url

_Pair = tuple[int, Source]
"""The number of a source in its list, and what covers it."""

_Question = tuple[bool, Url, frozenset[str]]
"""Whether it is the list of frame-ancestors, the page, and what the vendor asks for."""

_LOCATIONS = frozenset({SourceKind.HOST, SourceKind.SCHEME, SourceKind.STAR})


@check(when=("several sources",), capped=True)
def redundant_source(context: Context) -> Iterator[Problem]:
    """
    Report the sources that can go without any difference, all of a policy together.

    Left out are, on both sides: 'self', because one policy is often sent by several hosts; what the vendor's guide
    lists, which is copied whole; lists under 'strict-dynamic', whose hosts are for browsers that do not know it; and
    pairs such as http://a.example and https://a.example, which people write side by side on purpose.
    """
    asked = context.vendor_sources
    budget, page = Asked(), context.policies.page
    for policy in context.policies.policies:
        lists = [each for each in source_lists(policy) if suspects(each.list) and not _is_inert(each)]
        found = {each.name: pairs for each in lists if (pairs := _known(each, page, asked, budget))}
        if found:
            yield _problem(policy, found)


def _is_inert(directive: Directive) -> bool:
    """Whether 'strict-dynamic' switches the list's hosts off."""
    return directive.list.strict_dynamic and directive.name.startswith(("script-src", "default-src"))


def _known(directive: Directive, page: Url, asked: frozenset[str], budget: Asked) -> list[_Pair]:
    """A list's redundant sources, kept with it for the next time: a policy is judged again with each of its fixes made."""
    known, question = _answers(directive.list), (directive.name == "frame-ancestors", page, asked)
    if question in known and known[question][1] < budget.left:
        found, cost = known[question]
        budget.left -= cost  # what is known costs what it did: the same policy gets the same answer
        return found
    before = budget.left
    found = _covered(Coverage(page, directive, budget), directive, asked)
    if budget.left > 0:  # else something may have gone untold
        known.clear()
        known[question] = found, before - budget.left
    return found


@memo
def _answers(_: SourceList) -> dict[_Question, tuple[list[_Pair], int]]:
    """The last answer about a list, and what it cost."""
    return {}


def _covered(coverage: Coverage, directive: Directive, asked: frozenset[str]) -> list[_Pair]:
    """Each redundant source with what covers it; of two that cover one another the later is redundant."""
    gone = set(asked)
    found = []
    sources = own_sources(directive.list)
    for number in (each for each in reversed(suspects(directive.list)) if each < len(sources)):
        source = sources[number]
        if source.kind not in _LOCATIONS or source.text in asked or holds(source, is_told):
            continue
        if directive.name == "frame-ancestors" and is_misread(source):
            continue
        if by := coverage.by(source, partial(_is_passed, source, gone)):
            found.append((number, by))
            gone.add(source.text)
    return found[::-1]


def _is_passed(source: Source, gone: set[str], other: Source) -> bool:
    return other.text in gone or _is_pair(source, other) or holds(other, is_told)


def _is_pair(one: Source, other: Source) -> bool:
    """Whether two sources differ in nothing but their schemes."""
    if one.kind != other.kind or one.kind != SourceKind.HOST:
        return one.kind == other.kind
    return (one.host, one.subdomains, one.port, one.path) == (other.host, other.subdomains, other.port, other.path)


def _problem(policy: Policy, found: dict[str, list[_Pair]]) -> Problem:
    name, pairs = next(iter(found.items()))
    token, by = policy.in_force[name].token(pairs[0][0]), pairs[0][1]
    listed = list(
        dict.fromkeys(_listed(policy.in_force[name], each) for name, pairs in found.items() for each in pairs)
    )
    count = len(listed)
    others = f" The policy has {count - 1} more like it." if count > 1 else ""
    return Problem(
        rule="redundant-source",
        message=f"{shown(token.source.text)} in {name} adds nothing: {shown(by.text)} covers it.{others}",
        cause=f"Covered are {in_words(listed, most=6)}." if count > 1 else "",
        policy=policy,
        directive=name,
        value=token.source.text,
        span=token.span,
        edits=lambda: policy_edits(policy, _edits(policy, found)),
    )


def _edits(policy: Policy, found: dict[str, list[_Pair]]) -> Iterator[Replacement]:
    for name, pairs in found.items():
        yield from remove_tokens(policy.in_force[name], [number for number, _ in pairs])


def _listed(directive: Directive, pair: _Pair) -> str:
    number, by = pair
    return f"{directive.list.sources[number].text} by {by.text} ({directive.name})"
