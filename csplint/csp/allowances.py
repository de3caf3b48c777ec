"""
What in a source list lets a request through, by kind of request: the pre-request and inline checks of CSP3.

Each rule gives the source that does, or None. The kinds differ in what they can
be trusted by: a nonce, a hash, the script that made them, or their URL.
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


class Ask(Struct, frozen=True):
    """One hop of a request; `target` is None where it has no URL, or one that cannot be parsed."""

    request: Request
    target: Target | None


def keyword(directive: Directive, name: str) -> Source | None:
    """The keyword as the list has it."""
    listed = directive.list
    if name not in listed.keywords:
        return None
    return next(source for source in listed.sources if source.name == name)


def by_location(directive: Directive, ask: Ask) -> Source | None:
    """The first source that the URL matches."""
    target = ask.target
    if target is None or hosts_are_off(directive, target):
        return None
    for source in directive.list.near(target.url.host):
        if mismatch(source, target) is None:
            return source
    return None


def hosts_are_off(directive: Directive, target: Target) -> bool:
    """Whether a hash of a URL switches the list's hosts off: in Chromium everywhere but where navigations are asked about."""
    return SourceKind.URL_HASH in directive.list.switches and not target.navigation


def by_nonce(directive: Directive, ask: Ask) -> Source | None:
    """The nonce source that the element's nonce is."""
    nonce, listed = ask.request.nonce, directive.list
    if not nonce or not listed.nonces or not ask.request.nonceable:
        return None
    if directive.browser.trims_nonces:
        nonce = nonce.strip(_BLINK_SPACE)
    if nonce not in listed.nonces:
        return None
    return next(source for source in listed.sources if source.kind == SourceKind.NONCE and source.name == nonce)


_BLINK_SPACE = "\t\n\v\f\r "


def strict_dynamic_counts(directive: Directive) -> bool:
    """Whether 'strict-dynamic' counts: in the script directives and in default-src standing in for one."""
    return directive.list.strict_dynamic and directive.name in _STRICT_DYNAMIC_DIRECTIVES


_STRICT_DYNAMIC_DIRECTIVES = frozenset({"script-src", "script-src-elem", "script-src-attr", "default-src"})


def _script(directive: Directive, ask: Ask) -> Source | None:
    by_trust = by_nonce(directive, ask) or by_integrity(directive, ask.request.integrity)
    if by_trust:
        return by_trust
    if strict_dynamic_counts(directive):
        return keyword(directive, "'strict-dynamic'") if ask.request.kind == "dynamic-script" else None
    return by_location(directive, ask)


def _worker(directive: Directive, ask: Ask) -> Source | None:
    """Chromium 156: 'strict-dynamic' in whichever list governs lets every worker start, because script starts it."""
    return keyword(directive, "'strict-dynamic'") or by_location(directive, ask)


def by_integrity(directive: Directive, integrity: str) -> Source | None:
    """The first of the attribute's digests as listed; each must be (CSP3 #external-hash)."""
    listed = directive.list
    if not integrity or not listed.hashes:
        return None
    first: Source | None = None
    for algorithm, digest in integrity_digests(integrity, directive.browser):
        source = _by_hash(listed, algorithm, digest) if digest else None
        if source is None or (directive.browser.integrity_as_text and not source.digest):
            return None
        first = first or source
    return first


def _by_hash(listed: SourceList, algorithm: str, digest: bytes) -> Source | None:
    if (algorithm, digest) not in listed.hashes:
        return None
    return next(s for s in listed.sources if s.algorithm == algorithm and s.digest == digest)


def by_content(directive: Directive, ask: Ask) -> Source | None:
    """The hash source that is a digest of the inline text."""
    listed = directive.list
    if not listed.hashes:
        return None
    import hashlib  # noqa: PLC0415 - loads OpenSSL, for inline code alone

    text = hashed_text(directive, ask.request).encode("utf-8", "replace")
    for algorithm in sorted({algorithm for algorithm, _ in listed.hashes}):
        if algorithm not in DIGEST_BYTES:
            continue
        if source := _by_hash(listed, algorithm, hashlib.new(algorithm, text).digest()):
            return source
    return None


def hashed_text(directive: Directive, request: Request) -> str:
    """What a hash is taken of: of a javascript: URL the whole URL (HTML #navigate-to-a-javascript:-url)."""
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


def _inline_element(directive: Directive, ask: Ask) -> Source | None:
    by_trust = by_nonce(directive, ask) or by_content(directive, ask)
    if by_trust:
        return by_trust
    if ask.request.kind == "dynamic-inline-script" and strict_dynamic_counts(directive):
        return keyword(directive, "'strict-dynamic'")
    return _unsafe_inline(directive, ask.request.kind)


def _attribute(directive: Directive, ask: Ask) -> Source | None:
    if "'unsafe-hashes'" in directive.list.keywords and (source := by_content(directive, ask)):
        return source
    return _unsafe_inline(directive, ask.request.kind)


def _style(directive: Directive, ask: Ask) -> Source | None:
    return by_nonce(directive, ask) or by_location(directive, ask)


def _eval(directive: Directive, ask: Ask) -> Source | None:
    if SourceKind.EVAL_HASH in directive.list.switches:
        return None
    return keyword(directive, "'unsafe-eval'")


def _wasm(directive: Directive, ask: Ask) -> Source | None:
    return keyword(directive, "'wasm-unsafe-eval'") or keyword(directive, "'unsafe-eval'")


RULES: dict[str, Callable[[Directive, Ask], Source | None]] = {
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
RULES |= {kind: by_location for kind in EFFECTIVE_DIRECTIVE if kind not in RULES}
"""Every kind's rule; the URL decides where nothing else can."""
