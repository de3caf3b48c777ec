"""'none' beside what counts: it says nothing then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from csplint.checks.context import Context
from csplint.checks.prefilter import any_directive, any_token, numbers
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.kinds import is_none
from csplint.checks.syntax.places import in_words, own_tokens, source_lists
from csplint.checks.syntax.policy_names import TYPES, is_name
from csplint.checks.syntax.removal import without_tokens
from csplint.csp.applicability import allows_something
from csplint.csp.policy import Directive, Policy, Token
from csplint.csp.source import Source


@check(
    when=(
        any_token(is_none),
        any_directive("trusted-types"),
    ),
    capped=True,
)
def none_with_others(context: Context) -> Iterator[Problem]:
    """Report each 'none' that other sources of its list, or names of Trusted Types policies, switch off."""
    for policy in context.policies.policies:
        if names := policy.in_force.get(TYPES):
            yield from _switched_off(policy, names, is_name)
        for directive in source_lists(policy):
            if numbers(directive.list, is_none):
                yield from _switched_off(policy, directive, partial(allows_something, directive.name, directive.list))


def _switched_off(policy: Policy, directive: Directive, counts: Callable[[Source], bool]) -> Iterator[Problem]:
    own = own_tokens(directive)
    nones = [token for token in own if is_none(token.source)]
    others = [token.source.text for token in own if counts(token.source)]
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
