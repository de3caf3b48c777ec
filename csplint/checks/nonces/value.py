"""Is the nonce a nonce: not an example, not a template, of the right alphabet and long enough?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import any_token, token_predicate, tokens_that
from csplint.checks.problem import Problem, server_edit
from csplint.checks.registry import check
from csplint.checks.syntax.token import EMPTY_VALUES
from csplint.csp.policy import Directive, Policy, Token
from csplint.csp.source import Source, SourceKind

WANTED_BITS = 128
"""CSP3 #security-nonces."""

_GUESSED = 64
"""Bits below which a nonce is not merely shorter than asked for."""

_HEX = re.compile(r"[0-9a-f]{8,}|[0-9A-F]{8,}")

_TEMPLATE = re.compile(r"[{}$#%<>]|\?=|nonce-'")
_HOW = (
    "Make 16 random bytes or more for every response (the guide uses 32), base64-encoded, in the header and on the tag."
)


@token_predicate(SourceKind.NONCE, SourceKind.INVALID)
def is_nonce(source: Source) -> bool:
    """Whether a token is a nonce, or was meant to be one."""
    if source.kind == SourceKind.INVALID:
        return source.text.lower().startswith("'nonce-")
    return source.kind == SourceKind.NONCE


@check(
    when=(any_token(is_nonce),),
    capped=True,
    rules=(
        "nonce-placeholder",
        "nonce-short",
        "nonce-template",
        "nonce-alphabet",
    ),
)
def nonce_value(context: Context) -> Iterator[Problem]:
    """Report nonces that are placeholders, unrendered templates, not base64, or too short."""
    seen: set[str] = set()
    for policy in context.policies.policies:
        for directive in policy.in_force.values():
            for token in tokens_that(directive, is_nonce):
                if token.source.text not in seen and (fault := _fault(context, token)):
                    seen.add(token.source.text)
                    yield _problem(fault, policy, directive, token)


def _fault(context: Context, token: Token) -> tuple[str, str] | None:
    source = token.source
    if source.kind == SourceKind.INVALID:
        return _unreadable(source.text)
    if what := _instead(context, source.name):
        return "nonce-placeholder", f"The nonce {source.name!r} is {what}, not a random value."
    bits = _bits(source.name)
    if bits < WANTED_BITS:
        return (
            "nonce-short",
            f"The nonce {source.name!r} has room for {bits} bits; the specification asks for {WANTED_BITS}.",
        )
    return None


def _bits(nonce: str) -> int:
    """How much chance a nonce can hold, by the alphabet it seems to be written in: hexadecimal, or base64."""
    bare = nonce.rstrip("=")
    return len(bare) * (4 if _HEX.fullmatch(bare) else 6)


def _unreadable(text: str) -> tuple[str, str]:
    if text.lower() == "'nonce-'":
        return "nonce-template", "The nonce is empty: its value was lost, in the guide's text or on the way."
    if _TEMPLATE.search(text):
        return "nonce-template", f"{text} is a template that nothing filled in; browsers drop it."
    return "nonce-alphabet", f"{text} is no nonce: browsers accept base64 only, and drop it."


def is_placeholder(context: Context, nonce: str) -> bool:
    """Whether a nonce is a known example, words in its place, or one character over and over."""
    return bool(_instead(context, nonce))


def is_weak(context: Context, nonce: str) -> bool:
    """Whether there is anything to say against a nonce: everyone knows it, or it can be guessed."""
    return is_placeholder(context, nonce) or _bits(nonce) < WANTED_BITS


def _instead(context: Context, nonce: str) -> str:
    """What stands in a nonce's place, in words; "" where it may be one."""
    from csplint.checks.nonces.words import is_words  # noqa: PLC0415 - for policies with a nonce alone

    known, bare = context.placeholders, nonce.rstrip("=")
    if len(set(bare)) == 1:
        return "one character over and over"
    if bare.lower() in {*EMPTY_VALUES, "none"}:
        return "what a program writes for a value that is not there"
    if nonce.lower() in known or bare.lower() in known:
        return "an example from a document"
    return "words that stand for one" if is_words(nonce) else ""


def _problem(fault: tuple[str, str], policy: Policy, directive: Directive, token: Token) -> Problem:
    rule, message = fault
    return Problem(
        rule=rule,
        severity="info" if rule == "nonce-short" and _bits(token.source.name) >= _GUESSED else None,
        message=message,
        policy=policy,
        directive=directive.name,
        value=token.source.text,
        span=token.span,
        fix=_HOW,
        edits=server_edit(_HOW),
    )
