"""Hosts whose asterisk was lost: https://.vendor.example, copied from a document that lost it in publishing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from csplint.checks.context import VendorContext
from csplint.checks.prefilter import token_predicate, tokens_that
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.csp.decide import PolicySet
from csplint.csp.edit import Replacement, apply
from csplint.csp.memo import memo
from csplint.csp.policy import Delivered, Directive, Policy, Token, parse_policies
from csplint.csp.source import Source, SourceKind

_LOST = re.compile(r"((?:[A-Za-z][A-Za-z0-9+.-]*://)?)\.(?=[A-Za-z0-9])")


@check(capped=True)
def lost_asterisk(context: VendorContext) -> Iterator[Problem]:
    """Report every source whose host starts with a dot, in the directives that are in force."""
    for policy in context.policies.policies:
        for directive in policy.in_force.values():
            for token in tokens_that(directive, is_lost):
                yield _problem(policy, directive, token)


def _problem(policy: Policy, directive: Directive, token: Token) -> Problem:
    repaired_text = _repaired(token)
    return Problem(
        rule="lost-asterisk",
        message=f"{token.source.text} has lost its asterisk, so browsers ignore it.",
        cause="Documents lose asterisks when they are published: * is a mark of their own.",
        policy=policy,
        directive=directive.name,
        value=token.source.text,
        span=token.span,
        fix=f"Write {repaired_text}.",
        edits=policy_edits(policy, (Replacement(token.span.start, token.span.end, repaired_text),)),
    )


@token_predicate(SourceKind.INVALID)
def is_lost(source: Source) -> bool:
    """Whether a token would be a host with an asterisk before its first dot."""
    return source.kind == SourceKind.INVALID and bool(_LOST.match(source.text))


def _repaired(token: Token) -> str:
    return _LOST.sub(r"\1*.", token.source.text, count=1)


@memo(key=lambda policy, policies: (policy, policies.browser.name))
def repaired(policy: Policy, policies: PolicySet) -> Policy | None:
    """The policy with its lost asterisks restored; None where none is lost."""
    tokens = [token for directive in policy.in_force.values() for token in tokens_that(directive, is_lost)]
    if not tokens:
        return None
    text = apply(policy.text, [Replacement(token.span.start, token.span.end, _repaired(token)) for token in tokens])
    found = parse_policies([Delivered(text, policy.delivery, policy.disposition, policy.order)], policies.browser)
    return found[0] if found else None
