"""
Hashes of URLs and of text for eval(): an experiment of Chromium's that takes away before it gives.

The hashes switch hosts and 'unsafe-eval' off in every Chromium, and let something through only where the page takes
part in the origin trial. Chromium 156 was seen to do so with a list of each kind (csp/browsers.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import any_token
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.kinds import is_experimental
from csplint.checks.syntax.places import Group, groups, in_words, shown
from csplint.csp.edit import Replacement, remove_sources
from csplint.csp.policy import Directive
from csplint.csp.source import SourceKind
from csplint.model import Severity

_ALONE = "Nothing of it counts in Firefox and Safari."
_NAVIGATED = frozenset({"frame-src", "form-action", "frame-ancestors", "fenced-frame-src"})
"""Where Chromium asks about navigations, and such a hash changes nothing."""


@check(when=(any_token(is_experimental),), capped=True)
def experimental_source(context: Context) -> Iterator[Problem]:
    """Report each such hash, and 'strict-dynamic-url', which belongs to them."""
    for policy in context.policies.policies:
        for group in groups(policy, is_experimental):
            yield _problem(group)


def _problem(group: Group) -> Problem:
    text, kind = group.source.text, group.source.kind
    off = [each for each in group.directives if _switches_off(each, kind)]
    severity: Severity = "warning" if off else "info"
    return Problem(
        rule="experimental-source",
        severity=severity,
        message=f"{shown(text)} in {group.names} is an experiment of Chromium's, and lets nothing through where the page is "
        f"not enrolled in it{_besides(off, kind)}.",
        cause=_ALONE,
        policy=group.policy,
        directive=(off or group.directives)[0].name,
        value=text,
        span=next(token.span for each, token in group.places if not off or each is off[0]),
        safety="unsafe",
        edits=lambda: policy_edits(group.policy, _without(group)),
    )


def _switches_off(directive: Directive, kind: str) -> bool:
    """Whether something in the list no longer counts in Chromium."""
    if kind == SourceKind.URL_HASH:
        return bool(directive.list.locations) and directive.name not in _NAVIGATED
    return kind == SourceKind.EVAL_HASH and "'unsafe-eval'" in directive.list.keywords


def _besides(off: list[Directive], kind: str) -> str:
    if not off:
        return ""
    names = in_words(each.name for each in off)
    what = (
        f"the hosts and schemes of {names}, 'self' included"
        if kind == SourceKind.URL_HASH
        else f"'unsafe-eval' in {names}"
    )
    return f"; all the same it switches {what}, off in every Chromium"


def _without(group: Group) -> Iterator[Replacement]:
    for directive in group.directives:
        yield from remove_sources(directive, [group.source.text])
