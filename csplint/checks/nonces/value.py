"""Is the nonce random: not an example, words or a template, of the right alphabet and long enough?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import any_token, token_predicate, tokens_that
from csplint.checks.problem import STAND_IN, Problem, nonce_edit, policy_edits, server_edit
from csplint.checks.registry import check
from csplint.checks.syntax.token import EMPTY_VALUES, diagnose
from csplint.csp.edit import Replacement
from csplint.csp.policy import Directive, Policy, Token
from csplint.csp.source import Source, SourceKind
from csplint.model import Edit

REQUIRED_BITS = 128
"""CSP3 #security-nonces."""

_GUESSED = 64
"""Bits below which a nonce can be guessed."""

_HEX = re.compile(r"[0-9a-f]{8,}|[0-9A-F]{8,}")

_TEMPLATE = re.compile(r"[{}$#%<>]|\?=|nonce-'")
_HOW = "Make at least 16 random bytes for every response, and put them base64-encoded into the header and on the tag."


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
                    yield _problem(context, fault, policy, directive, token)


def _fault(context: Context, token: Token) -> tuple[str, str] | None:
    source = token.source
    if source.kind == SourceKind.INVALID:
        found = diagnose(source)
        return None if found and found.kind in {"not a source", "merged"} else _unreadable(source.text)
    if what := _not_random(context, source.name):
        return "nonce-placeholder", f"The nonce {source.name!r} is {what}, not a random value."
    bits = _bits(source.name)
    if bits < REQUIRED_BITS:
        return (
            "nonce-short",
            f"The nonce {source.name!r} has at most {bits} random bits; the specification asks for {REQUIRED_BITS}.",
        )
    return None


def _bits(nonce: str) -> int:
    """The most random bits a nonce can have, by the alphabet it seems to be written in: hexadecimal or base64."""
    bare = nonce.rstrip("=")
    return len(bare) * (4 if _HEX.fullmatch(bare) else 6)


def _unreadable(text: str) -> tuple[str, str]:
    if text.lower() == "'nonce-'":
        return "nonce-template", "The nonce is empty: nothing filled in its value."
    if _TEMPLATE.search(text):
        return "nonce-template", f"{text} is a template that nothing filled in, so browsers ignore it."
    return "nonce-alphabet", f"{text} is not a nonce: browsers accept only base64, and ignore it."


def is_placeholder(context: Context, nonce: str) -> bool:
    """Whether a nonce is a known example, words in its place, or one character over and over."""
    return bool(_not_random(context, nonce))


def is_weak(context: Context, nonce: str) -> bool:
    """Whether a nonce is publicly known or can be guessed."""
    return is_placeholder(context, nonce) or _bits(nonce) < REQUIRED_BITS


def _not_random(context: Context, nonce: str) -> str:
    """What a value is that cannot be a random nonce, in words; "" where it may be one."""
    known, bare = context.placeholders, nonce.rstrip("=")
    if len(set(bare)) == 1:
        return "one character over and over"
    if bare.lower() in {*EMPTY_VALUES, "none"}:
        return "what a program writes for a missing value"
    if nonce.lower() in known or bare.lower() in known:
        return "an example from a document"
    return "a placeholder made of words" if is_words(nonce) else ""


def _problem(context: Context, fault: tuple[str, str], policy: Policy, directive: Directive, token: Token) -> Problem:
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
        by_owner=lambda: tuple(_filled_in(context, token.source.text)),
    )


def _filled_in(context: Context, text: str) -> Iterator[Edit]:
    """A random nonce wherever a policy has this one, and on the tags that have it."""
    for policy in context.every_policy:
        tokens = (token for directive in policy.in_force.values() for token in directive.tokens)
        yield from policy_edits(
            policy,
            [
                Replacement(each.span.start, each.span.end, f"'nonce-{STAND_IN}'")
                for each in tokens
                if each.source.text == text
            ],
        )
    written = text[len("'nonce-") : -1]
    tags = (each for each in context.document.requests if each.request.nonce == written) if context.document else ()
    for place in dict.fromkeys(each.place for each in tags if written):
        yield from nonce_edit(place, STAND_IN)


# A nonce made of words is not random: `YOUR_RANDOM_NONCE_VALUE_HERE`, `generatedNonce`, `n0nc3`. Where other words are between
# the separators, half the letters must be of the list: `NGINX_NONCE`. Random base64 comes to neither: a word of five letters at
# one place is one in a thousand million, and one of the distinctive words must be there.

_DISTINCTIVE_WORDS = (
    "nonce nonces random placeholder replace replaceme changeme example sample dummy generated secret base64 csp"
)
_OTHER_WORDS = (
    "a an the this that my me your our here with for to of by from and or in is it be as real some same any each every new "
    "unique static secure server site app page value values string text token key hash header script style inline attr "
    "change insert put set add use must should goes per request response rand test demo foo bar todo generate runtime"
)
_DISTINCTIVE = frozenset(_DISTINCTIVE_WORDS.split())
_WORDS = _DISTINCTIVE | frozenset(_OTHER_WORDS.split())
_LONGEST_WORD = max(map(len, _WORDS))
_FEWEST = 5
"""Letters that must be of the list: three alone are met by chance in a short value with separators."""

_MOST = 64
"""Characters of a value that is looked at; words in a nonce's place are a short sentence."""

_LEET = str.maketrans("013457", "oieast")


def is_words(nonce: str) -> bool:
    """Whether a nonce is words that say what belongs in its place."""
    bare = nonce.rstrip("=").lower()
    if len(bare) > _MOST:
        return False
    parts = [part for part in re.split(r"[-_+/]+", bare) if part]
    whole = "".join(parts)
    plain = whole.rstrip("0123456789")
    return any(map(_is_made_of_words, {whole, plain, whole.translate(_LEET), plain.translate(_LEET)})) or _mostly(parts)


def _is_made_of_words(text: str) -> bool:
    """Whether the text is words of the list one after the other, a distinctive one among them."""
    seen: dict[int, bool] = {0: False}  # up to where the text is words, and whether a distinctive one is among them
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - _LONGEST_WORD), end):
            if start in seen and (word := text[start:end]) in _WORDS:
                seen[end] = seen.get(end, False) or seen[start] or word in _DISTINCTIVE
    return seen.get(len(text), False)


def _mostly(parts: list[str]) -> bool:
    """Whether half of what is between separators is words of the list, a distinctive one among them."""
    words = [part for part in parts if part in _WORDS]
    said = sum(map(len, words))
    return not _DISTINCTIVE.isdisjoint(words) and said * 2 >= sum(map(len, parts)) and said >= _FEWEST
