"""From a violation report back to the request that the browser blocked, so that the engine can decide it again."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from csplint.csp.browsers import BY_NAME, CHROMIUM, BrowserName
from csplint.csp.decide import EFFECTIVE_DIRECTIVE, PolicySet
from csplint.csp.edit import plain_name
from csplint.csp.policy import Delivered, Directive, Policy, parse_policies
from csplint.csp.request import Kind, Request
from csplint.csp.url import UNKNOWN_PAGE, Url, parse_url
from csplint.engine.reports.model import Explained

_BY_DIRECTIVE: dict[str, Kind] = {
    "script-src": "script",
    "style-src": "style",
    "img-src": "img",
    "media-src": "media",
    "font-src": "font",
    "frame-src": "frame",
    "child-src": "frame",
    "object-src": "object",
    "manifest-src": "manifest",
    "worker-src": "worker",
    "connect-src": "connect",
    "form-action": "form",
    "base-uri": "base",
    "prefetch-src": "prefetch",
    "default-src": "prefetch",  # a very old report; of the kind only this list is known
}

_INLINE: dict[str, Kind] = {
    "script-src": "inline-script",
    "script-src-elem": "inline-script",
    "script-src-attr": "event-handler",
    "default-src": "inline-script",
    "style-src": "inline-style",
    "style-src-elem": "inline-style",
    "style-src-attr": "style-attr",
}

NO_URL = frozenset({"inline", "self", ""})
"""What reports say of inline code: Firefox said `self` once, and Chromium and Safari nothing."""

_NONCE = re.compile(r"'nonce-[^'\s;,]*'", re.IGNORECASE)

_IF_PRESENT = frozenset({"require-trusted-types-for", "trusted-types"})
"""Directives that block nothing by a source; the request is blocked as long as the policy has them."""


class Blocked(Struct, frozen=True):
    """What was blocked, as far as it decides. blocked: as in `Message`, without query. page: the page's URL, or its origin."""

    directive: str
    blocked: str
    code: str
    page: str


_SAME = "'nonce-AAAAAAAAAAAAAAAAAAAAAA=='"


def without_nonces(policy: str) -> str:
    """The policy with one nonce for all: a report does not say which nonce the element had, only that it did not match."""
    return _NONCE.sub(_SAME, policy) if "once-" in policy.lower() else policy


def to_show(policy: str) -> str:
    """The policy with {NONCE}, as in every policy that csplint prints: no nonce is ever to be copied."""
    return policy.replace(_SAME, "'nonce-{NONCE}'")


def request_of(what: Blocked) -> Request | None:
    """The request; None if a report does not show it, as for frame-ancestors, which names no ancestor."""
    kind, url = _kind(what), ""
    if kind is None:
        return None
    if kind not in _WITHOUT_URL:
        url = _url(what)
        if parse_url(url) is None:
            return None
    if kind == "connect" and url.startswith(("ws:", "wss:")):
        kind = "ws"
    return Request(kind, url)


_WITHOUT_URL = frozenset(
    {"inline-script", "event-handler", "inline-style", "style-attr", "eval", "wasm", "blob-worker"}
)


def _kind(what: Blocked) -> Kind | None:
    if what.code in {"eval", "wasm"}:
        return "eval" if what.code == "eval" else "wasm"
    if what.blocked in NO_URL and what.directive in _INLINE:
        return _INLINE[what.directive]
    if what.directive == "worker-src" and what.blocked == "blob":
        return "blob-worker"
    return None if what.blocked in NO_URL else _BY_DIRECTIVE.get(plain_name(what.directive))


def _url(what: Blocked) -> str:
    if what.blocked == "data":
        return "data:image/png," if what.directive == "img-src" else "data:,"
    if what.blocked == "blob":
        page = parse_url(what.page)
        return f"blob:{page.origin if page else 'null'}/0"
    return what.blocked if ":" in what.blocked else f"{what.blocked}:"


def blocks(policies: PolicySet, what: Blocked, request: Request | None) -> Explained:
    """Whether enforced policies block this: "yes", "no", or "unknown" for what a report does not show."""
    if what.directive in _IF_PRESENT:
        return "yes" if any(what.directive in policy.in_force for policy in policies.policies) else "no"
    if request is None:
        return "unknown"
    return "yes" if policies.decide(request).blocked else "no"


def policies_of(text: str, page: str, browser: BrowserName | None) -> PolicySet:
    """The policy of a report, enforced, on its page, as its browser reads it."""
    reader = BY_NAME[browser] if browser else CHROMIUM
    return PolicySet(parse_url(page) or _UNKNOWN, _parsed(text, reader.name), reader)


_UNKNOWN = parse_url(UNKNOWN_PAGE) or Url(UNKNOWN_PAGE, "", "", None, "")


@lru_cache(maxsize=256)
def _parsed(text: str, browser: BrowserName) -> tuple[Policy, ...]:
    """Parsed once for all pages: only 'self' depends on the page, and that is not decided here."""
    return parse_policies([Delivered(text)], BY_NAME[browser])


def governing(policy: Policy, what: Blocked, request: Request | None) -> Directive | None:
    """The directive of the policy that decides."""
    name = EFFECTIVE_DIRECTIVE[request.kind] if request else what.directive
    try:
        return policy.governing(name)
    except KeyError:
        return None


def depends_on_tag(candidate: PolicySet, before: PolicySet | None, what: Blocked, request: Request) -> bool:
    """
    Whether the candidate has a nonce or hash that may allow this, and that the policy in the report did not have.

    Then it depends on the page's own tag: whether it gets the nonce, or its text has the hash.
    """
    if request.kind not in _BY_TRUST:
        return False
    now = {source for each in candidate.policies for source in _trusted(each, what, request)}
    then = {source for each in before.policies for source in _trusted(each, what, request)} if before else set()
    return bool(now - then)


_BY_TRUST = frozenset({"script", "style", "inline-script", "inline-style", "event-handler", "style-attr"})


def _trusted(policy: Policy, what: Blocked, request: Request) -> set[str]:
    directive = governing(policy, what, request)
    if directive is None:
        return set()
    kinds = {"nonce", "hash"} if request.kind != "style" else {"nonce"}
    return {without_nonces(source.text) for source in directive.list.sources if source.kind in kinds}
