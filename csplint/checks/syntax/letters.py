"""
A text that a program split into its letters: `default-src ' s e l f '`.

It joined a text with spaces where a list of texts was expected. A browser reads each letter as the name of a host.
"""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import any_token, source_lists
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.not_a_source import apart
from csplint.checks.syntax.token import is_letter
from csplint.checks.wording import shown
from csplint.csp.edit import Replacement
from csplint.csp.policy import Directive, Policy, Span, State

_FEWEST = 4
"""Letters in a row from which they are a text; nobody lists so many hosts of one letter."""

_LONGEST = 20_000
"""Characters of a policy that is put together again."""


@check(when=(any_token(is_letter), "ignored directive"), capped=True, rules=("split-into-letters",))
def split_into_letters(context: Context) -> Iterator[Problem]:
    """Report each list, or whole policy, in which every character is a word."""
    for policy in context.policies.policies:
        if whole := _whole(policy):
            yield _problem(policy, policy.directives[0], Span(0, len(policy.text)), whole)
            continue
        for directive in source_lists(policy):
            for span, text in _runs(policy, directive):
                yield _problem(policy, directive, span, text)


def _whole(policy: Policy) -> str:
    """The text of a policy that is split as a whole, "" for any other; a space in it has become three."""
    text, first = policy.text, policy.directives[0]
    if len(first.written) > 1 or first.state == State.IN_FORCE or len(text) > _LONGEST:
        return ""
    split = len(text) > 2 * _FEWEST and not text[1::2].strip(" ")
    return text[::2] if split else ""


def _runs(policy: Policy, directive: Directive) -> Iterator[tuple[Span, str]]:
    """The stretches of a list in which every word is one character, and what each was."""
    tokens, start = directive.tokens, 0
    while start < len(tokens):
        end = start
        while end < len(tokens) and len(tokens[end].source.text) == 1:
            end += 1
        if end - start >= _FEWEST:
            span = Span(tokens[start].span.start, tokens[end - 1].span.end)
            yield span, _joined(policy.text[span.start : span.end])
        start = max(end, start + 1)


def _joined(text: str) -> str:
    """The sources that were split; the letters in a row where they are none."""
    spaced = text[::2] if not text[1::2].strip(" ") else text.replace(" ", "")
    return " ".join(part for word in spaced.split() for part in apart(word) or [word])


def _problem(policy: Policy, directive: Directive, span: Span, text: str) -> Problem:
    return Problem(
        rule="split-into-letters",
        message=f"{shown(text)} is split into its letters: browsers read each as a word of its own.",
        policy=policy,
        directive=directive.name,
        value=policy.text[span.start : span.end],
        span=span,
        fix=f"Write {shown(text)}. Give your program a list of sources, not one text, which it joins letter by letter.",
        safety="unsafe",
        edits=policy_edits(policy, [Replacement(span.start, span.end, text)]),
        explains=(span,),
    )
