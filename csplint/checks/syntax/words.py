"""Quoted words everywhere: in source lists, and in the directives that have words of their own (Trusted Types, webrtc)."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import any_directive, any_token
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.keywords import manner, unknown_source, unquoted_source
from csplint.checks.syntax.places import shown
from csplint.checks.syntax.quoted import QUOTES, is_unknown_word, is_unquoted
from csplint.checks.syntax.removal import without_tokens
from csplint.csp.edit import Replacement
from csplint.csp.policy import Directive, Policy, Token
from csplint.csp.source import KEYWORDS

WORDS = {
    "require-trusted-types-for": ("'script'",),
    "trusted-types": ("'allow-duplicates'", "'none'"),
    "webrtc": ("'allow'", "'block'"),
}


@check(
    when=(
        any_token(is_unquoted),
        any_directive("require-trusted-types-for"),
        any_directive("trusted-types"),
        any_directive("webrtc"),
    ),
    capped=True,
)
def unquoted_keyword(context: Context) -> Iterator[Problem]:
    """Report words without their quotes, or in the wrong ones: in source lists, and in these directives."""
    yield from unquoted_source(context)
    for policy, directive, token in _tokens(context):
        quoted = f"'{token.source.text.lower().strip(QUOTES)}'"
        if quoted in WORDS[directive.name] and quoted != token.source.text.lower():
            yield _problem("unquoted-keyword", policy, directive, token, quoted)


@check(
    when=(
        any_token(is_unknown_word),
        any_directive("require-trusted-types-for"),
        any_directive("trusted-types"),
        any_directive("webrtc"),
    ),
    capped=True,
)
def unknown_keyword(context: Context) -> Iterator[Problem]:
    """Report quoted words that are not known; names of Trusted Types policies take no quotes."""
    yield from unknown_source(context)
    for policy, directive, token in _tokens(context):
        text = token.source.text
        bare = text.strip(QUOTES)
        named = directive.name == "trusted-types"
        if f"'{bare.lower()}'" not in WORDS[directive.name] and (text != bare or not named):
            yield _problem("unknown-keyword", policy, directive, token, _meant(bare, directive) if named else "")


def _meant(bare: str, directive: Directive) -> str:
    """The name that stands in quotes; none where it is a keyword of source lists, which nobody calls a policy."""
    if f"'{bare.lower()}'" not in KEYWORDS:
        return bare
    # An empty list allows no policy, which 'none' says aloud.
    return "" if len(directive.tokens) > 1 else "'none'"


def _taken_out(directive: Directive, token: Token) -> tuple[Replacement, ...]:
    """What is no name stands among names for nothing; elsewhere nobody can tell what was meant."""
    return without_tokens(directive, [token]) if directive.name == "trusted-types" else ()


def _tokens(context: Context) -> Iterator[tuple[Policy, Directive, Token]]:
    for policy in context.policies.policies:
        for name in WORDS:
            if name in policy.in_force:
                for token in policy.in_force[name].tokens:
                    yield policy, policy.in_force[name], token


def _problem(rule: str, policy: Policy, directive: Directive, token: Token, mended: str) -> Problem:
    edits = (Replacement(token.span.start, token.span.end, mended),) if mended else _taken_out(directive, token)
    known, text = " and ".join(WORDS[directive.name]), token.source.text
    says = f"stands {manner(text)} in {directive.name}: browsers do not take it for {mended}"
    if rule == "unknown-keyword":
        says = f"is no word that {directive.name} knows; browsers ignore it"
    return Problem(
        rule=rule,
        severity="error" if rule == "unquoted-keyword" and directive.name == "require-trusted-types-for" else "warning",
        message=f"{shown(text)} {says}.",
        cause=f"{directive.name} knows {known}, with single quotes"
        + (", and names of policies without." if directive.name == "trusted-types" else "."),
        policy=policy,
        directive=directive.name,
        value=text,
        span=token.span,
        fix=f"Write {mended}." if mended else "Take it out." if edits else "",
        safety="unsafe",
        edits=policy_edits(policy, edits),
    )
