"""
Does a set of policies allow a request? The heart of csplint: every rule asks here.

The answer is what Chromium does; `browsers.py` holds where it or another
browser leaves CSP Level 3. A policy set is an intersection: each enforced
policy must allow the request, and a report-only one blocks nothing.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Iterable
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from csplint.csp.browsers import CHROMIUM, Browser
from csplint.csp.match import Target, mismatch
from csplint.csp.policy import Delivered, Directive, Policy, SourceList, parse_policies
from csplint.csp.request import Kind, Request
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import Url, parse_url

EFFECTIVE_DIRECTIVE = {
    "script": "script-src-elem",
    "dynamic-script": "script-src-elem",
    "inline-script": "script-src-elem",
    "dynamic-inline-script": "script-src-elem",
    "javascript-url": "script-src-elem",
    "event-handler": "script-src-attr",
    "eval": "script-src",
    "wasm": "script-src",
    "style": "style-src-elem",
    "inline-style": "style-src-elem",
    "style-attr": "style-src-attr",
    "img": "img-src",
    "media": "media-src",
    "font": "font-src",
    "frame": "frame-src",
    "object": "object-src",
    "manifest": "manifest-src",
    "prefetch": "default-src",
    "worker": "worker-src",
    "blob-worker": "worker-src",
    "connect": "connect-src",
    "beacon": "connect-src",
    "eventsource": "connect-src",
    "ws": "connect-src",
    "form": "form-action",
    "base": "base-uri",
}
"""CSP3 #effective-directive-for-a-request and #effective-directive-for-inline-check, by kind of request."""


class Verdict(Struct, frozen=True):
    """
    What one policy says of one request.

    effective: the directive named in a violation event. directive: the one that governed, None where nothing
    restricts the request. matched: the source that allowed it. note: why, in a word, where no source did.
    """

    policy: Policy
    effective: str
    directive: Directive | None
    allowed: bool
    matched: Source | None = None


class Decision(Struct, frozen=True, dict=True):
    """What a policy set says of one request; `verdicts` has one entry a policy, in order."""

    request: Request
    verdicts: tuple[Verdict, ...]

    @cached_property
    def refusals(self) -> tuple[Verdict, ...]:
        """The verdicts of enforced policies that do not allow the request."""
        return tuple(v for v in self.verdicts if not v.allowed and v.policy.disposition == "enforce")

    @property
    def blocked(self) -> bool:
        """Whether an enforced policy stops the request."""
        return bool(self.refusals)

    @property
    def violated(self) -> list[tuple[str, str]]:
        """(disposition, effective directive) of every violation event, sorted, without repeats."""
        return sorted({(v.policy.disposition, v.effective) for v in self.verdicts if not v.allowed})


class PolicySet(Struct, frozen=True):
    """Every policy in force on one page, and the page's URL, which is what 'self' means."""

    page: Url
    policies: tuple[Policy, ...]
    browser: Browser = CHROMIUM

    @classmethod
    def read(cls, page: str, delivered: Iterable[Delivered], browser: Browser = CHROMIUM) -> PolicySet:
        """Parse header values and meta contents for a page at `page`; a page that is no URL has an opaque origin."""
        url = parse_url(page) or Url(page, "", "", None, "")
        return cls(url, parse_policies(delivered, browser), browser)

    def only(self, *policies: Policy) -> PolicySet:
        """The same page under just these policies."""
        return replace(self, policies=policies)

    def decide(self, request: Request) -> Decision:
        """Decide one request under all the policies, on both hops where it is redirected."""
        decision = self._first_hop(request, self._target(request, request.url or self._implied_url(request)))
        if not request.redirect_to or decision.blocked:
            return decision
        after = Ask(request, self._target(request, request.redirect_to, redirected=True))
        return Decision(request, tuple(_second_hop(verdict, after) for verdict in decision.verdicts))

    def decide_url(self, kind: Kind, url: Url) -> Decision:
        """Decide a bare request for a URL that is parsed already."""
        target = Target(url, self.page, navigation=kind in NAVIGATIONS, browser=self.browser)
        return self._first_hop(Request(kind, url.href), target)

    def _first_hop(self, request: Request, target: Target | None) -> Decision:
        ask = Ask(request, target)
        return Decision(request, tuple([_verdict(policy, ask) for policy in self.policies]))

    def _implied_url(self, request: Request) -> str:
        """A worker made from a blob: URL has one of the page's origin, whatever its last part."""
        return f"blob:{self.page.origin}/0" if request.kind == "blob-worker" else ""

    def _target(self, request: Request, text: str, *, redirected: bool = False) -> Target | None:
        url = parse_url(text) if text else None
        if url is None:
            return None
        return Target(url, self.page, redirected, request.kind in NAVIGATIONS, self.browser)


NAVIGATIONS = frozenset({"frame", "form", "object"})
"""Kinds that are checked where navigations start, too."""


class Ask(Struct, frozen=True):
    """One hop of a request; `target` is None where it has no URL, or one that cannot be parsed."""

    request: Request
    target: Target | None


def _second_hop(first: Verdict, ask: Ask) -> Verdict:
    return first if not first.allowed else _verdict(first.policy, ask)


def _verdict(policy: Policy, ask: Ask) -> Verdict:
    kind = ask.request.kind
    effective = EFFECTIVE_DIRECTIVE[kind]
    directive = policy.governing(effective)
    if directive is None:
        return Verdict(policy, effective, None, allowed=True)
    matched = _RULES[kind](directive, ask)
    return Verdict(policy, effective, directive, matched is not None, matched)


def _keyword(directive: Directive, name: str) -> Source | None:
    listed = directive.list
    if name not in listed.keywords:
        return None
    return next(source for source in listed.sources if source.name == name)


def _location(directive: Directive, ask: Ask) -> Source | None:
    target = ask.target
    if target is None:
        return None
    for source in directive.list.near(target.url.host):
        if mismatch(source, target) is None:
            return source
    return None


def _nonce(directive: Directive, ask: Ask) -> Source | None:
    nonce, listed = ask.request.nonce, directive.list
    if not nonce or not ask.request.nonceable or nonce not in listed.nonces:
        return None
    return next(source for source in listed.sources if source.kind is SourceKind.NONCE and source.name == nonce)


def _is_strict_dynamic(directive: Directive) -> bool:
    """Whether 'strict-dynamic' counts: in the script directives and in default-src standing in for one."""
    return directive.list.strict_dynamic and directive.name in _STRICT_DYNAMIC_DIRECTIVES


_STRICT_DYNAMIC_DIRECTIVES = frozenset({"script-src", "script-src-elem", "script-src-attr", "default-src"})


def _script(directive: Directive, ask: Ask) -> Source | None:
    by_trust = _nonce(directive, ask) or _integrity(directive.list, ask.request.integrity)
    if by_trust:
        return by_trust
    if _is_strict_dynamic(directive):
        return _keyword(directive, "'strict-dynamic'") if ask.request.kind == "dynamic-script" else None
    return _location(directive, ask)


def _worker(directive: Directive, ask: Ask) -> Source | None:
    """Chromium 156: 'strict-dynamic' in whichever list governs lets every worker start, because script starts it."""
    return _keyword(directive, "'strict-dynamic'") or _location(directive, ask)


_INTEGRITY = re.compile(r"(sha256|sha384|sha512)-([A-Za-z0-9+/_-]+={0,2})(?:\?.*)?", re.IGNORECASE)


def _integrity(listed: SourceList, integrity: str) -> Source | None:
    """Every digest of the attribute must be listed (CSP3 #external-hash)."""
    if not integrity or not listed.hashes:
        return None
    first: Source | None = None
    for token in integrity.split():
        found = _INTEGRITY.fullmatch(token)
        if not found:
            continue
        source = _by_hash(listed, found[1].lower(), _digest(found[2]))
        if source is None:
            return None
        first = first or source
    return first


def _digest(text: str) -> bytes:
    body = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return binascii.a2b_base64(body + "=" * (-len(body) % 4))
    except binascii.Error:
        return b""


def _by_hash(listed: SourceList, algorithm: str, digest: bytes) -> Source | None:
    if (algorithm, digest) not in listed.hashes:
        return None
    return next(s for s in listed.sources if s.algorithm == algorithm and s.digest == digest)


def _content_hash(directive: Directive, ask: Ask) -> Source | None:
    listed = directive.list
    if not listed.hashes:
        return None
    import hashlib  # noqa: PLC0415 - loads OpenSSL, for inline code alone

    text = ask.request.content.encode("utf-8", "replace")
    for algorithm in sorted({algorithm for algorithm, _ in listed.hashes}):
        if source := _by_hash(listed, algorithm, hashlib.new(algorithm, text).digest()):
            return source
    return None


def _unsafe_inline(directive: Directive) -> Source | None:
    if directive.list.has_nonce_or_hash or _is_strict_dynamic(directive):
        return None
    return _keyword(directive, "'unsafe-inline'")


def _inline_element(directive: Directive, ask: Ask) -> Source | None:
    by_trust = _nonce(directive, ask) or _content_hash(directive, ask)
    if by_trust:
        return by_trust
    if ask.request.kind == "dynamic-inline-script" and _is_strict_dynamic(directive):
        return _keyword(directive, "'strict-dynamic'")
    return _unsafe_inline(directive)


def _attribute(directive: Directive, ask: Ask) -> Source | None:
    if "'unsafe-hashes'" in directive.list.keywords and (source := _content_hash(directive, ask)):
        return source
    return _unsafe_inline(directive)


def _style(directive: Directive, ask: Ask) -> Source | None:
    return _nonce(directive, ask) or _location(directive, ask)


def _eval(directive: Directive, ask: Ask) -> Source | None:
    return _keyword(directive, "'unsafe-eval'")


def _wasm(directive: Directive, ask: Ask) -> Source | None:
    return _keyword(directive, "'wasm-unsafe-eval'") or _keyword(directive, "'unsafe-eval'")


_RULES: dict[str, Callable[[Directive, Ask], Source | None]] = {
    "script": _script,
    "dynamic-script": _script,
    "inline-script": _inline_element,
    "dynamic-inline-script": _inline_element,
    "javascript-url": _attribute,
    "event-handler": _attribute,
    "eval": _eval,
    "wasm": _wasm,
    "style": _style,
    "inline-style": _inline_element,
    "style-attr": _attribute,
    "worker": _worker,
    "blob-worker": _worker,
}
_RULES |= {kind: _location for kind in EFFECTIVE_DIRECTIVE if kind not in _RULES}
