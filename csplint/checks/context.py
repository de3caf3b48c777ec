"""All that a check may look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, field

from csplint.csp.decide import PolicySet
from csplint.csp.memo import memo, memo_property
from csplint.csp.policy import Policy
from csplint.csp.source import SourceKind
from csplint.packs.pack import Pack, Requirement
from csplint.page.capture import Visits
from csplint.page.document import Document

if TYPE_CHECKING:  # the package it is in imports this module
    from csplint.checks.vendor.embeds import FoundEmbed
    from csplint.packs.pack import BypassHost
    from csplint.page.own_files import OwnFile
    from csplint.servers.source import Part


class Vendor(Struct, frozen=True, dict=True):
    """
    One vendor's pack, and what the page shows of its widget.

    embeds: its embeds on the page. loaded: where the page has no embed that csplint reads, the origins of the vendor's files
    that it loads all the same, such as a style sheet. features: the optional parts in use, id -> how csplint knows.
    """

    pack: Pack
    embeds: tuple[FoundEmbed, ...] = ()
    features: Mapping[str, str] = field(default_factory=dict)
    loaded: tuple[str, ...] = ()

    @property
    def is_loaded(self) -> bool:
        """Whether the page has no embed, and loads a file of the vendor's."""
        return bool(self.loaded)

    @property
    def is_present(self) -> bool:
        """Whether the page shows the widget."""
        return bool(self.embeds) or self.is_loaded

    @memo_property
    def cdn(self) -> tuple[str, ...]:
        """The origins that the widget's scripts come from: those the page's embeds name, else the guide's; and the CDN's."""
        return self.script_origins([origin for embed in self.embeds for origin in embed.cdn])

    @memo_property
    def named(self) -> tuple[str, ...]:
        """The origins that the page's own embeds name, or that it loads the vendor's files from."""
        return (*dict.fromkeys(origin for embed in self.embeds for origin in embed.hosts), *self.loaded)

    @memo_property
    def api(self) -> tuple[str, ...]:
        """The origins that the page's own embeds name for calls."""
        return tuple(dict.fromkeys(origin for embed in self.embeds for origin in embed.api))

    @memo_property
    def every_source(self) -> frozenset[str]:
        """Every source expression that the pack lists, features that are not in use included."""
        return frozenset([text for each in self.pack.requirement for text in self.listed(each)])

    def script_origins(self, named: Iterable[str]) -> tuple[str, ...]:
        """The origins of an embed's scripts, of which `named` are those that its own text names."""
        origins = tuple(map(self._as_listed, named)) or filter(None, (self.pack.loader,))
        return tuple(dict.fromkeys((*origins, *self.pack.cdn)))

    def _as_listed(self, origin: str) -> str:
        """
        The pack's entry for an origin, which may name a path of it, https://www.google.com/recaptcha/, or stand for all hosts that
        the widget's scripts come from: https://*.vendor.example. One that is the loader's only is the host that the embed names.
        """
        by_path = (host.origin for host in self.pack.host if f"{host.origin}/".startswith(f"{origin}/"))
        return next(by_path, None) or next(
            (host.origin for host in self.pack.host if not host.role and _is_wildcard_of(host.origin, origin)), origin
        )

    def sources(self, requirement: Requirement) -> tuple[str, ...]:
        """The source expressions that a requirement asks for on this page; none where it has alternatives."""
        return _sources(self, requirement)

    def listed(self, requirement: Requirement) -> tuple[str, ...]:
        """Every source expression that a requirement lists, all alternatives included."""
        return (*self.sources(requirement), *" ".join(requirement.any_of).split())


@memo(key=lambda vendor, requirement: (vendor, requirement.id))
def _sources(vendor: Vendor, requirement: Requirement) -> tuple[str, ...]:
    if requirement.role == "embed":
        return vendor.cdn
    if requirement.role == "cdn":
        return vendor.pack.cdn or vendor.cdn
    return (requirement.needs,) if requirement.role == "permissions" else tuple(requirement.needs.split())


def _is_wildcard_of(source: str, origin: str) -> bool:
    before, asterisk, after = source.partition("*.")
    return bool(asterisk) and origin.startswith(before) and origin.endswith(f".{after}")


MOST_POLICIES = 8
"""Policies that are checked against the page, of those that can block something; sites send one or two."""

MOST_COMPARISONS = 400_000
"""Comparisons of a source with a request, over all policies; a large real page with a long policy takes a tenth of it."""


class Work(Struct):
    """
    What the checks of one target look at; the only thing here that changes.

    comparisons: of sources with requests, so far. limits: sentences for the report about what was not looked at.
    """

    comparisons: int = 0
    limits: dict[str, None] = field(default_factory=dict)


class Context(Struct, frozen=True, dict=True):
    """
    One target.

    policies: the policies judged, all of them as if enforced. others: the page's remaining ones. document: the page,
    None for bare policies. second: the page as the second visitor got it. visits: the recorded answers. vendors: the
    vendors asked about. report_only: the policies judged are report-only ones. sent: how many headers, meta elements or
    texts there were, empty ones too. placeholders: nonces known from documents, lower case. bypass: hosts of the user's
    own list of allow-list bypasses. source: the part of a configuration file that was
    read, None for anything else. files: what a page in a folder loads from it.
    unchecked: why the policies judged do not decide alone, "" if they do. computed: directives whose sources a
    server computes in part, and the expression in each. work: what was
    looked at, and what was not.
    """

    policies: PolicySet
    vendors: tuple[Vendor, ...] = ()
    others: tuple[Policy, ...] = ()
    document: Document | None = None
    second: Document | None = None
    visits: Visits | None = None
    report_only: bool = False
    sent: int = 0
    placeholders: frozenset[str] = frozenset()
    bypass: tuple[BypassHost, ...] = ()
    unchecked: str = ""
    computed: Mapping[str, str] = field(default_factory=dict)
    source: Part | None = None
    files: tuple[OwnFile, ...] = ()
    work: Work = field(default_factory=Work)

    @property
    def every_policy(self) -> tuple[Policy, ...]:
        """The policies judged and the others."""
        return (*self.policies.policies, *self.others)

    @property
    def every_embed(self) -> tuple[FoundEmbed, ...]:
        """The embeds of all vendors on the page."""
        return tuple([embed for vendor in self.vendors for embed in vendor.embeds])

    @memo_property
    def combined(self) -> PolicySet:
        """The policies that decide together: a report-only policy is meant to join the enforced ones."""
        if not self.report_only:
            return self.policies
        return self.policies.only(*self.policies.policies, *self.others)

    @memo_property
    def vendor_sources(self) -> frozenset[str]:
        """Every source expression that a vendor's documents list, features that are not in use included."""
        return frozenset[str]().union(*[vendor.every_source for vendor in self.vendors])

    @memo_property
    def header_nonces(self) -> frozenset[str]:
        """Every nonce in the policies of the answer that is checked."""
        return nonces(self.every_policy)

    def in_force_at(self, order: int) -> PolicySet:
        """The policies that govern what occurs at this position: a meta element governs only what follows it."""
        return self.policies.only(*(policy for policy in self.policies.policies if policy.order < order))


class VendorContext(Context, frozen=True, dict=True, kw_only=True):
    """One target and the vendor whose needs are being checked."""

    vendor: Vendor

    @property
    def pack(self) -> Pack:
        """The vendor's pack."""
        return self.vendor.pack

    @property
    def embeds(self) -> tuple[FoundEmbed, ...]:
        """The vendor's embeds on the page."""
        return self.vendor.embeds

    @property
    def features(self) -> Mapping[str, str]:
        """The optional parts of the widget in use."""
        return self.vendor.features


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
