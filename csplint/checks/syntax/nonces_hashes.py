"""Nonces and hashes that match nothing, or that only Chromium's experiments know."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import any_token
from csplint.checks.problem import Problem, at_token, policy_edits
from csplint.checks.registry import check
from csplint.checks.syntax.occurrences import Group, groups
from csplint.checks.syntax.token import Diagnosis, diagnose, is_experimental, is_invalid_hash, is_invalid_nonce
from csplint.checks.wording import in_words, shown
from csplint.csp.edit import Replacement, remove_sources
from csplint.csp.policy import Directive
from csplint.csp.source import SourceKind


@check(when=(any_token(is_invalid_nonce),), capped=True)
def invalid_nonce(context: Context) -> Iterator[Problem]:
    """Report nonces that browsers drop, each text once for all policies."""
    seen: set[str] = set()
    for policy in context.policies.policies:
        for group in groups(policy, is_invalid_nonce):
            found = diagnose(group.source)
            if found and group.source.text not in seen:
                seen.add(group.source.text)
                yield _nonce(group, found)


def _nonce(group: Group, found: Diagnosis) -> Problem:
    text = group.source.text
    others = all(directive.list.nonces for directive in group.directives)
    return Problem(
        rule="invalid-nonce",
        severity="warning" if others else None,
        message=f"{shown(text)} in {group.names} is not a nonce: {found.why}. Browsers ignore it.",
        cause=_still_inline(group),
        **group.location,
        fix=f"Write {found.meant}." if found.meant else "",
        safety="unsafe",
        edits=policy_edits(group.policy, group.replaced(found.meant)) if found.meant else (),
    )


def _still_inline(group: Group, *, in_firefox: bool = True) -> str:
    """A nonce or hash that browsers drop does not disable 'unsafe-inline'."""
    where = "" if in_firefox else " in Chromium"
    return next(
        (
            f"So it does not disable 'unsafe-inline'{where}: {directive.name} lets every inline script or style run."
            for directive in group.directives
            if "'unsafe-inline'" in directive.list.keywords and not _is_disabled(directive)
        ),
        "",
    )


def _is_disabled(directive: Directive) -> bool:
    """Whether something else disables the list's 'unsafe-inline'."""
    return directive.list.has_nonce_or_hash or directive.list.strict_dynamic


@check(when=(any_token(is_invalid_hash),), capped=True)
def invalid_hash(context: Context) -> Iterator[Problem]:
    """Report hashes that nothing can ever match, or that one browser never matches."""
    for policy in context.policies.policies:
        for group in groups(policy, is_invalid_hash):
            if found := diagnose(group.source):
                yield _hash(group, found)


def _hash(group: Group, found: Diagnosis) -> Problem:
    text, kept = group.source.text, group.source.kind == SourceKind.HASH
    off = [directive.name for directive in group.directives if kept and "'unsafe-inline'" in directive.list.keywords]
    cause = f"It still disables the 'unsafe-inline' of {off[0]}." if off else ""
    if not kept and not group.source.algorithm:
        cause = _still_inline(group, in_firefox=not found.firefox_keeps)
    return Problem(
        rule="invalid-hash",
        severity=found.severity,
        message=f"{shown(text)} in {group.names} {found.why}.",
        cause=cause,
        **group.location,
        fix=f"Write {found.meant}." if found.meant else "",
        edits=policy_edits(group.policy, group.replaced(found.meant)) if found.meant else (),
        safety="unsafe",
    )


@check(when=(any_token(is_experimental),), capped=True)
def experimental_source(context: Context) -> Iterator[Problem]:
    """
    Report hashes of URLs and of text for eval(), and 'strict-dynamic-url', which belongs to them.

    The hashes disable hosts and 'unsafe-eval' in every Chromium, and allow something only where the page takes part in
    the origin trial; Chromium 156 was seen to do so with a list of each kind (csp/browsers.py).
    """
    for policy in context.policies.policies:
        for group in groups(policy, is_experimental):
            yield _experimental(group)


_NAVIGATIONS = frozenset({"frame-src", "form-action", "frame-ancestors", "fenced-frame-src"})
"""Directives for navigations, on which such a hash has no effect in Chromium."""


def _experimental(group: Group) -> Problem:
    text, kind = group.source.text, group.source.kind
    off = [each for each in group.directives if _disables(each, kind)]
    place = next(place for place in group.places if not off or place[0] is off[0])
    return Problem(
        rule="experimental-source",
        severity="warning" if off else "info",
        message=f"{shown(text)} in {group.names} belongs to an experiment of Chromium's, and allows nothing unless the page "
        f"is enrolled in it{_disabled(off, kind)}.",
        cause="Firefox and Safari ignore it.",
        **at_token(group.policy, *place),
        safety="unsafe",
        edits=lambda: policy_edits(group.policy, _without(group)),
    )


def _disables(directive: Directive, kind: str) -> bool:
    """Whether such a hash disables something in the list in Chromium."""
    if kind == SourceKind.URL_HASH:
        return bool(directive.list.locations) and directive.name not in _NAVIGATIONS
    return kind == SourceKind.EVAL_HASH and "'unsafe-eval'" in directive.list.keywords


def _disabled(off: list[Directive], kind: str) -> str:
    if not off:
        return ""
    names = in_words(each.name for each in off)
    url = kind == SourceKind.URL_HASH
    what = f"the hosts and schemes of {names}, 'self' included" if url else f"'unsafe-eval' in {names}"
    return f"; in every Chromium it disables {what}"


def _without(group: Group) -> Iterator[Replacement]:
    for directive in group.directives:
        yield from remove_sources(directive, [group.source.text])
