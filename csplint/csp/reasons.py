"""Why a source did not let a request through, in a few words that continue "https://a.example: …"."""

from __future__ import annotations

from csplint.csp.allowances import Ask, hosts_are_off, strict_dynamic_counts
from csplint.csp.match import AnyMismatch, Mismatch, Target, mismatch
from csplint.csp.policy import Directive
from csplint.csp.source import NO_PORT, Source, SourceKind
from csplint.csp.url import DEFAULT_PORTS

SCRIPTS = frozenset({"script", "dynamic-script"})
INLINE_ELEMENTS = frozenset({"inline-script", "dynamic-inline-script", "inline-style"})
ATTRIBUTES = frozenset({"event-handler", "style-attr", "javascript-url"})
STRINGS = frozenset({"eval", "wasm"})
SWITCHES = frozenset({SourceKind.URL_HASH, SourceKind.EVAL_HASH})


def why_not(source: Source, directive: Directive, ask: Ask) -> str:
    """The reason; asked only about sources of a list that refuses the request."""
    kind = ask.request.kind
    if source.kind == SourceKind.INVALID:
        return f"invalid: {source.why}"
    if source.kind == SourceKind.NONE:
        return "allows nothing" if len(directive.list.sources) == 1 else "ignored: other sources stand beside it"
    if kind in STRINGS or source.kind in SWITCHES:
        return _of_code_from_strings(source, kind)
    if source.is_location:
        return _of_location(source, directive, ask)
    if source.kind == SourceKind.NONCE:
        return _of_nonce(source, ask)
    if source.kind == SourceKind.HASH:
        return _of_hash(source, directive, ask)
    return _of_keyword(source, directive, ask)


def _of_code_from_strings(source: Source, kind: str) -> str:
    if source.kind in SWITCHES:
        return "lets nothing through by itself: it is an experiment of Chromium's"
    if kind == "eval" and source.name == "'unsafe-eval'":
        return "ignored: a hash for eval() is present"
    words = "'unsafe-eval' or 'wasm-unsafe-eval'" if kind == "wasm" else "'unsafe-eval'"
    return f"does not allow {'WebAssembly' if kind == 'wasm' else 'eval'}: {words} would"


def _of_location(source: Source, directive: Directive, ask: Ask) -> str:
    kind, target = ask.request.kind, ask.target
    if kind in INLINE_ELEMENTS | ATTRIBUTES:
        return "matches URLs, and inline code has none"
    if kind in SCRIPTS and strict_dynamic_counts(directive):
        return "ignored: 'strict-dynamic'"
    if target is not None and hosts_are_off(directive, target):
        return "ignored: a hash of a URL is present"
    if target is None:
        return "matches no URL, and there is none that can be read"
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
        return _port(source, target, page.port if is_self else source.port)
    if differs == Mismatch.PATH:
        return f"path {url.path} is not {'under ' if source.path.endswith('/') else ''}{source.path}"
    if differs == Mismatch.NON_NETWORK:
        return f"* does not match {url.scheme}:"
    return str(differs)


def _port(source: Source, target: Target, port: int | None) -> str:
    scheme = source.scheme or target.page.scheme
    wanted = DEFAULT_PORTS.get(scheme) if port is None else port
    if wanted == NO_PORT:
        return "Firefox matches no port with leading zeros"
    if wanted == target.url.port:
        return f"port {target.url.port} does not go with {target.url.scheme} for {scheme}"
    return f"port {target.url.port} is not {wanted}"


def _of_nonce(source: Source, ask: Ask) -> str:
    request = ask.request
    if request.kind in ATTRIBUTES:
        return "nonces are for elements, not for attributes and javascript: URLs"
    if request.kind not in SCRIPTS | INLINE_ELEMENTS | {"style"}:
        return "matches no URL: nonces are for script and style elements"
    if not request.nonce:
        return "the element has no nonce"
    if not request.nonceable:
        return "the element's nonce does not count: its markup is broken"
    return "nonce differs"


def _of_hash(source: Source, directive: Directive, ask: Ask) -> str:
    kind = ask.request.kind
    if kind in SCRIPTS:
        return "no integrity attribute" if not ask.request.integrity else "the integrity attribute has other digests"
    if kind in ATTRIBUTES and "'unsafe-hashes'" not in directive.list.keywords:
        return "hashes do not apply to attributes and javascript: URLs without 'unsafe-hashes'"
    if kind in ATTRIBUTES | INLINE_ELEMENTS:
        return "hash of another text" if source.digest else "the hash is not written as browsers compare it"
    return "matches no URL: hashes are for inline code and script elements"


def _of_keyword(source: Source, directive: Directive, ask: Ask) -> str:
    kind = ask.request.kind
    if source.name == "'unsafe-inline'" and kind in INLINE_ELEMENTS | ATTRIBUTES:
        by_trust = directive.list.has_nonce_or_hash
        return "ignored: a nonce or hash is present" if by_trust else "ignored: 'strict-dynamic'"
    if source.name == "'strict-dynamic'" and kind in SCRIPTS | INLINE_ELEMENTS | ATTRIBUTES:
        return "trusts what trusted scripts add; this is in the page's own markup"
    if source.name == "'unsafe-hashes'" and kind in ATTRIBUTES:
        return "lets hashes apply here, and none is of this text"
    return "matches no URL" if kind not in INLINE_ELEMENTS | ATTRIBUTES else "does not allow inline code"
