"""Why a source does not allow a request, as a phrase that continues "https://a.example: …"."""

from __future__ import annotations

from csplint.csp.allowances import RequestHop, hosts_are_off, strict_dynamic_counts
from csplint.csp.digest import is_odd
from csplint.csp.match import AnyMismatch, Mismatch, Target, mismatch
from csplint.csp.policy import Directive
from csplint.csp.source import NO_PORT, Source, SourceKind
from csplint.csp.url import DEFAULT_PORTS

SCRIPTS = frozenset({"script", "dynamic-script"})
INLINE_ELEMENTS = frozenset({"inline-script", "dynamic-inline-script", "inline-style"})
ATTRIBUTES = frozenset({"event-handler", "style-attr", "javascript-url"})
STRINGS = frozenset({"eval", "wasm"})
SWITCHES = frozenset({SourceKind.URL_HASH, SourceKind.EVAL_HASH})


def why_not(source: Source, directive: Directive, hop: RequestHop) -> str:
    """The reason, for a source of a list that refuses the request."""
    kind = hop.request.kind
    if source.kind == SourceKind.INVALID:
        return f"invalid: {source.why}"
    if source.kind == SourceKind.NONE:
        return "allows nothing" if len(directive.list.sources) == 1 else "ignored: the list has other sources"
    if kind in STRINGS or source.kind in SWITCHES:
        return _of_code_from_strings(source, kind)
    if source.is_location:
        return _of_location(source, directive, hop)
    if source.kind == SourceKind.NONCE:
        return _of_nonce(source, hop)
    if source.kind == SourceKind.HASH:
        return _of_hash(source, directive, hop)
    return _of_keyword(source, directive, hop)


def _of_code_from_strings(source: Source, kind: str) -> str:
    if source.kind in SWITCHES:
        return "allows nothing by itself: it belongs to an experiment in Chromium"
    if kind == "eval" and source.name == "'unsafe-eval'":
        return "ignored: the list has a hash for eval()"
    words = "'unsafe-eval' or 'wasm-unsafe-eval'" if kind == "wasm" else "'unsafe-eval'"
    return f"does not allow {'WebAssembly' if kind == 'wasm' else 'eval()'}; {words} would"


def _of_location(source: Source, directive: Directive, hop: RequestHop) -> str:
    kind, target = hop.request.kind, hop.target
    if kind in INLINE_ELEMENTS | ATTRIBUTES:
        return "matches URLs, and inline code has no URL"
    if kind in SCRIPTS and strict_dynamic_counts(directive):
        return "ignored: the list has 'strict-dynamic'"
    if target is not None and hosts_are_off(directive, target):
        return "ignored: the list has a hash of a URL"
    if target is None:
        return "the request has no valid URL to match"
    differs = mismatch(source, target)
    return _detail(source, target, differs) if differs else "matches"  # pragma: no cover - then it was let through


def _detail(source: Source, target: Target, differs: AnyMismatch) -> str:
    url, page = target.url, target.page
    is_self = source.kind == SourceKind.KEYWORD
    if differs == Mismatch.SCHEME:
        return f"scheme {url.scheme} is not {(page.scheme if is_self else source.scheme) or page.scheme}"
    if differs == Mismatch.HOST:
        if source.subdomains:
            return f"host {url.host} is not under {source.host}" if source.host else "the URL has no host"
        return f"host {url.host or '(none)'} is not {page.host if is_self else source.host}"
    if differs == Mismatch.PORT:
        return _port_detail(source, target, page.port if is_self else source.port)
    if differs == Mismatch.PATH:
        return f"path {url.path} is not {'under ' if source.path.endswith('/') else ''}{source.path}"
    if differs == Mismatch.NON_NETWORK:
        return f"* does not match {url.scheme}:"
    return str(differs)


def _port_detail(source: Source, target: Target, port: int | None) -> str:
    scheme = source.scheme or target.page.scheme
    wanted = DEFAULT_PORTS.get(scheme) if port is None else port
    if wanted == NO_PORT:
        return "a port with leading zeros matches nothing in Firefox"
    if wanted == target.url.port:
        return f"port {target.url.port} does not match once {scheme} is upgraded to {target.url.scheme}"
    return f"port {target.url.port} is not {wanted}"


def _of_nonce(source: Source, hop: RequestHop) -> str:
    request = hop.request
    if request.kind in ATTRIBUTES:
        return "nonces apply to elements, not to attributes and javascript: URLs"
    if request.kind not in SCRIPTS | INLINE_ELEMENTS | {"style"}:
        return "matches no URL: nonces apply to script and style elements"
    if not request.nonce:
        return "the element has no nonce"
    if not request.nonceable:
        return "browsers ignore the element's nonce because its markup is broken"
    return "the element has another nonce"


def _of_hash(source: Source, directive: Directive, hop: RequestHop) -> str:
    kind = hop.request.kind
    if kind in SCRIPTS:
        return "no integrity attribute" if not hop.request.integrity else "the integrity attribute has other digests"
    if kind in ATTRIBUTES and "'unsafe-hashes'" not in directive.list.keywords:
        return "hashes do not apply to attributes and javascript: URLs without 'unsafe-hashes'"
    if kind in ATTRIBUTES | INLINE_ELEMENTS:
        return (
            "the hash can never match: Firefox compares its exact text"
            if is_odd(source.digest)
            else "the hash is of another text"
        )
    return "matches no URL: hashes apply to inline code and script elements"


def _of_keyword(source: Source, directive: Directive, hop: RequestHop) -> str:
    kind = hop.request.kind
    if source.name == "'unsafe-inline'" and kind in INLINE_ELEMENTS | ATTRIBUTES:
        by_trust = directive.list.has_nonce_or_hash
        return "ignored: the list has a nonce or hash" if by_trust else "ignored: the list has 'strict-dynamic'"
    if source.name == "'strict-dynamic'" and kind in SCRIPTS | INLINE_ELEMENTS | ATTRIBUTES:
        return "allows what trusted scripts add; this is in the page's own markup"
    if source.name == "'unsafe-hashes'" and kind in ATTRIBUTES:
        return "lets hashes apply here, but no hash is of this text"
    return "matches no URL" if kind not in INLINE_ELEMENTS | ATTRIBUTES else "does not allow inline code"
