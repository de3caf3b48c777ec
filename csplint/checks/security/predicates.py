"""
What the checks of security ask of every token (see checks/marks.py).

Here together, so that a check's own module is imported only where there is something for it.
"""

from __future__ import annotations

import re

from csplint.checks.prefilter import token_predicate
from csplint.checks.security.suffixes import OPEN_SUFFIXES
from csplint.csp.source import ANY_PORT, Source, SourceKind

INLINE = "'unsafe-inline'"
EVAL = "'unsafe-eval'"


SECURE = {"http": "https", "ws": "wss"}


LOOPBACK = re.compile(r"(?:.+\.)?localhost\.?|127(?:\.[0-9]{1,3}){3}")
"""Hosts a secure page may ask without TLS (Secure Contexts #is-origin-trustworthy)."""


PLAIN = 80
"""http's own port."""


@token_predicate(SourceKind.HOST, SourceKind.SCHEME)
def is_insecure(source: Source) -> bool:
    """Whether a source is written so; of scripts, script-scheme tells a whole scheme."""
    return source.scheme in SECURE and not LOOPBACK.fullmatch(source.host)


@token_predicate(SourceKind.HOST)
def names_insecure_host(source: Source) -> bool:
    """Whether a source is written so, and names a host or the subdomains of one."""
    return is_insecure(source) and is_named_host(source)


@token_predicate(SourceKind.HOST)
def has_odd_port(source: Source) -> bool:
    """Whether a source has a port for which a secure scheme makes another address than the one that counts today."""
    return source.port not in {None, PLAIN, ANY_PORT}


@token_predicate(SourceKind.HOST)
def names_plain_port(source: Source) -> bool:
    """Whether a source of an https page names http's port and not its scheme."""
    return source.port == PLAIN and source.scheme in {"", "https", "wss"}


@token_predicate(SourceKind.HOST)
def is_host(source: Source) -> bool:
    """Whether a source is a host, or * with a scheme, a port or a path."""
    return source.kind == SourceKind.HOST


_IP = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")


@token_predicate(SourceKind.HOST)
def is_ip(source: Source) -> bool:
    """Whether a source is an IP address, and not the developer's own machine."""
    return bool(_IP.fullmatch(source.host)) and not LOOPBACK.fullmatch(source.host)


@token_predicate(SourceKind.HOST)
def is_loopback(source: Source) -> bool:
    """Whether a source is the machine of whoever visits the page."""
    return bool(LOOPBACK.fullmatch(source.host))


@token_predicate(SourceKind.HOST, SourceKind.STAR, SourceKind.SCHEME)
def is_wide(source: Source) -> bool:
    """Whether a source leaves the host open."""
    if source.kind == SourceKind.HOST:
        return source.subdomains and (not source.host or source.host in OPEN_SUFFIXES)
    return source.kind == SourceKind.STAR or (source.kind == SourceKind.SCHEME and source.scheme == "https")


def is_named_host(source: Source) -> bool:
    """Whether a source names a host, or the subdomains of one."""
    return source.kind == SourceKind.HOST and not is_wide(source)


@token_predicate(SourceKind.SCHEME)
def is_scheme(source: Source) -> bool:
    """Whether a source is a scheme alone."""
    return source.kind == SourceKind.SCHEME


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
    return source.name == "'unsafe-hashes'"


@token_predicate(SourceKind.KEYWORD)
def is_strict_dynamic(source: Source) -> bool:
    """Whether a source is 'strict-dynamic'."""
    return source.name == "'strict-dynamic'"
