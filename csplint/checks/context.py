"""All that a check may look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, field

from csplint.csp.decide import PolicySet
from csplint.csp.memo import memo_property
from csplint.csp.policy import Policy
from csplint.csp.source import SourceKind
from csplint.packs.pack import Pack, Requirement
from csplint.page.capture import Visits
from csplint.page.document import Document

if TYPE_CHECKING:  # the package it stands in imports this module
    from csplint.checks.vendor.embeds import FoundEmbed
    from csplint.packs.pack import BypassHost


class Context(Struct, frozen=True, dict=True):
    """
    One target under one pack.

    policies: the policies judged, all of them as if enforced. others: the page's remaining ones. document: the page,
    None for a bare policy. second: the page as the second visitor got it. visits: the answers. embeds: the vendor's
    embeds on the page. features: the optional parts in use, id -> why csplint thinks so. dry_run: the policies judged
    are report-only ones. sent: how many headers, meta elements or texts there were, empty ones too.
    placeholders: nonces known from documents, lower case. bypass: hosts of the user's own list of allow-list bypasses.
    """

    policies: PolicySet
    pack: Pack
    others: tuple[Policy, ...] = ()
    document: Document | None = None
    second: Document | None = None
    visits: Visits | None = None
    embeds: tuple[FoundEmbed, ...] = ()
    features: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False
    sent: int = 0
    placeholders: frozenset[str] = frozenset()
    bypass: tuple[BypassHost, ...] = ()

    @property
    def every_policy(self) -> tuple[Policy, ...]:
        """The policies judged and the others."""
        return (*self.policies.policies, *self.others)

    def in_force_at(self, order: int) -> PolicySet:
        """The policies that govern what stands at this position: a meta element governs only what follows it."""
        return self.policies.only(*(policy for policy in self.policies.policies if policy.order < order))

    @memo_property
    def cdn(self) -> tuple[str, ...]:
        """The origins the widget's files come from: what the page's own embed names, else the guide's."""
        named = tuple(dict.fromkeys(origin for embed in self.embeds for origin in embed.cdn))
        return named or (self.pack.current_host(),)

    @memo_property
    def api(self) -> tuple[str, ...]:
        """The origins the page's own embed names for calls."""
        return tuple(dict.fromkeys(origin for embed in self.embeds for origin in embed.api))

    def wanted(self, requirement: Requirement) -> tuple[str, ...]:
        """The source expressions a requirement comes to on this page."""
        if requirement.role == "cdn":
            return self.cdn
        return (requirement.needs,)

    @memo_property
    def header_nonces(self) -> frozenset[str]:
        """Every nonce of every policy of the answer that is checked."""
        return nonces(self.every_policy)


def nonces(policies: tuple[Policy, ...]) -> frozenset[str]:
    """The usable nonces in the source lists of some policies."""
    return frozenset(
        source.name
        for policy in policies
        for directive in policy.in_force.values()
        if "nonce-" in directive.value.lower()
        for source in directive.list.sources
        if source.kind == SourceKind.NONCE
    )
