"""Remove tokens and directives from a policy's text."""

from __future__ import annotations

from collections.abc import Iterable

from csplint.csp.edit import Replacement
from csplint.csp.policy import Directive, Policy, Token


def without_tokens(directive: Directive, unwanted: Iterable[Token]) -> tuple[Replacement, ...]:
    """Remove tokens, each with the white space before it."""
    gone = {token.span for token in unwanted}
    end = directive.name_span.end
    found = []
    for token in directive.tokens:
        if token.span in gone:
            found.append(Replacement(end, token.span.end, ""))
        end = token.span.end
    return tuple(found)


def without_directive(policy: Policy, directive: Directive) -> tuple[Replacement, ...]:
    """Remove a directive with the semicolon between it and its neighbour; nothing where it is the only one."""
    others = policy.directives
    number = next(number for number, each in enumerate(others) if each.span == directive.span)
    if number > 0:
        return (Replacement(others[number - 1].span.end, directive.span.end, ""),)
    if len(others) > 1:
        return (Replacement(directive.span.start, others[1].span.start, ""),)
    return ()


def without_directives(policy: Policy, unwanted: Iterable[Directive]) -> tuple[Replacement, ...]:
    """Remove several directives; the whole text where there are no others."""
    gone = {directive.span for directive in unwanted}
    kept = [directive.span for directive in policy.directives if directive.span not in gone]
    if not kept:
        return (Replacement(0, len(policy.text), ""),)
    found = [Replacement(0, kept[0].start, "")] if kept[0].start else []
    before = kept[0].end
    for directive in policy.directives:
        if directive.span in gone and directive.span > kept[0]:
            found.append(Replacement(before, directive.span.end, ""))
        before = max(before, directive.span.end)
    return tuple(found)
