"""What stands where a directive's name belongs and was never to be one: a template, another header, Permissions-Policy."""

from __future__ import annotations

from collections.abc import Sequence

from csplint.checks.problem import Problem, policy_edits
from csplint.checks.syntax.cut_off import Reading
from csplint.checks.syntax.empty_values import EMPTY_VALUES, OBJECT
from csplint.checks.syntax.other_headers import PERMISSIONS, header_of_value, is_feature, named_header, permission
from csplint.checks.syntax.places import in_words, shown
from csplint.checks.syntax.removal import without_directive, without_directives
from csplint.checks.syntax.templates import is_template
from csplint.csp.policy import Directive, Policy
from csplint.model import Edit


def not_filled_in(directive: Directive) -> Reading | None:
    """What a template or a program left."""
    if is_template(directive.written):
        return Reading("It is a template that nothing filled in.", "Fill it in where the policy is made.")
    if (directive.name in {*EMPTY_VALUES, OBJECT} or directive.written == "None") and (
        not directive.value or directive.value == "Object]"
    ):
        return Reading(
            "It is what a program writes for a value that is missing or no text.", "Mend it where the policy is made."
        )
    return None


def was_never_directive(directive: Directive) -> bool:
    """Whether it is a template, or of another header: neither a name misspelt, nor the rest of a list."""
    other = named_header(directive) or header_of_value(directive) or is_feature(directive)
    return bool(other or not_filled_in(directive))


def of_another_header(policy: Policy, directive: Directive) -> Reading | None:
    """Another header's name with its value, or one of its values alone."""
    if header := named_header(directive):
        cause = f"{header} is a header of its own; in a policy it does nothing."
        line = f"{header}: {directive.value}" if directive.value else header
    elif header := header_of_value(directive):
        cause = f"It is a value of another header, {header}; in a policy it does nothing."
        line = f"{header}: {directive.written}"
    else:
        return None
    edits = without_directive(policy, directive)
    return Reading(cause, f"Take it out, and send it as a header: {shown(line)}", "warning", edits)


def features(found: Sequence[tuple[Policy, Directive]], *, alone: bool) -> Problem:
    """All the features of Permissions-Policy that stand in policies: one slip, told once. alone: nothing else is in force."""
    policy, first = found[0]
    names = in_words(directive.written for _, directive in found)
    line = ", ".join(permission(directive) for _, directive in found)
    no, them = ("directive", "it") if len(found) == 1 else ("directives", "them")
    return Problem(
        rule="unknown-directive",
        severity="warning",
        message=f"Browsers know no {no} {names} and drop {them}.",
        cause=f"{PERMISSIONS} is a header of its own, with features of its own; in a policy they do nothing.",
        policy=policy,
        directive=first.name,
        value=first.written,
        span=first.name_span,
        fix=f"Take {them} out, and send {PERMISSIONS}: {shown(line)}",
        safety="unsafe",
        edits=() if alone else _taken_out(found),
    )


def _taken_out(found: Sequence[tuple[Policy, Directive]]) -> tuple[Edit, ...]:
    policies = {policy.index: policy for policy, _ in found}
    edits: list[Edit] = []
    for index, policy in policies.items():
        edits += policy_edits(policy, without_directives(policy, [each for at, each in found if at.index == index]))
    return tuple(edits)
