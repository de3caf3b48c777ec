"""Sources that frame-ancestors does not know."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.syntax.places import own_tokens, shown
from csplint.csp.edit import remove_sources
from csplint.csp.policy import Directive, Policy, Token
from csplint.csp.source import SourceKind


def frame_ancestors_source(context: Context) -> Iterator[Problem]:
    """Report keywords other than 'self' and 'none', nonces and hashes in frame-ancestors."""
    for policy in context.policies.policies:
        directive = policy.in_force.get("frame-ancestors")
        seen: set[str] = set()
        for token in own_tokens(directive) if directive else ():
            if directive and not _belongs(token) and token.source.text not in seen:
                seen.add(token.source.text)
                yield _problem(policy, directive, token)


def _belongs(token: Token) -> bool:
    source = token.source
    if source.kind is SourceKind.KEYWORD:
        return source.name == "'self'"
    return source.kind not in {SourceKind.NONCE, SourceKind.HASH}


def _problem(policy: Policy, directive: Directive, token: Token) -> Problem:
    text = token.source.text
    return Problem(
        rule="frame-ancestors-source",
        message=f"{shown(text)} has no effect in frame-ancestors, which takes hosts, schemes, 'self' and 'none'.",
        policy=policy,
        directive=directive.name,
        value=text,
        span=token.span,
        edits=policy_edits(policy, remove_sources(directive, [text])),
    )
