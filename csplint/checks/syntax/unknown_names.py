"""Directives whose name no browser knows: misspelt, glued to their value, or no directive at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.syntax.commas import continued
from csplint.checks.syntax.cut_off import Reading, cut_off, cut_path, looks_like_source
from csplint.checks.syntax.header_names import names_header
from csplint.checks.syntax.near import closest_directive
from csplint.checks.syntax.places import shown
from csplint.checks.syntax.quoted import meant_quoted
from csplint.checks.syntax.removal import without_directive
from csplint.csp.directives import DIRECTIVES
from csplint.csp.edit import Replacement
from csplint.csp.policy import Directive, Policy, State
from csplint.csp.source import parse_source

_GLUED = re.compile(r"[^A-Za-z0-9-]*([A-Za-z0-9-]+)([^A-Za-z0-9-].*)?", re.DOTALL)
_ESCAPE = re.compile(r"&(?:#|quot|apos|amp)", re.IGNORECASE)
_SEPARATORS = ':=\x0b"`'


def unknown_directive(context: Context) -> Iterator[Problem]:
    """Report every directive that browsers drop for its name."""
    parts = continued(context)
    for policy in context.policies.policies:
        for number, directive in enumerate(policy.directives):
            if _is_unknown(directive) and not (number == 0 and policy.index in parts):
                yield _problem(policy, number, directive)


def _is_unknown(directive: Directive) -> bool:
    wrong = directive.state in {State.UNKNOWN, State.BAD_NAME}
    return wrong and directive.written.isascii() and not names_header(directive)


def _problem(policy: Policy, number: int, directive: Directive) -> Problem:
    reading = _read(policy, number, directive)
    return Problem(
        rule="unknown-directive",
        severity=reading.severity,
        message=f"Browsers know no directive {shown(directive.written)} and drop it with its value.",
        cause=reading.cause,
        policy=policy,
        directive=directive.name,
        value=directive.written,
        span=directive.name_span,
        fix=reading.fix,
        safety="unsafe",
        edits=policy_edits(policy, reading.edits),
    )


def _read(policy: Policy, number: int, directive: Directive) -> Reading:
    if _ESCAPE.search(directive.written):
        return Reading(
            "It is what the semicolon of an HTML escape left; a header knows no escapes.", severity="warning"
        )
    if not re.search(r"[A-Za-z0-9*]", directive.written) and not directive.value:
        return _stray(policy, directive)
    glued = _GLUED.fullmatch(directive.written)
    if glued and glued[1].lower() in DIRECTIVES:
        rest = (glued[2] or "").strip(_SEPARATORS)
        rest = meant_quoted(parse_source(rest)) or rest
        return _meant(policy, directive, glued[1].lower(), rest)
    if reading := cut_path(policy, number, directive):
        return reading
    if looks_like_source(directive.written):
        return cut_off(policy, number, directive)
    meant = closest_directive(directive.name)
    if meant and _has_no_use(meant):
        edits = without_directive(policy, directive)
        return Reading(f"Did you mean {meant}? Browsers need that no more.", "Take it out.", "warning", edits)
    if meant:
        return _meant(policy, directive, meant, "")
    return Reading("It is in no specification that csplint knows of.", severity="warning")


def _stray(policy: Policy, directive: Directive) -> Reading:
    return Reading(
        "It is a stray character; nothing is lost.", "Take it out.", "info", without_directive(policy, directive)
    )


def _has_no_use(name: str) -> bool:
    """Whether a directive is one to take out, too; report-uri is deprecated and has its use."""
    info = DIRECTIVES[name]
    return info.kind == "flag" and info.status == "deprecated"


def _meant(policy: Policy, directive: Directive, name: str, rest: str) -> Reading:
    mended = f"{name} {rest}".rstrip()
    if name in policy.in_force:
        cause = f"Did you mean {name}? The policy has one besides, which stays in force."
        return Reading(cause, f"Put its sources into the other {name}, and take it out.", "warning")
    cause = f"Did you mean {name}?" if not rest and name != directive.name else f"The name is {name}, and then a space."
    span = directive.name_span
    return Reading(cause, f"Write {shown(mended)}.", edits=(Replacement(span.start, span.end, mended),))
