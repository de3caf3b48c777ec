"""Directives and sources that occur twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import any_state
from csplint.checks.problem import Problem, at_token, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.occurrences import identity, own_sources, source_lists
from csplint.checks.wording import in_words, shown
from csplint.csp.cover import covers
from csplint.csp.decide import PolicySet
from csplint.csp.directives import DIRECTIVES
from csplint.csp.edit import Replacement, add_sources, remove_tokens, without_directive
from csplint.csp.memo import memo
from csplint.csp.policy import Delivered, Directive, Policy, SourceList, State, parse_policies
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import Url

_MOST_COMPARED = 40
"""Sources of a list that are compared one by one; an author who lists more a second time means to add."""

_LOCATIONS = frozenset({SourceKind.HOST, SourceKind.SCHEME, SourceKind.STAR})


@check(when=(any_state("duplicate"),), capped=True)
def duplicate_directive(context: Context) -> Iterator[Problem]:
    """Report each directive that browsers ignore because an earlier one has its name."""
    for policy in context.policies.policies:
        first: dict[str, Directive] = {}
        for directive in policy.directives:
            before = first.setdefault(directive.name, directive)
            if directive.state == State.DUPLICATE and directive.name in DIRECTIVES:
                stricter = _is_stricter(before, directive, context.policies.page)
                yield _directive(policy, before, directive, stricter=stricter)


def _directive(policy: Policy, first: Directive, later: Directive, *, stricter: bool) -> Problem:
    name = later.name
    missing = _missing(first, later)
    same = not missing and not _missing(later, first)
    dropped = first.state == State.BAD_VALUE
    used = "browsers use the first one and ignore this one"
    if dropped:
        used = "browsers drop the first one for its characters, and Chromium ignores this one too"
    return Problem(
        rule="duplicate-directive",
        severity="info" if same and not dropped else "warning",
        message=f"{name} occurs twice in the policy: {used}.",
        cause=_loosens(first, later) if stricter else _difference(name, later, missing, same=same),
        policy=policy,
        directive=name,
        value=later.value or later.written,
        span=later.span,
        fix=_fix(name, dropped=dropped, same=same, stricter=stricter),
        safety="safe" if same else "unsafe",
        edits=() if dropped or stricter else policy_edits(policy, _merged(policy, first, later, missing)),
    )


def _fix(name: str, *, dropped: bool, same: bool, stricter: bool) -> str:
    if dropped:
        return "Correct the first one."
    if same:
        return "Remove this one."
    if stricter:  # no edit can decide which of the two is meant
        return "Remove the first one if you mean this one, else this one."
    return f"Merge the two into one {name}."


def _missing(first: Directive, later: Directive) -> list[str]:
    """The sources that the later one has and the first does not."""
    there = {identity(source) for source in first.list.sources}
    new = (source for source in later.list.sources if identity(source) not in there)
    return list(dict.fromkeys(source.text for source in new))


def _difference(name: str, later: Directive, missing: list[str], *, same: bool) -> str:
    if same:
        return "It says the same as the first."
    if missing:
        return f"The first one does not have {in_words(missing)}, so browsers never see it."
    return f"It says less than the first: {name} {shown(later.value)}".rstrip() + "."


def _loosens(first: Directive, later: Directive) -> str:
    more = [text for text in _missing(later, first) if text.lower() != "'none'"]
    return f"The later one is stricter, but has no effect: the first one still allows {in_words(more)}."


def _merged(policy: Policy, first: Directive, later: Directive, missing: list[str]) -> tuple[Replacement, ...]:
    removed = without_directive(policy, later)
    if not missing:
        return removed
    if DIRECTIVES[later.name].kind not in {"sources", "ancestors"} or first.state != State.IN_FORCE:
        return ()
    added = [text for text in missing if text.lower() != "'none'"]
    if not added:
        return removed
    if removed[0].start > first.span.end:
        return (*add_sources(policy, first.name, added), *removed)
    return (Replacement(first.span.end, later.span.end, f" {' '.join(added)}"),)  # the two are adjacent


def _is_stricter(first: Directive, later: Directive, page: Url) -> bool:
    """Whether the later of two directives allows some of what the first does, and nothing else."""
    if DIRECTIVES[first.name].kind not in {"sources", "ancestors"} or first.state != State.IN_FORCE:
        return False
    one, other = first.list, later.list
    if len(other.sources) > _MOST_COMPARED or _disables_more(one, other):
        return False
    return _is_within(other.sources, first, page) and not _is_within(one.sources[:_MOST_COMPARED], later, page)


def _is_within(sources: tuple[Source, ...], directive: Directive, page: Url) -> bool:
    """Whether a directive allows all that these sources do."""
    # In any directive a source matches the same URLs, so images answer for all.
    policies = PolicySet(page, parse_policies([Delivered(f"img-src {directive.value}")]))
    words = {identity(source) for source in directive.list.sources}
    return all(_is_allowed(source, words, policies) for source in sources)


def _is_allowed(source: Source, words: set[str], policies: PolicySet) -> bool:
    if source.kind in {SourceKind.NONE, SourceKind.INVALID} or identity(source) in words:
        return True
    located = source.kind in _LOCATIONS or source.name == "'self'"
    return located and covers(policies, source.text, "img")


def _disables_more(one: SourceList, other: SourceList) -> bool:
    """Whether the first list disables something that both have: then the later one allows more by having less."""
    if one.strict_dynamic and not other.strict_dynamic:
        return True
    inline = "'unsafe-inline'" in other.keywords
    return inline and one.has_nonce_or_hash and not other.has_nonce_or_hash


@check(when=("several sources",), capped=True)
def duplicate_source(context: Context) -> Iterator[Problem]:
    """Report the sources that occur twice in their list, all of a policy in one finding."""
    for policy in context.policies.policies:
        found = [(directive, number) for directive in source_lists(policy) for number in _repeated(directive.list)]
        if found:
            yield _sources(policy, found)


_SPELT_ONE_WAY = frozenset({SourceKind.KEYWORD, SourceKind.NONE, SourceKind.NONCE, SourceKind.SCHEME, SourceKind.STAR})
"""Kinds of sources that are alike only if their texts are, but for letter case."""


@memo
def _repeated(listed: SourceList) -> list[int]:
    sources = own_sources(listed)
    if len(sources) < 2:  # noqa: PLR2004
        return []
    numbers: Iterable[int] = range(len(sources))
    if len({source.text.lower() for source in sources}) == len(sources):
        # Of most sources another spelling differs in letter case only; what is left is little.
        numbers = [n for n in numbers if not (sources[n].is_ordinary or sources[n].kind in _SPELT_ONE_WAY)]
    seen: set[str] = set()
    found = []
    for number in numbers:
        source = sources[number]
        if identity(source) in seen and source.kind != SourceKind.INVALID:
            found.append(number)
        seen.add(identity(source))
    return found


def _sources(policy: Policy, found: list[tuple[Directive, int]]) -> Problem:
    directive, token = found[0][0], found[0][0].token(found[0][1])
    others = f"; the policy has {len(found) - 1} more like it" if len(found) > 1 else ""
    return Problem(
        rule="duplicate-source",
        message=f"{shown(token.source.text)} occurs twice in {directive.name}{others}.",
        **at_token(policy, directive, token),
        edits=lambda: policy_edits(policy, (edit for each, number in found for edit in remove_tokens(each, (number,)))),
    )
