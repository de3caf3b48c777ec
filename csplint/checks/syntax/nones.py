"""'none' beside sources that count: it says nothing then."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.marks import marked
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.syntax.kinds import is_none
from csplint.checks.syntax.meaning import allows_something
from csplint.checks.syntax.places import in_words, own_tokens, source_lists
from csplint.checks.syntax.policy_names import none_with_names
from csplint.checks.syntax.removal import without_tokens
from csplint.csp.policy import Directive, Policy, Token


def none_with_others(context: Context) -> Iterator[Problem]:
    """Report each 'none' that other sources of its list switch off."""
    yield from none_with_names(context)
    for policy in context.policies.policies:
        for directive in source_lists(policy):
            if not marked(directive, is_none):
                continue
            own = own_tokens(directive)
            nones = [token for token in own if is_none(token.source)]
            others = [
                token.source.text for token in own if allows_something(directive.name, directive.list, token.source)
            ]
            if nones and others:
                yield _problem(policy, directive, nones, others)


def _problem(policy: Policy, directive: Directive, nones: list[Token], others: list[str]) -> Problem:
    return Problem(
        rule="none-with-others",
        message=f"'none' in {directive.name} has no effect beside {in_words(others)}: browsers ignore it.",
        policy=policy,
        directive=directive.name,
        value=nones[0].source.text,
        span=nones[0].span,
        edits=policy_edits(policy, without_tokens(directive, nones)),
    )
