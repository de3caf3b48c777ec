"""
The requests of the page's own HTML and CSS, and each policy's verdict on them.

The vendor's embed is left out: the rules of its pack report what blocks it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from csplint.checks.context import MOST_COMPARISONS, MOST_POLICIES, Context, Vendor
from csplint.checks.own_page.addresses import NOT_UPGRADEABLE, Asked, asked
from csplint.csp.decide import EFFECTIVE_DIRECTIVE, Verdict
from csplint.csp.match import Target, mismatch
from csplint.csp.memo import memo
from csplint.csp.parse import parse_source
from csplint.csp.policy import Directive, Policy
from csplint.csp.request import Kind, Request
from csplint.csp.source import Source, SourceKind
from csplint.csp.upgrade import DIRECTIVE, will_upgrade
from csplint.csp.url import Url, parse_url
from csplint.page.document import NOT_IN_HTML, NOWHERE, Document, PageRequest, Place

_TOO_MANY = (
    f"The page's addresses with the policies' sources make more than {MOST_COMPARISONS:,} comparisons; csplint did not check "
    "the other addresses."
)

SPECULATION = "'inline-speculation-rules'"
_RESTRICTING = frozenset({*EFFECTIVE_DIRECTIVE.values(), "default-src", "script-src", "style-src", "child-src"})


class OwnRequest(Struct, frozen=True):
    """
    One request of the page.

    found: as the page writes it. request: as the browser asks the policy about it. asked: why it has this address.
    speculation: it is a script of speculation rules.
    """

    found: PageRequest
    request: Request
    asked: Asked = Asked("")
    speculation: bool = False

    @property
    def place(self) -> Place | None:
        """Its place in the page's text; None for what a header sent or a HAR recorded."""
        return None if self.found.place == NOWHERE else self.found.place

    @property
    def is_certain(self) -> bool:
        """Whether every visit of the page makes it: the HTML says so, and no script or earlier visit."""
        return self.found.element not in NOT_IN_HTML

    def is_under(self, policy: Policy) -> bool:
        """Whether a policy governs it: a meta element governs only what follows it."""
        return policy.order < self.found.order


@memo
def own_requests(context: Context) -> tuple[OwnRequest, ...]:
    """Every request of the page except those of vendors' embeds, in document order; none without a page."""
    document = context.document
    if document is None:
        return ()
    upgrades = will_upgrade(context.combined.policies)
    page = context.policies.page
    known = _known_requests(document)
    for vendors, href, upgraded, requests in known:
        if vendors == context.vendors and href == page.href and upgraded == upgrades:
            return requests
    known.append((context.vendors, page.href, upgrades, _requests(context, document, upgrades=upgrades)))
    return known[-1][3]


@memo
def _known_requests(_document: Document) -> list[tuple[tuple[Vendor, ...], str, bool, tuple[OwnRequest, ...]]]:
    """The requests that were read so far: a page is judged again after each fix, and few fixes change what it requests."""
    return []


def _requests(context: Context, document: Document, *, upgrades: bool) -> tuple[OwnRequest, ...]:
    speculation = {each.order for each in document.scripts if each.kind == "speculationrules"}
    return tuple(
        replace(own, speculation=True) if own.found.order in speculation else own
        for own in _plain_requests(context, document, upgrades=upgrades)
    )


def _plain_requests(context: Context, document: Document, *, upgrades: bool) -> Iterator[OwnRequest]:
    orders = {embed.script.order for embed in context.every_embed}
    urls = {embed.script.url for embed in context.every_embed if embed.script.url}
    return (
        _own(found, context.policies.page, upgrades=upgrades)
        for found in document.requests
        if found.order not in orders
        and found.request.url not in urls
        and not _is_harmless(context, found)
        and not _is_vendors(context, found)
    )


def _is_vendors(context: Context, found: PageRequest) -> bool:
    """Whether a script of a vendor's widget makes this request: the rules of the vendor's pack report what blocks it."""
    if found.element not in NOT_IN_HTML:
        return any(
            _is_needed(vendor, found.request, context.policies.page)
            for vendor in context.vendors
            if vendor.is_loaded or (vendor.embeds and vendor.pack.is_of_index)
        )
    url = parse_url(found.request.url)
    return url is not None and any(
        mismatch(source, Target(url, context.policies.page)) is None for source in _hosts(context.vendor_sources)
    )


def _is_needed(vendor: Vendor, request: Request, page: Url) -> bool:
    """Whether a requirement of the vendor is about this request, so that the vendor's own rule reports what blocks it."""
    url = parse_url(request.url)
    if url is None:
        return False
    for each in vendor.pack.requirement:
        if request.kind in each.kinds and (not each.feature or each.feature in vendor.features):
            texts = frozenset(vendor.listed(each))
            if any(mismatch(source, Target(url, page)) is None for source in _hosts(texts)):
                return True
    return False


@lru_cache(64)
def _hosts(texts: frozenset[str]) -> tuple[Source, ...]:
    """The sources among these texts that name a host."""
    sources = [parse_source(text) for text in sorted(texts)]
    return tuple([source for source in sources if source.kind == SourceKind.HOST and source.host])


def _own(found: PageRequest, page: Url, *, upgrades: bool) -> OwnRequest:
    to = asked(found, page, upgrades=upgrades)
    request = found.request if to.url == found.request.url else replace(found.request, url=to.url)
    if found.role == "modulepreload" and request.kind == "script":
        # No parser inserted it, so 'strict-dynamic' lets it through (HTML #link-type-modulepreload, Chromium 156).
        request = replace(request, kind="dynamic-script")
    if found.role in NOT_UPGRADEABLE:
        request = replace(request, upgradeable=False)
    return OwnRequest(found, request, to)


def _is_harmless(context: Context, found: PageRequest) -> bool:
    """
    Whether it makes no difference that a policy blocks this, or none is asked.

    A form whose action is a javascript: URL is two requests; where its code does nothing, nothing is lost. A base URL in
    the page's own folder is what relative URLs resolve against anyway. Extensions bypass the page's policy.
    """
    url = found.request.url
    if found.request.kind == "base":
        return url.rpartition("/")[0] == context.policies.page.href.partition("?")[0].rpartition("/")[0]
    if found.request.kind == "form" and url.startswith("javascript:"):
        return does_nothing(url.removeprefix("javascript:"))
    return url.partition(":")[0].endswith("-extension")


_NO_CODE = frozenset(
    {"", "void(0)", "void%200", "void 0", "void()", "//", "return false", "false", "undefined", "null"}
)


def does_nothing(code: str) -> bool:
    """Whether the code of a javascript: URL is one of the usual ways to do nothing."""
    return code.strip(" \t\n;").lower() in _NO_CODE


class BlockedRequest(Struct, frozen=True):
    """
    A request that one policy blocks, and the directive that governs it there.

    in_firefox: only Firefox blocks it, which asks about the address before it is upgraded.
    """

    own: OwnRequest
    policy: Policy
    directive: Directive
    in_firefox: bool = False

    @property
    def request(self) -> Request:
        """The request as the browser makes it."""
        return self.own.request

    @property
    def effective(self) -> str:
        """The directive for requests of this kind."""
        return EFFECTIVE_DIRECTIVE[self.own.request.kind]


def takes_speculation(directive: Directive) -> bool:
    """Whether 'inline-speculation-rules' counts in a list (Chromium 156): not in default-src, nor beside what replaces it."""
    listed = directive.list
    return (
        directive.name in {"script-src", "script-src-elem"}
        and not listed.has_nonce_or_hash
        and not listed.strict_dynamic
    )


def _allows_speculation(directive: Directive) -> bool:
    return SPECULATION in directive.list.keywords and takes_speculation(directive)


class Verdicts:
    """
    Each policy's verdict on requests, decided once for all requests that must get the same one.

    After MOST_COMPARISONS there are no more verdicts, so that no page can keep csplint busy for ever.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._verdicts: dict[tuple[object, ...], Verdict] = {}
        self._looks: dict[tuple[int, Kind], _Look | None] = {}
        self._comparisons_left = MOST_COMPARISONS

    def verdict(self, policy: Policy, request: Request) -> Verdict | None:
        """One policy's verdict on a request; None if no directive governs it, or after MOST_COMPARISONS."""
        look = self._look(policy, request.kind)
        if look is None:
            return None
        trust = (request.nonce, request.nonceable, request.integrity, request.content) if look.trusts else ()
        key = (policy.index, request.kind, request.upgradeable, trust, _address(request.url, look.at))
        if key not in self._verdicts:
            self._comparisons_left -= look.sources + 1
            if self._comparisons_left < 0:
                self._context.work.limits[_TOO_MANY] = None
                return None
            self._context.work.comparisons += look.sources + 1
            self._verdicts[key] = self._context.policies.only(_as_asked(policy)).decide(request).verdicts[0]
        return self._verdicts[key]

    def _look(self, policy: Policy, kind: Kind) -> _Look | None:
        """What the directive that governs such requests looks at; None if there is none."""
        if (policy.index, kind) not in self._looks:
            directive = policy.governing(EFFECTIVE_DIRECTIVE[kind])
            self._looks[policy.index, kind] = _look(directive, kind) if directive else None
        return self._looks[policy.index, kind]

    def blocked(self, policy: Policy, requests: tuple[OwnRequest, ...]) -> Iterator[BlockedRequest]:
        """The requests that a policy blocks, in their order."""
        for own in requests:
            verdict = self.verdict(policy, own.request) if own.is_under(policy) else None
            if verdict is None or verdict.directive is None or verdict.allowed:
                continue
            if not (own.speculation and _allows_speculation(verdict.directive)):
                yield BlockedRequest(own, policy, verdict.directive)

    def blocked_in_firefox(self, policy: Policy, requests: tuple[OwnRequest, ...]) -> Iterator[BlockedRequest]:
        """The images that a policy blocks only in Firefox, which asks about their http addresses."""
        for own in requests:
            if not own.asked.in_firefox or not own.is_under(policy):
                continue
            before = self.verdict(policy, replace(own.request, url=own.asked.in_firefox, upgradeable=False))
            after = self.verdict(policy, own.request)
            if before and after and before.directive and after.allowed and not before.allowed:
                yield BlockedRequest(own, policy, before.directive, in_firefox=True)


class _Look(Struct, frozen=True):
    """What a directive looks at of a request. trusts: nonce, hash and code. at: how much of the address. sources: how many it has."""

    trusts: bool
    at: Literal["scheme", "origin", "url"]
    sources: int


def _look(directive: Directive, kind: Kind) -> _Look:
    listed = directive.list
    trusts = bool(listed.nonces or listed.hashes or listed.switches or listed.has_nonce_or_hash)
    at: Literal["scheme", "origin", "url"] = "url"
    if not listed.locations and kind != "prefetch":
        at = "scheme"
    elif {source.path for source in listed.locations} <= {"", "/"}:
        at = "origin"
    return _Look(trusts, at, len(listed.sources))


def _address(address: str, at: Literal["scheme", "origin", "url"]) -> str:
    """The part of a URL that decides, if so much of it is looked at; the scheme of a data: URL."""
    return _short_address(address, at) if len(address) <= _LONGEST_KEPT else _part(address, at)


_LONGEST_KEPT = 500


@lru_cache(4096)
def _short_address(address: str, at: Literal["scheme", "origin", "url"]) -> str:
    return _part(address, at)


def _part(address: str, at: Literal["scheme", "origin", "url"]) -> str:
    url = parse_url(address) if address else None
    if url is None:
        return address
    if url.origin == "null":
        return f"{url.scheme}:"
    return url.scheme if at == "scheme" else url.origin if at == "origin" else address


def _as_asked(policy: Policy) -> Policy:
    """The policy without upgrade-insecure-requests: `Asked` has the address after that."""
    if DIRECTIVE not in policy.in_force:
        return policy
    return replace(policy, in_force={name: each for name, each in policy.in_force.items() if name != DIRECTIVE})


def governing_policies(context: Context) -> tuple[Policy, ...]:
    """The first MOST_POLICIES policies that can block a request."""
    restricting = [policy for policy in context.policies.policies if set(policy.in_force) & _RESTRICTING]
    if len(restricting) > MOST_POLICIES and context.document is not None and context.document.requests:
        context.work.limits[
            f"{len(restricting)} policies may block what the page loads; csplint compared the page with the first "
            f"{MOST_POLICIES} of them."
        ] = None
    return tuple(restricting[:MOST_POLICIES])
