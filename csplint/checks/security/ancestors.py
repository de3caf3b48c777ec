"""Who may frame the page: frame-ancestors, or the older X-Frame-Options."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from csplint.checks.context import Context
from csplint.checks.marks import tokens_that
from csplint.checks.problem import Problem, policy_edits, server_edit
from csplint.checks.security.predicates import is_wide
from csplint.checks.security.queries import affordable, allows_file, allows_stranger, files_of, unwritten
from csplint.checks.syntax.places import shown
from csplint.csp.decide import PolicySet
from csplint.csp.edit import Replacement, remove_sources, with_directive
from csplint.csp.policy import Policy
from csplint.csp.source import SourceKind

_NARROW = "Write frame-ancestors 'self', and the hosts that may frame the page; leave it where everyone may."
_MOST_ASKED = 16
_HEADER = "Content-Security-Policy: frame-ancestors 'self'"


def frame_ancestors(context: Context) -> Iterator[Problem]:
    """Report that any site may frame the page: by a frame-ancestors that says so, or for want of one and of the older header."""
    policies = context.policies.policies
    own = [policy for policy in policies if "frame-ancestors" in policy.in_force]
    if own:
        if allows_stranger(context.policies, "frame-ancestors"):
            yield _open(own[0], "", _older(context))
        elif suffix := _open_suffix(context.policies, own):
            yield _open(*suffix, _older(context))
        return
    first = context.visits.first if context.visits else None
    if first is None or first.status is None or not policies:
        return  # a bare policy has no headers to look at
    written = _older(context)
    if not _counts(written):
        yield _missing(policies, written)


def _open_suffix(policies: PolicySet, own: list[Policy]) -> tuple[Policy, str] | None:
    """The first source that stands for every name under a domain where anyone may register one, and gets past all policies."""
    word = unwritten(policies)
    wide = (
        (policy, token.source)
        for policy in own
        for token in tokens_that(policy.in_force["frame-ancestors"], is_wide)
        if token.source.host
    )
    for policy, source in islice(wide, affordable(policies, _MOST_ASKED)):
        if any(allows_file(policies, "frame-ancestors", url) for url in files_of(source, policies, word)):
            return policy, source.host
    return None


def _older(context: Context) -> str:
    """The X-Frame-Options header as sent, "" for none."""
    first = context.visits.first if context.visits else None
    return b", ".join(first.header("x-frame-options")).decode("latin-1") if first else ""


def _open(policy: Policy, suffix: str, older: str) -> Problem:
    directive = policy.in_force["frame-ancestors"]
    text = shown(policy.text[directive.span.start : directive.span.end])
    whom = f"any site under .{suffix}, where anyone may register a name," if suffix else "any site"
    lost = f"X-Frame-Options: {older[:60]!r} no longer counts: browsers ignore it beside frame-ancestors."
    return Problem(
        rule="frame-ancestors-missing",
        severity="warning" if _counts(older) else None,
        message=f"{text} lets {whom} show the page in a frame.",
        cause=lost if _counts(older) else "",
        policy=policy,
        directive="frame-ancestors",
        value=directive.value,
        span=directive.span,
        safety="unsafe",
        fix=f"Name the hosts under .{suffix} that may frame the page." if suffix else _NARROW,
        edits=policy_edits(
            policy, _narrowed(policy) if suffix else with_directive(policy, "frame-ancestors", "'self'")
        ),
    )


def _narrowed(policy: Policy) -> tuple[Replacement, ...]:
    """Leave the hosts that are named; 'self' where there are none."""
    directive = policy.in_force["frame-ancestors"]
    wide = [source.text for source in directive.list.sources if source.kind == SourceKind.HOST and is_wide(source)]
    if len(set(wide)) == len({source.text for source in directive.list.sources}):
        return with_directive(policy, "frame-ancestors", "'self'")
    return remove_sources(directive, wide)


def _missing(policies: tuple[Policy, ...], written: str) -> Problem:
    policy = next((each for each in policies if each.delivery == "header"), None)
    return Problem(
        rule="frame-ancestors-missing",
        message="Any site may show the page in a frame: there is no frame-ancestors, and no X-Frame-Options that counts.",
        cause=f"Browsers ignore X-Frame-Options: {written[:60]!r}." if written else "",
        policy=policy or policies[0],
        directive="frame-ancestors",
        safety="unsafe",
        fix="Add frame-ancestors 'self'" + ("" if policy else " in a header; a meta element cannot hold it") + ".",
        edits=policy_edits(policy, with_directive(policy, "frame-ancestors", "'self'"))
        if policy
        else server_edit(_HEADER),
    )


def _counts(written: str) -> bool:
    """
    Whether an X-Frame-Options header restricts anything (HTML #the-x-frame-options-header).

    Several different values of which one is known block every frame; ALLOW-FROM and others are ignored.
    """
    values = {value.strip(" \t").lower() for value in written.split(",")}
    return bool(values & {"deny", "sameorigin"}) or (len(values) > 1 and "allowall" in values)
