"""Sandbox flags that no browser knows."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import any_directive
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.places import shown
from csplint.checks.syntax.quoted import is_directive_name
from csplint.csp.edit import Replacement
from csplint.csp.policy import Directive, Policy, Token
from csplint.csp.suggest import closest

FLAGS = frozenset(
    {
        "allow-downloads",
        "allow-forms",
        "allow-modals",
        "allow-orientation-lock",
        "allow-pointer-lock",
        "allow-popups",
        "allow-popups-to-escape-sandbox",
        "allow-presentation",
        "allow-same-origin",
        "allow-scripts",
        "allow-storage-access-by-user-activation",
        "allow-top-navigation",
        "allow-top-navigation-by-user-activation",
        "allow-top-navigation-to-custom-protocols",
    }
)
"""HTML #parse-a-sandboxing-directive, and allow-storage-access-by-user-activation of the Storage Access API."""

_OTHERS = {"allow-downloads-without-user-activation": "allow-downloads"} | {
    flag.removeprefix("allow-"): flag for flag in sorted(FLAGS)
}


@check(when=(any_directive("sandbox"),), capped=True)
def sandbox_flag(context: Context) -> Iterator[Problem]:
    """Report each flag of a sandbox directive that browsers ignore."""
    for policy in context.policies.policies:
        directive = policy.in_force.get("sandbox")
        for token in directive.tokens if directive else ():
            if is_directive_name(token.source):
                break
            if directive and token.source.text.lower() not in FLAGS:
                yield _problem(policy, directive, token)


def _problem(policy: Policy, directive: Directive, token: Token) -> Problem:
    text = token.source.text
    meant = closest(text.lower().strip("'\"`"), sorted(FLAGS), _OTHERS)
    flags = {each.source.text.lower() for each in directive.tokens}
    there = meant in flags
    mended = Replacement(token.span.start, token.span.end, meant)
    return Problem(
        rule="sandbox-flag",
        severity=None if meant and not there else "warning",
        message=f"{shown(text)} is no sandbox flag; browsers ignore it, and the sandbox does not allow what it names.",
        cause=f"Did you mean {meant}?" if meant else _forbidden(flags),
        policy=policy,
        directive=directive.name,
        value=text,
        span=token.span,
        fix=f"Write {meant}." if meant else "Take it out." if flags & FLAGS else _ALL_FORBIDDEN,
        safety="unsafe",
        edits=policy_edits(policy, (mended,)) if meant and not there else (),
    )


_ALL_FORBIDDEN = "Write the flags that the page needs, allow-scripts for one; or take sandbox out."
_LOST = {"allow-scripts": "no script of the page runs", "allow-forms": "none of its forms is sent"}


def _forbidden(flags: set[str]) -> str:
    """What comes of a sandbox that was meant to allow more."""
    lost = [what for flag, what in _LOST.items() if flag not in flags]
    return f"The sandbox forbids all that no flag allows: {' and '.join(lost)}." if lost else ""
