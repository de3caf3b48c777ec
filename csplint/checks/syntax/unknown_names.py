"""Directives with an unknown name: misspelt, stuck to their value, or not a directive at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.prefilter import numbers
from csplint.checks.problem import Problem, at_name, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.commas import continued
from csplint.checks.syntax.copied_text import (
    after_wrapping,
    escapes_problem,
    is_made_by_escape,
    names_header,
    unwrapped,
    wrapping,
)
from csplint.checks.syntax.cut_off import Reading, cut_off, cut_path, looks_like_source
from csplint.checks.syntax.known_names import semicolon
from csplint.checks.syntax.other_headers import features, is_feature, not_filled_in, of_another_header
from csplint.checks.syntax.token import is_directive_name, meant_quoted
from csplint.checks.wording import in_words, shown
from csplint.csp.directives import DIRECTIVES
from csplint.csp.edit import Replacement, without_directive
from csplint.csp.parse import parse_source
from csplint.csp.policy import Directive, Policy, State
from csplint.csp.suggest import closest_directive

_GLUED = re.compile(r"[^A-Za-z0-9-]*([A-Za-z0-9-]+)([^A-Za-z0-9-].*)?", re.DOTALL)
_ESCAPE = re.compile(r"&(?:#|quot|apos|amp)", re.IGNORECASE)
_SEPARATORS = ':=\x0b"`'


@check(
    when=("ignored directive",),
    capped=True,
)
def unknown_directive(context: Context) -> Iterator[Problem]:
    """Report every directive that browsers ignore for its name; the first one says if nothing else is in force."""
    found = _found(context)
    if any(policy.in_force for policy in context.policies.policies):
        yield from found
        return
    for number, problem in enumerate(found):
        nothing = "" if number else " Nothing of the policy is in force: it protects against nothing."
        yield replace(problem, severity="error", cause=f"{problem.cause}{nothing}".lstrip())


def _found(context: Context) -> Iterator[Problem]:
    """
    One problem for all escapes of a policy, one for all features of Permissions-Policy, and one for each other name.

    comma-in-policy reports the first name of a policy that a comma cut off; it does not count among the first 20 here.
    """
    cut = continued(context)
    permissions: list[tuple[Policy, Directive]] = []
    for policy in context.policies.policies:
        has_escapes = False
        for number, directive in enumerate(policy.directives):
            if not _is_unknown(directive) or (number == 0 and policy.index in cut):
                continue
            if is_made_by_escape(policy, directive):
                if not has_escapes:
                    yield escapes_problem(policy, directive)
                has_escapes = True
            elif is_feature(directive):
                permissions.append((policy, directive))
            else:
                yield _problem(policy, number, directive)
    if permissions:
        nothing_else = not any(policy.in_force for policy in context.policies.policies)
        yield features(permissions, nothing_else=nothing_else)


def _is_unknown(directive: Directive) -> bool:
    wrong = directive.state in {State.UNKNOWN, State.BAD_NAME}
    return wrong and directive.written.isascii() and not names_header(directive)


def _problem(policy: Policy, number: int, directive: Directive) -> Problem:
    reading = _without_name(policy, number, directive) or _with_name(policy, number, directive)
    return Problem(
        rule="unknown-directive",
        severity=reading.severity,
        message=f"{shown(directive.written)} is not a known directive; browsers ignore it and its value.",
        cause=reading.cause,
        **at_name(policy, directive),
        fix=reading.fix,
        safety="unsafe",
        edits=policy_edits(policy, reading.edits),
        explains=reading.explains,
    )


def _without_name(policy: Policy, number: int, directive: Directive) -> Reading | None:
    """The rest of an escape, a stray character, or quotes around the whole policy."""
    if _ESCAPE.search(directive.written):
        cause = "It is what the semicolon of an HTML escape left; escapes have no meaning in a header."
        return Reading(cause, severity="warning")
    if not re.search(r"[A-Za-z0-9*]", directive.written) and not directive.value:
        cause = "It is a stray character, and has no effect." if policy.in_force else "It is a stray character."
        return Reading(cause, "Remove it.", "info", without_directive(policy, directive))
    if number == 0 and (around := wrapping(policy)):
        return Reading(
            "The whole policy is in quotes, which belong where you set it and not in the header.",
            "Remove both quotes.",
            edits=unwrapped(policy, around),
            explains=after_wrapping(policy, around),
        )
    return None


def _with_name(policy: Policy, number: int, directive: Directive) -> Reading:
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
    if meant and _is_obsolete(meant):
        edits = without_directive(policy, directive)
        return Reading(f"Did you mean {meant}? Browsers no longer need it.", "Remove it.", "warning", edits)
    if meant:
        return _meant(policy, directive, meant, "")
    return _before_name(directive) or Reading("It is in no specification that csplint knows.", severity="warning")


def _is_obsolete(name: str) -> bool:
    """Whether a directive is itself to be removed; report-uri is deprecated but still useful."""
    info = DIRECTIVES[name]
    return info.kind == "flag" and info.status == "deprecated"


def _meant(policy: Policy, directive: Directive, name: str, rest: str) -> Reading:
    text = f"{name} {rest}".rstrip()
    if name in policy.in_force:
        cause = f"Did you mean {name}? The policy already has one, which stays in force."
        return Reading(cause, f"Move its sources to the other {name}, and remove it.", "warning")
    cause = f"Did you mean {name}?" if not rest and name != directive.name else f"The name is {name}, and then a space."
    span, others = directive.name_span, numbers(directive.list, is_directive_name)
    fix = f"Write {shown(text)}" + (f", and ; before {_names(directive)}." if others else ".")
    semicolons = [semicolon(directive, number) for number in others]
    return Reading(cause, fix, edits=(Replacement(span.start, span.end, text), *semicolons))


def _names(directive: Directive) -> str:
    texts = [directive.list.sources[number].text for number in numbers(directive.list, is_directive_name)]
    return in_words(text.removesuffix(":") for text in texts)


def _before_name(directive: Directive) -> Reading | None:
    """A word before a directive's name, such as a label: `CSP: default-src 'self'`."""
    others = numbers(directive.list, is_directive_name)
    if not others or others[0] > 0:
        return None
    first = directive.token(0)
    name = first.source.text.removesuffix(":")
    edits = [semicolon(directive, number) for number in others[1:]]
    return Reading(
        f"The directive's name follows: {name}.",
        f"Remove {shown(directive.written)}.",
        edits=(Replacement(directive.span.start, first.span.end, name), *edits),
    )
