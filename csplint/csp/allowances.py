"""
Which source of a list allows a request, by kind of request: the pre-request and inline checks of CSP3.

`ALLOWANCES` has one function for each kind; it returns the source that allows the request, or None. The kinds differ in
what can allow them: a nonce, a hash, the script that added them, or their URL.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from csplint.csp.digest import DIGEST_BYTES, integrity_digests
from csplint.csp.match import Target, mismatch
from csplint.csp.policy import Directive, SourceList
from csplint.csp.request import Request
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import parse_url

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
    "frame-ancestors": "frame-ancestors",
}
"""CSP3 #effective-directive-for-a-request and #effective-directive-for-inline-check, by kind of request."""


class RequestHop(Struct, frozen=True):
    """A request, before or after its redirect; `target` is None if it has no URL, or an invalid one."""

    request: Request
    target: Target | None


def keyword(directive: Directive, name: str) -> Source | None:
    """The keyword's source in the list, None if it is missing."""
    listed = directive.list
    if name not in listed.keywords:
        return None
    return next(source for source in listed.sources if source.name == name)


def by_location(directive: Directive, hop: RequestHop) -> Source | None:
    """The first source that the URL matches."""
    target = hop.target
    if target is None or hosts_are_off(directive, target):
        return None
    for source in directive.list.candidates(target.url.host):
        if mismatch(source, target) is None:
            return source
    return None


def hosts_are_off(directive: Directive, target: Target) -> bool:
    """Whether a hash of a URL disables the list's hosts: in Chromium for everything except navigations."""
    return SourceKind.URL_HASH in directive.list.switches and not target.navigation


def by_nonce(directive: Directive, hop: RequestHop) -> Source | None:
    """The nonce source with the element's nonce."""
    nonce, listed = hop.request.nonce, directive.list
    if not nonce or not listed.nonces or not hop.request.nonceable:
        return None
    if directive.browser.trims_nonces:
        nonce = nonce.strip(_BLINK_SPACE)
    if nonce not in listed.nonces:
        return None
    return next(source for source in listed.sources if source.kind == SourceKind.NONCE and source.name == nonce)


_BLINK_SPACE = "\t\n\v\f\r "


def strict_dynamic_counts(directive: Directive) -> bool:
    """Whether 'strict-dynamic' has an effect: it does in script directives, and in default-src as their fallback."""
    return directive.list.strict_dynamic and directive.name in _STRICT_DYNAMIC_DIRECTIVES


_STRICT_DYNAMIC_DIRECTIVES = frozenset({"script-src", "script-src-elem", "script-src-attr", "default-src"})


def _script(directive: Directive, hop: RequestHop) -> Source | None:
    by_trust = by_nonce(directive, hop) or by_integrity(directive, hop.request.integrity)
    if by_trust:
        return by_trust
    if strict_dynamic_counts(directive):
        return keyword(directive, "'strict-dynamic'") if hop.request.kind == "dynamic-script" else None
    return by_location(directive, hop)


def _worker(directive: Directive, hop: RequestHop) -> Source | None:
    """In Chromium 156, 'strict-dynamic' in the governing list allows every worker, because a script starts it."""
    return keyword(directive, "'strict-dynamic'") or by_location(directive, hop)


def by_integrity(directive: Directive, integrity: str) -> Source | None:
    """The source of the integrity attribute's first digest, if the list has all of its digests (CSP3 #external-hash)."""
    listed = directive.list
    if not integrity or not listed.hashes:
        return None
    first: Source | None = None
    for algorithm, digest in integrity_digests(integrity, directive.browser):
        source = _by_hash(listed, algorithm, digest) if digest else None
        if source is None:
            return None
        first = first or source
    return first


def _by_hash(listed: SourceList, algorithm: str, digest: bytes) -> Source | None:
    if (algorithm, digest) not in listed.hashes:
        return None
    return next(s for s in listed.sources if s.algorithm == algorithm and s.digest == digest)


def by_content(directive: Directive, hop: RequestHop) -> Source | None:
    """The hash source that matches the inline text."""
    listed = directive.list
    if not listed.hashes:
        return None
    import hashlib  # noqa: PLC0415 - loads OpenSSL, only for inline code

    text = hashed_text(directive, hop.request).encode("utf-8", "replace")
    for algorithm in sorted({algorithm for algorithm, _ in listed.hashes}):
        if algorithm not in DIGEST_BYTES:
            continue
        if source := _by_hash(listed, algorithm, hashlib.new(algorithm, text).digest()):
            return source
    return None


def hashed_text(directive: Directive, request: Request) -> str:
    """The text that is hashed: of a javascript: URL, the whole URL (HTML #navigate-to-a-javascript:-url)."""
    if request.kind != "javascript-url":
        return request.content
    text = f"javascript:{request.content}"
    if directive.browser.javascript_url_decoded:
        return text
    url = parse_url(text)
    return url.href if url else text


def _unsafe_inline(directive: Directive, kind: str) -> Source | None:
    if directive.list.has_nonce_or_hash:
        return None
    binds = kind not in _STYLES or directive.browser.strict_dynamic_binds_styles
    if binds and strict_dynamic_counts(directive):
        return None
    return keyword(directive, "'unsafe-inline'")


_STYLES = frozenset({"inline-style", "style-attr"})


def _inline_element(directive: Directive, hop: RequestHop) -> Source | None:
    by_trust = by_nonce(directive, hop) or by_content(directive, hop)
    if by_trust:
        return by_trust
    if hop.request.kind == "dynamic-inline-script" and strict_dynamic_counts(directive):
        return keyword(directive, "'strict-dynamic'")
    return _unsafe_inline(directive, hop.request.kind)


def _attribute(directive: Directive, hop: RequestHop) -> Source | None:
    if "'unsafe-hashes'" in directive.list.keywords and (source := by_content(directive, hop)):
        return source
    return _unsafe_inline(directive, hop.request.kind)


def _style(directive: Directive, hop: RequestHop) -> Source | None:
    return by_nonce(directive, hop) or by_location(directive, hop)


def _eval(directive: Directive, hop: RequestHop) -> Source | None:
    if SourceKind.EVAL_HASH in directive.list.switches:
        return None
    return keyword(directive, "'unsafe-eval'")


def _wasm(directive: Directive, hop: RequestHop) -> Source | None:
    return keyword(directive, "'wasm-unsafe-eval'") or keyword(directive, "'unsafe-eval'")


ALLOWANCES: dict[str, Callable[[Directive, RequestHop], Source | None]] = {
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
ALLOWANCES |= {kind: by_location for kind in EFFECTIVE_DIRECTIVE if kind not in ALLOWANCES}
"""The function for every kind; kinds that only their URL can allow have `by_location`."""
