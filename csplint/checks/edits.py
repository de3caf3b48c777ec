"""Changes to source lists, as the checks make them: what is copied from a fallback is what its author meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from csplint.checks.syntax.token import meant
from csplint.csp import edit
from csplint.csp.edit import Replacement
from csplint.csp.policy import Policy


def add_sources(policy: Policy, effective: str, expressions: Sequence[str]) -> tuple[Replacement, ...]:
    """Add sources to what governs `effective`, and to nothing else; see `csp.edit.add_sources`."""
    return edit.add_sources(policy, effective, expressions, meant)


def replace_sources(
    policy: Policy, effective: str, unwanted: Iterable[str], wanted: Sequence[str]
) -> tuple[Replacement, ...]:
    """Remove sources from what governs `effective` and add others; see `csp.edit.replace_sources`."""
    return edit.replace_sources(policy, effective, unwanted, wanted, meant)
