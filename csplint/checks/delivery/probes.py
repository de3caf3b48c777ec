"""Requests that show whether what one policy names gets past another: a few for each directive, however long the lists."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.csp.policy import Directive, Policy
from csplint.csp.request import Kind, Request
from csplint.csp.source import Source, SourceKind

Tries = tuple[tuple[Request, ...], ...]
"""For each thing a list names, the ways to ask for it."""

_KINDS: tuple[tuple[str, Kind], ...] = (
    ("script-src-elem", "script"),
    ("style-src-elem", "style"),
    ("frame-src", "frame"),
    ("form-action", "form"),
    ("connect-src", "connect"),
    ("img-src", "img"),
    ("font-src", "font"),
    ("media-src", "media"),
)
_MOST = 12
_UNKNOWN = "any0"


def probes(one: Policy, other: Policy) -> Iterator[tuple[Tries, Tries]]:
    """For each directive that both restrict: what the first names and the second does not write, and the reverse."""
    for effective, kind in _KINDS:
        mine, theirs = one.governing(effective), other.governing(effective)
        if mine and theirs and mine.value != theirs.value:
            yield _tries(mine, theirs, kind), _tries(theirs, mine, kind)


def _tries(directive: Directive, other: Directive, kind: Kind) -> Tries:
    written = {source.text for source in other.list.sources}
    nonces = sorted(directive.list.nonces | other.list.nonces)[:4] if kind == "script" else []
    found: list[tuple[Request, ...]] = []
    for source in directive.list.sources:
        if source.text not in written and (ways := _ways(source, kind, nonces)):
            found.append(ways)
            if len(found) == _MOST:
                break
    return tuple(found)


def _ways(source: Source, kind: Kind, nonces: list[str]) -> tuple[Request, ...]:
    """A script of a host may come with any nonce, or be added by another script; whichever passes will do."""
    if source.kind is SourceKind.NONCE and kind == "script":
        return (Request("script", f"https://{_UNKNOWN}.example/", nonce=source.name),)
    if source.kind is not SourceKind.HOST or not source.host:
        return ()
    scheme = source.scheme or "https"
    host = f"{_UNKNOWN}.{source.host}" if source.subdomains else source.host
    port = f":{source.port}" if source.port and source.port > 0 else ""
    path = source.path + (_UNKNOWN if source.path.endswith("/") else "") if source.path else f"/{_UNKNOWN}"
    url = f"{scheme}://{host}{port}{path}"
    if kind != "script":
        return (Request(kind, url),)
    plain = (Request("script", url), Request("dynamic-script", url))
    return (*plain, *(Request("script", url, nonce=nonce) for nonce in nonces))
