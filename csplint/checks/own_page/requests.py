"""
The requests of the page's own HTML and CSS, and each policy's verdict on them.

The vendor's embed is left out: the rules of its pack report what blocks it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.own_page.authorship import speculation_orders
from csplint.csp.decide import EFFECTIVE_DIRECTIVE, Verdict
from csplint.csp.policy import Directive, Policy
from csplint.csp.request import Request
from csplint.csp.url import parse_url
from csplint.page.document import PageRequest

MOST_POLICIES = 8
"""Policies that are checked against the page, of those that can block something; sites send one or two."""

MOST_COMPARISONS = 400_000
"""Comparisons of a source with a request, over all policies; a large real page with a long policy takes a tenth of it."""

SPECULATION = "'inline-speculation-rules'"
_SPECULATION_LISTS = frozenset({"script-src", "script-src-elem"})
_NAVIGATIONS = frozenset({"form", "base"})
_RESTRICTING = frozenset({*EFFECTIVE_DIRECTIVE.values(), "default-src", "script-src", "style-src", "child-src"})


class OwnRequest(Struct, frozen=True):
    """
    One request of the page.

    found: as the page writes it. request: as the browser makes it, with http upgraded to https where browsers do that.
    """

    found: PageRequest
    request: Request

    def is_under(self, policy: Policy) -> bool:
        """Whether a policy governs it: a meta element governs only what follows it."""
        return policy.order < self.found.order


def own_requests(context: Context) -> tuple[OwnRequest, ...]:
    """Every request of the page except those of vendors' embeds, in document order; none without a page."""
    document = context.document
    if document is None:
        return ()
    orders = {embed.script.order for embed in context.every_embed}
    urls = {embed.script.url for embed in context.every_embed if embed.script.url}
    return tuple(
        OwnRequest(found, _upgraded(context, found.request))
        for found in document.requests
        if found.order not in orders and found.request.url not in urls and not _is_harmless(context, found)
    )


def _is_harmless(context: Context, found: PageRequest) -> bool:
    """
    Whether it makes no difference that a policy blocks this.

    A form whose action is a javascript: URL is two requests, and the other one, the code, is the one to report. A base
    URL in the page's own folder is what relative URLs resolve against anyway.
    """
    url = found.request.url
    if found.request.kind == "base":
        return url.rpartition("/")[0] == context.policies.page.href.partition("?")[0].rpartition("/")[0]
    return found.request.kind == "form" and url.startswith("javascript:")


def _upgraded(context: Context, request: Request) -> Request:
    if request.url.startswith("http:") and _is_upgraded(context, request.kind):
        return replace(request, url=f"https:{request.url[5:]}")
    return request


def _is_upgraded(context: Context, kind: str) -> bool:
    """
    Whether browsers turn http into https before they check policies (Fetch #concept-main-fetch).

    upgrade-insecure-requests does that, and so does every browser for images and media on an https page. Browsers block
    other http requests of an https page as mixed content, whatever the policy says; csplint checks the https address,
    which could work.
    """
    if kind not in _NAVIGATIONS and context.policies.page.scheme == "https":
        return True
    return any("upgrade-insecure-requests" in policy.in_force for policy in context.policies.policies)


class BlockedRequest(Struct, frozen=True):
    """A request that one policy blocks, and the directive that governs it there."""

    own: OwnRequest
    policy: Policy
    directive: Directive

    @property
    def request(self) -> Request:
        """The request as the browser makes it."""
        return self.own.request

    @property
    def effective(self) -> str:
        """The directive for requests of this kind."""
        return EFFECTIVE_DIRECTIVE[self.own.request.kind]


class Verdicts:
    """
    Each policy's verdict on requests, decided once for all requests that must get the same one.

    After MOST_COMPARISONS there are no more verdicts, so that no page can keep csplint busy for ever.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._verdicts: dict[tuple[object, ...], Verdict] = {}
        self._by_origin: dict[tuple[int, str], bool] = {}
        self._comparisons_left = MOST_COMPARISONS

    def verdict(self, policy: Policy, request: Request) -> Verdict | None:
        """One policy's verdict on a request; None if no directive governs it, or after MOST_COMPARISONS."""
        directive = policy.governing(EFFECTIVE_DIRECTIVE[request.kind])
        if directive is None:
            return None
        trust = request.nonce, request.nonceable, request.integrity, request.content
        key = (policy.index, request.kind, *trust, self._address(policy, directive, request))
        if key not in self._verdicts:
            self._comparisons_left -= len(directive.list.sources) + 1
            if self._comparisons_left < 0:
                return None
            self._verdicts[key] = self._context.policies.only(policy).decide(request).verdicts[0]
        return self._verdicts[key]

    def blocked(self, policy: Policy, requests: tuple[OwnRequest, ...]) -> Iterator[BlockedRequest]:
        """The requests that a policy blocks, in their order."""
        for own in requests:
            verdict = self.verdict(policy, own.request) if own.is_under(policy) else None
            if verdict is None or verdict.directive is None or verdict.allowed:
                continue
            if not self._may_speculate(own, verdict.directive):
                yield BlockedRequest(own, policy, verdict.directive)

    def _may_speculate(self, own: OwnRequest, directive: Directive) -> bool:
        """
        Whether these are inline speculation rules that a keyword of the list allows.

        Chromium 156 was seen to ignore the keyword, like 'unsafe-inline', beside a nonce, a hash or 'strict-dynamic', and in
        default-src.
        """
        if SPECULATION not in directive.list.keywords or directive.name not in _SPECULATION_LISTS:
            return False
        if directive.list.has_nonce_or_hash or directive.list.strict_dynamic:
            return False
        return own.request.kind == "inline-script" and own.found.order in speculation_orders(self._context)

    def _address(self, policy: Policy, directive: Directive, request: Request) -> str:
        """The part of the URL that decides: the URL if the list has paths, else its origin; the scheme of a data: URL."""
        if not request.url:
            return ""
        if (policy.index, directive.name) not in self._by_origin:
            paths = {source.path for source in directive.list.locations}
            self._by_origin[policy.index, directive.name] = paths <= {"", "/"}
        url = parse_url(request.url)
        if url is None:
            return request.url
        if url.origin == "null":
            return f"{url.scheme}:"
        return url.origin if self._by_origin[policy.index, directive.name] else request.url


def governing_policies(context: Context) -> tuple[Policy, ...]:
    """The first MOST_POLICIES policies that can block a request."""
    restricting = (policy for policy in context.policies.policies if set(policy.in_force) & _RESTRICTING)
    return tuple(islice(restricting, MOST_POLICIES))
