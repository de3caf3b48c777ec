"""Names of Trusted Types policies, and which of them browsers ignore (Trusted Types #trusted-types-csp-directive)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem
from csplint.checks.syntax.places import own_texts, shown
from csplint.checks.syntax.quoted import QUOTES
from csplint.checks.syntax.reasons import CLOSERS
from csplint.checks.syntax.templates import is_template
from csplint.csp.memo import memo
from csplint.csp.policy import Directive, Policy, SourceList
from csplint.csp.source import Source

_NAME = re.compile(r"[A-Za-z0-9#=_/@.%-]+")
TYPES = "trusted-types"


def wrong_names(context: Context) -> Iterator[Problem]:
    """Report each name that holds characters which names cannot have; a quoted one is told as an unknown word."""
    for policy in context.policies.policies:
        directive = policy.in_force.get(TYPES)
        for number in _wrong(directive.list) if directive else ():
            if directive:
                yield _problem(policy, directive, number)


@memo
def _wrong(listed: SourceList) -> list[int]:
    """The numbers of the names at fault, each text once."""
    return [number for number in own_texts(listed) if _is_wrong(listed.sources[number].text)]


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
        message=f"{shown(text)} in {TYPES} is no name of a policy: {why}.",
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


def is_name(source: Source) -> bool:
    """Whether a word of trusted-types lets scripts create a policy: * or a name."""
    return source.text == "*" or _NAME.fullmatch(source.text) is not None
