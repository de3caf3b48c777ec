"""Hosts whose asterisk was lost: https://.velaro.com, copied from the guide's published text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from csplint.checks.context import VendorContext
from csplint.checks.prefilter import token_predicate, tokens_that
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.csp.decide import PolicySet
from csplint.csp.edit import Replacement, apply
from csplint.csp.policy import Delivered, Directive, Policy, Token, parse_policies
from csplint.csp.source import Source, SourceKind

SYMPTOMS = {
    "script-src": "script-refused",
    "script-src-elem": "script-refused",
    "img-src": "images-broken",
    "font-src": "fonts-broken",
    "frame-src": "frame-blocked",
    "child-src": "frame-blocked",
}
"""The troubleshooting row by directive; the rule's own, chat-fails, is connect-src's."""

_LOST = re.compile(r"((?:[A-Za-z][A-Za-z0-9+.-]*://)?)\.(?=[A-Za-z0-9])")


@check(capped=True)
def lost_asterisk(context: VendorContext) -> Iterator[Problem]:
    """Report every source whose host starts with a dot, in the directives that are in force."""
    for policy in context.policies.policies:
        for directive in policy.in_force.values():
            for token in tokens_that(directive, is_lost):
                yield _problem(policy, directive, token)


def _problem(policy: Policy, directive: Directive, token: Token) -> Problem:
    mended = _mended(token)
    return Problem(
        rule="lost-asterisk",
        symptom=SYMPTOMS.get(directive.name, ""),
        message=f"{token.source.text} has lost its asterisk; browsers drop it.",
        cause="The guide's text was published without its asterisks.",
        policy=policy,
        directive=directive.name,
        value=token.source.text,
        span=token.span,
        fix=f"Write {mended}.",
        edits=policy_edits(policy, (Replacement(token.span.start, token.span.end, mended),)),
    )


@token_predicate(SourceKind.INVALID)
def is_lost(source: Source) -> bool:
    """Whether a token is a host but for the asterisk before its first dot."""
    return source.kind == SourceKind.INVALID and bool(_LOST.match(source.text))


def _mended(token: Token) -> str:
    return _LOST.sub(r"\1*.", token.source.text, count=1)


def repaired(policy: Policy, policies: PolicySet) -> Policy | None:
    """The policy with its lost asterisks given back; None where none is lost."""
    tokens = [token for directive in policy.in_force.values() for token in tokens_that(directive, is_lost)]
    if not tokens:
        return None
    text = apply(policy.text, [Replacement(token.span.start, token.span.end, _mended(token)) for token in tokens])
    mended = parse_policies([Delivered(text, policy.delivery, policy.disposition, policy.order)], policies.browser)
    return mended[0] if mended else None
