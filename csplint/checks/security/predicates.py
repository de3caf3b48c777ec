"""
Yes-or-no questions about one source expression, which the prefilter asks once per token.

All of this package's are in this one module, and it imports little: a run imports every module that has token
predicates, but a check's own module only when the check can find something.
"""

from __future__ import annotations

import re

from csplint.checks.prefilter import token_predicate
from csplint.checks.security.suffixes import is_private_suffix, is_registry_suffix
from csplint.csp.source import ANY_PORT, Source, SourceKind

INLINE = "'unsafe-inline'"
EVAL = "'unsafe-eval'"
HASHES = "'unsafe-hashes'"
STRICT_DYNAMIC = "'strict-dynamic'"

SECURE = {"http": "https", "ws": "wss"}
"""Insecure schemes, and what an https page uses instead."""

HTTP_PORT = 80

LOOPBACK = re.compile(r"(?:.+\.)?localhost\.?|127(?:\.[0-9]{1,3}){3}")
"""Hosts that a secure page may use without TLS (Secure Contexts #is-origin-trustworthy)."""

_IP = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")


@token_predicate(SourceKind.HOST, SourceKind.SCHEME, ordinary="by likeness")
def is_insecure(source: Source) -> bool:
    """Whether a source has the scheme http: or ws:, and does not name the visitor's own machine."""
    return source.scheme in SECURE and not LOOPBACK.fullmatch(source.host)


@token_predicate(SourceKind.HOST, ordinary="by likeness")
def names_insecure_host(source: Source) -> bool:
    """Whether a source has the scheme http: or ws:, and names a host or its subdomains."""
    return is_insecure(source) and is_named_host(source)


@token_predicate(SourceKind.HOST)
def has_custom_port(source: Source) -> bool:
    """Whether a source has a port of its own, so that writing https: for http: changes which server it matches."""
    return source.port not in {None, HTTP_PORT, ANY_PORT}


@token_predicate(SourceKind.HOST)
def names_http_port(source: Source) -> bool:
    """Whether a source has port 80, but not the scheme http: or ws:."""
    return source.port == HTTP_PORT and source.scheme in {"", "https", "wss"}


@token_predicate(SourceKind.HOST, ordinary="by likeness")
def is_host(source: Source) -> bool:
    """Whether a source is a host, or * with a scheme, a port or a path."""
    return source.kind == SourceKind.HOST


@token_predicate(SourceKind.HOST)
def is_ip(source: Source) -> bool:
    """Whether a source is an IPv4 address other than the visitor's own machine."""
    return bool(_IP.fullmatch(source.host)) and not LOOPBACK.fullmatch(source.host)


@token_predicate(SourceKind.HOST)
def is_loopback(source: Source) -> bool:
    """Whether a source is the visitor's own machine."""
    return bool(LOOPBACK.fullmatch(source.host))


@token_predicate(SourceKind.HOST, SourceKind.STAR, SourceKind.SCHEME, ordinary="by likeness")
def is_wide(source: Source) -> bool:
    """Whether a source leaves the host open: `*`, `https:`, `https://*:443`, `*.com`."""
    if source.kind == SourceKind.HOST:
        return source.subdomains and (not source.host or is_registry_suffix(source.host))
    return source.kind == SourceKind.STAR or (source.kind == SourceKind.SCHEME and source.scheme == "https")


@token_predicate(SourceKind.HOST, ordinary="by likeness")
def is_shared_domain(source: Source) -> bool:
    """Whether a source matches the hosts of all customers of a company: `*.github.io`."""
    return source.subdomains and is_private_suffix(source.host)


def is_named_host(source: Source) -> bool:
    """Whether a source names a host, or the subdomains of one."""
    return source.kind == SourceKind.HOST and not is_wide(source)


@token_predicate(SourceKind.SCHEME)
def is_scheme(source: Source) -> bool:
    """Whether a source is a scheme and nothing else."""
    return source.kind == SourceKind.SCHEME


@token_predicate(SourceKind.HOST, SourceKind.SCHEME, ordinary="by likeness")
def is_websocket(source: Source) -> bool:
    """Whether a source has the scheme ws: or wss:."""
    return source.scheme in {"ws", "wss"}


@token_predicate(SourceKind.KEYWORD)
def is_inline(source: Source) -> bool:
    """Whether a source is 'unsafe-inline'."""
    return source.name == INLINE


@token_predicate(SourceKind.KEYWORD)
def is_eval(source: Source) -> bool:
    """Whether a source is 'unsafe-eval'."""
    return source.name == EVAL


@token_predicate(SourceKind.KEYWORD)
def is_unsafe_hashes(source: Source) -> bool:
    """Whether a source is 'unsafe-hashes'."""
    return source.name == HASHES


@token_predicate(SourceKind.KEYWORD)
def is_strict_dynamic(source: Source) -> bool:
    """Whether a source is 'strict-dynamic'."""
    return source.name == STRICT_DYNAMIC
