"""Names of Trusted Types policies: which browsers ignore, and 'none' beside some (Trusted Types #trusted-types-csp-directive)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.once import once
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.syntax.places import in_words, own_sources, shown
from csplint.checks.syntax.quoted import QUOTES
from csplint.checks.syntax.reasons import CLOSERS
from csplint.checks.syntax.removal import without_tokens
from csplint.checks.syntax.templates import is_template
from csplint.csp.policy import Directive, Policy, SourceList

_NAME = re.compile(r"[A-Za-z0-9#=_/@.%-]+")
_TYPES = "trusted-types"


def wrong_names(context: Context) -> Iterator[Problem]:
    """Report each name that holds characters which names cannot have; a quoted one is told as an unknown word."""
    for policy in context.policies.policies:
        directive = policy.in_force.get(_TYPES)
        for number in _wrong(directive.list) if directive else ():
            if directive:
                yield _problem(policy, directive, number)


@once
def _wrong(listed: SourceList) -> list[int]:
    """The numbers of the names at fault, each text once."""
    first = {source.text: number for number, source in reversed(list(enumerate(own_sources(listed))))}
    return sorted(number for text, number in first.items() if _is_wrong(text))


def _is_wrong(text: str) -> bool:
    quoted = text.strip(QUOTES) != text
    return text != "*" and not quoted and text not in CLOSERS and _NAME.fullmatch(text) is None


def _problem(policy: Policy, directive: Directive, number: int) -> Problem:
    token = directive.token(number)
    text = token.source.text
    template = is_template(text)
    why = "it is a template that nothing filled in" if template else "it has a character that names cannot have"
    return Problem(
        rule="invalid-source",
        severity="error" if template else "warning",
        message=f"{shown(text)} in {_TYPES} is no name of a policy: {why}.",
        cause="Browsers ignore it, and scripts may create no policy of that name.",
        policy=policy,
        directive=directive.name,
        value=text,
        span=token.span,
        fix=""
        if template
        else "Name the policy with letters, digits and - # = _ / @ . %, here and where scripts create it.",
        safety="unsafe",
    )


def none_with_names(context: Context) -> Iterator[Problem]:
    """Report a 'none' that the names beside it switch off."""
    for policy in context.policies.policies:
        if directive := policy.in_force.get(_TYPES):
            own = directive.tokens[: len(own_sources(directive.list))]
            nones = [token for token in own if token.source.text.lower() == "'none'"]
            names = [text for token in own if (text := token.source.text) == "*" or _NAME.fullmatch(text)]
            if nones and names:
                yield Problem(
                    rule="none-with-others",
                    message=f"'none' in {_TYPES} has no effect beside {in_words(names)}: browsers ignore it.",
                    policy=policy,
                    directive=directive.name,
                    value=nones[0].source.text,
                    span=nones[0].span,
                    edits=policy_edits(policy, without_tokens(directive, nones)),
                )
