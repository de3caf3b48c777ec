"""Sources that another source of their list covers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.syntax.coverage import Asked, Coverage
from csplint.checks.syntax.keywords import meant_quoted
from csplint.checks.syntax.places import identity, in_words, own_tokens, shown, source_lists
from csplint.checks.syntax.reasons import fault
from csplint.checks.syntax.removal import without_tokens
from csplint.csp.policy import Directive, Policy, Token
from csplint.csp.source import Source, SourceKind

_LOCATIONS = frozenset({SourceKind.HOST, SourceKind.SCHEME, SourceKind.STAR})


def redundant_source(context: Context) -> Iterator[Problem]:
    """
    Report the sources that can go without any difference, all of a policy together.

    Left out are, on both sides: 'self', because one policy is often sent by several hosts; what the vendor's guide
    lists, which is copied whole; lists under 'strict-dynamic', whose hosts are for browsers that do not know it; and
    pairs such as http://a.example and https://a.example, which people write side by side on purpose.
    """
    asked = frozenset(text for requirement in context.pack.requirement for text in context.wanted(requirement))
    budget, page = Asked(), context.policies.page
    for policy in context.policies.policies:
        found = {each.name: _covered(Coverage(page, each, budget), each, asked) for each in _lists(policy)}
        found = {name: pairs for name, pairs in found.items() if pairs}
        if found:
            yield _problem(policy, found)


def _lists(policy: Policy) -> Iterator[Directive]:
    for directive in source_lists(policy):
        if not (directive.list.strict_dynamic and directive.name.startswith(("script-src", "default-src"))):
            yield directive


def _covered(coverage: Coverage, directive: Directive, asked: frozenset[str]) -> list[tuple[Token, Source]]:
    """Each redundant token with what covers it; of two that cover one another the later is redundant."""
    gone = set(asked)
    found = []
    for token in reversed(own_tokens(directive)):
        text = token.source.text
        if token.source.kind not in _LOCATIONS or text in asked or _is_told(token.source):
            continue
        if by := coverage.by(text, partial(_is_passed, token.source, gone)):
            found.append((token, by))
            gone.add(text)
    return found[::-1]


def _is_passed(source: Source, gone: set[str], other: Source) -> bool:
    return other.text in gone or _is_pair(source, other) or _is_told(other)


def _is_told(source: Source) -> bool:
    """Whether a source is not the one that was meant, which is told as such."""
    return bool(meant_quoted(source)) or fault(source) is not None or "*" in source.path


def _is_pair(one: Source, other: Source) -> bool:
    """Whether two sources differ in nothing but their schemes."""
    return one.kind is other.kind and replace(identity(one), scheme="") == replace(identity(other), scheme="")


def _problem(policy: Policy, found: dict[str, list[tuple[Token, Source]]]) -> Problem:
    name, pairs = next(iter(found.items()))
    token, by = pairs[0]
    listed = list(
        dict.fromkeys(f"{t.source.text} by {s.text} ({name})" for name, each in found.items() for t, s in each)
    )
    count = len(listed)
    others = f" The policy has {count - 1} more like it." if count > 1 else ""
    edits = [
        edit
        for name, each in found.items()
        for edit in without_tokens(policy.in_force[name], [token for token, _ in each])
    ]
    return Problem(
        rule="redundant-source",
        message=f"{shown(token.source.text)} in {name} adds nothing: {shown(by.text)} covers it.{others}",
        cause=f"Covered are {in_words(listed, most=6)}." if count > 1 else "",
        policy=policy,
        directive=name,
        value=token.source.text,
        span=token.span,
        edits=policy_edits(policy, edits),
    )
