"""Directives whose name no browser knows: misspelt, glued to their value, or no directive at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.marks import marked
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.syntax.commas import continued
from csplint.checks.syntax.cut_off import Reading, cut_off, cut_path, looks_like_source
from csplint.checks.syntax.escapes import escaped, left_by_escape
from csplint.checks.syntax.header_names import names_header
from csplint.checks.syntax.misplaced import features, not_filled_in, of_another_header
from csplint.checks.syntax.other_headers import is_feature
from csplint.checks.syntax.places import in_words, shown
from csplint.checks.syntax.quoted import is_directive_name, meant_quoted
from csplint.checks.syntax.removal import without_directive
from csplint.checks.syntax.semicolons import semicolon
from csplint.checks.syntax.wrapping import unwrapped, wrapping
from csplint.csp.directives import DIRECTIVES
from csplint.csp.edit import Replacement
from csplint.csp.parse import parse_source
from csplint.csp.policy import Directive, Policy, State
from csplint.csp.suggest import closest_directive

_GLUED = re.compile(r"[^A-Za-z0-9-]*([A-Za-z0-9-]+)([^A-Za-z0-9-].*)?", re.DOTALL)
_ESCAPE = re.compile(r"&(?:#|quot|apos|amp)", re.IGNORECASE)
_SEPARATORS = ':=\x0b"`'


def unknown_directive(context: Context) -> Iterator[Problem]:
    """Report every directive that browsers drop for its name; where nothing else is in force, the first says so."""
    found = _found(context)
    if any(policy.in_force for policy in context.policies.policies):
        yield from found
        return
    for number, problem in enumerate(found):
        nothing = "" if number else " Nothing of the policy is in force: it protects against nothing."
        yield replace(problem, severity="error", cause=f"{problem.cause}{nothing}".lstrip())


def _found(context: Context) -> Iterator[Problem]:
    parts = continued(context)
    permissions: list[tuple[Policy, Directive]] = []
    for policy in context.policies.policies:
        by_escapes = 0
        for number, directive in enumerate(policy.directives):
            if not _is_unknown(directive) or (number == 0 and policy.index in parts):
                continue
            if left_by_escape(policy, directive):
                if by_escapes == 0:
                    yield escaped(policy, directive)
                by_escapes += 1
            elif is_feature(directive):
                permissions.append((policy, directive))
            else:
                yield _problem(policy, number, directive)
    if permissions:
        yield features(permissions, alone=not any(policy.in_force for policy in context.policies.policies))


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
    return _of_no_name(policy, number, directive) or _of_a_name(policy, number, directive)


def _of_no_name(policy: Policy, number: int, directive: Directive) -> Reading | None:
    """What is left of an escape, a stray character, or quotes around the whole."""
    if _ESCAPE.search(directive.written):
        return Reading(
            "It is what the semicolon of an HTML escape left; a header knows no escapes.", severity="warning"
        )
    if not re.search(r"[A-Za-z0-9*]", directive.written) and not directive.value:
        return _stray(policy, directive)
    if number == 0 and (around := wrapping(policy)):
        return Reading(
            "The whole policy stands in quotes, which are for where it is set and not for the header.",
            "Take both quotes out.",
            edits=unwrapped(policy, around),
        )
    return None


def _of_a_name(policy: Policy, number: int, directive: Directive) -> Reading:
    glued = _GLUED.fullmatch(directive.written)
    if glued and glued[1].lower() in DIRECTIVES:
        rest = (glued[2] or "").strip(_SEPARATORS)
        rest = meant_quoted(parse_source(rest)) or rest
        return _meant(policy, directive, glued[1].lower(), rest)
    if reading := (
        not_filled_in(directive) or of_another_header(policy, directive) or cut_path(policy, number, directive)
    ):
        return reading
    if looks_like_source(directive.written):
        return cut_off(policy, number, directive)
    meant = closest_directive(directive.name.rstrip(":"))
    if meant and _has_no_use(meant):
        edits = without_directive(policy, directive)
        return Reading(f"Did you mean {meant}? Browsers need that no more.", "Take it out.", "warning", edits)
    if meant:
        return _meant(policy, directive, meant, "")
    return _before_a_name(directive) or Reading("It is in no specification that csplint knows of.", severity="warning")


def _stray(policy: Policy, directive: Directive) -> Reading:
    cause = "It is a stray character; nothing is lost." if policy.in_force else "It is a stray character."
    return Reading(cause, "Take it out.", "info", without_directive(policy, directive))


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
    span, others = directive.name_span, marked(directive, is_directive_name)
    fix = f"Write {shown(mended)}" + (f", and ; before {_names(directive)}." if others else ".")
    semicolons = [semicolon(directive, number) for number in others]
    return Reading(cause, fix, edits=(Replacement(span.start, span.end, mended), *semicolons))


def _names(directive: Directive) -> str:
    texts = [directive.list.sources[number].text for number in marked(directive, is_directive_name)]
    return in_words(text.removesuffix(":") for text in texts)


def _before_a_name(directive: Directive) -> Reading | None:
    """A word before a directive's name, as a label: `CSP: default-src 'self'`."""
    others = marked(directive, is_directive_name)
    if not others or others[0] > 0:
        return None
    first = directive.token(0)
    name = first.source.text.removesuffix(":")
    edits = [semicolon(directive, number) for number in others[1:]]
    return Reading(
        f"The directive's name follows: {name}.",
        f"Take {shown(directive.written)} out.",
        edits=(Replacement(directive.span.start, first.span.end, name), *edits),
    )
