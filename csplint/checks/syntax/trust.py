"""Nonces and hashes that are written so that nothing can match them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.syntax.digests import Fault, fault
from csplint.checks.syntax.kinds import is_bad_hash, is_bad_nonce
from csplint.checks.syntax.places import Group, groups, shown
from csplint.csp.parse import parse_source
from csplint.csp.policy import Directive
from csplint.csp.source import SourceKind

_TEMPLATE = re.compile(r"[{}$#%<>]")
_UNDASHED = re.compile(r"'nonce(?!-)[=:_]?([^']*)'?$", re.IGNORECASE)


def invalid_nonce(context: Context) -> Iterator[Problem]:
    """Report nonces that browsers drop, each text once for all policies."""
    seen: set[str] = set()
    for policy in context.policies.policies:
        for group in groups(policy, is_bad_nonce):
            if group.source.text not in seen:
                seen.add(group.source.text)
                yield _nonce(group)


def _nonce(group: Group) -> Problem:
    text = group.source.text
    others = all(directive.list.nonces for directive in group.directives)
    why, mended = _undashed(text) or (group.source.why, "")
    if _TEMPLATE.search(text):
        why, mended = "it is a template that nothing filled in", ""
    return Problem(
        rule="invalid-nonce",
        severity="warning" if others else None,
        message=f"{shown(text)} in {group.names} is no nonce: {why}. Browsers drop it.",
        cause=_left_on(group),
        policy=group.policy,
        directive=group.places[0][0].name,
        value=text,
        span=group.places[0][1].span,
        fix=f"Write {mended}." if mended else "",
        safety="unsafe",
        edits=policy_edits(group.policy, group.replaced(mended)) if mended else (),
    )


def _undashed(text: str) -> tuple[str, str] | None:
    """Why a nonce has no dash before its value, and the nonce with it; None where it has one."""
    value = _UNDASHED.match(text)
    if value is None:
        return None
    if not value[1]:
        return "it has no value, and is written 'nonce-…'", ""
    mended = f"'nonce-{value[1]}'"
    return "after nonce comes a dash", mended if parse_source(mended).kind == SourceKind.NONCE else ""


def _left_on(group: Group, *, in_firefox: bool = True) -> str:
    """A dropped nonce or hash does not switch 'unsafe-inline' off."""
    where = "" if in_firefox else " in Chromium"
    return next(
        (
            f"So it does not switch 'unsafe-inline' off{where}: {directive.name} lets every inline script or style run."
            for directive in group.directives
            if "'unsafe-inline'" in directive.list.keywords and not _is_off(directive)
        ),
        "",
    )


def _is_off(directive: Directive) -> bool:
    return directive.list.has_nonce_or_hash or directive.list.strict_dynamic


def invalid_hash(context: Context) -> Iterator[Problem]:
    """Report hashes that nothing can ever match, or that one browser never matches."""
    for policy in context.policies.policies:
        for group in groups(policy, is_bad_hash):
            if found := fault(group.source):
                yield _hash(group, found)


def _hash(group: Group, found: Fault) -> Problem:
    text, kept = group.source.text, group.source.kind == SourceKind.HASH
    off = [directive.name for directive in group.directives if kept and "'unsafe-inline'" in directive.list.keywords]
    switched = f"All the same it switches the 'unsafe-inline' of {off[0]} off." if off else ""
    return Problem(
        rule="invalid-hash",
        severity=found.severity,
        message=f"{shown(text)} in {group.names} {found.says}.",
        cause=switched if kept else "" if group.source.algorithm else _left_on(group, in_firefox=not found.kept),
        policy=group.policy,
        directive=group.places[0][0].name,
        value=text,
        span=group.places[0][1].span,
        fix=f"Write {found.mended}." if found.mended else "",
        edits=policy_edits(group.policy, group.replaced(found.mended)) if found.mended else (),
        safety="unsafe",
    )
