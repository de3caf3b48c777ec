"""Edits that tighten a policy: sources taken out, a directive given."""

from __future__ import annotations

from collections.abc import Callable

from csplint.csp.edit import Replacement, remove_sources, replace_sources
from csplint.csp.policy import Policy
from csplint.csp.source import Source


def without(policy: Policy, effective: str, wanted: Callable[[Source], bool]) -> tuple[Replacement, ...]:
    """Take sources out of what governs `effective`, for it alone: default-src keeps what it gives to the rest."""
    directive = policy.governing(effective)
    if directive is None:
        return ()
    gone = [source.text for source in directive.list.sources if wanted(source)]
    if directive.name != "default-src":
        return remove_sources(directive, gone)
    nothing = len({source.text for source in directive.list.sources}) == len(set(gone))
    return replace_sources(policy, effective, gone, ("'none'",) if nothing else ())


def with_directive(policy: Policy, name: str, value: str) -> tuple[Replacement, ...]:
    """Give a policy a directive, or the one it has another value."""
    directive = policy.in_force.get(name)
    if directive:
        return (Replacement(directive.name_span.end, directive.span.end, f" {value}"),)
    separator = " " if policy.text.endswith(";") else "; "
    return (Replacement(len(policy.text), len(policy.text), f"{separator}{name} {value}"),)
