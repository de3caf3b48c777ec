"""Why a token is no source, and what it was meant to be where that can be told."""

from __future__ import annotations

from csplint.checks.marks import mark
from csplint.checks.syntax.empty_values import EMPTY_VALUES
from csplint.checks.syntax.fault import Fault, reads_well
from csplint.checks.syntax.quoted import LIKE_NONCE, QUOTES, is_experiment, is_unknown_word, meant_quoted
from csplint.csp.browsers import FIREFOX
from csplint.csp.location import plain_host
from csplint.csp.parse import parse_source
from csplint.csp.source import ANY_PORT, Source, SourceKind

CLOSERS = frozenset({"}}", "%>", "?>", "%}", "]]", "}", "Object]"})
"""Ends of what is told where it begins."""
_SCHEMES = frozenset({"blob", "data", "filesystem", "http", "https", "mediastream", "ws", "wss"})
"""What people mean as a scheme wherever it stands as a host; no host of the web is called so."""


_OF_THE_WEB = frozenset({"", "http", "https", "ws", "wss"})


def fault(source: Source) -> Fault | None:
    """What is wrong with a token; None where nothing is, or where another rule tells it."""
    if source.kind == SourceKind.HOST:
        return _misread(source)
    if source.kind != SourceKind.INVALID or _told_elsewhere(source):
        return None
    from csplint.checks.syntax.unreadable import host_fault, text_fault  # noqa: PLC0415 - for what is no source alone

    return text_fault(source.text) or host_fault(source.text) or Fault(source.why)


@mark(SourceKind.HOST, SourceKind.INVALID)
def is_faulty(source: Source) -> bool:
    """Whether there is something to tell."""
    return fault(source) is not None


def means_nothing(source: Source) -> bool:
    """Whether a token is surely no source that was meant, and matches nothing."""
    found = _misread(source) if source.kind == SourceKind.HOST else None
    return found is not None and not found.firefox


@mark(SourceKind.HOST)
def lacks_colon(source: Source) -> bool:
    """Whether a token is a scheme's name that browsers read as a host's: `data`, `data:*`."""
    bare = not (source.scheme or source.subdomains or source.path) and source.port in {None, ANY_PORT}
    return source.kind == SourceKind.HOST and bare and source.host in _SCHEMES


def _misread(source: Source) -> Fault | None:
    """Tokens that are sources, but surely not the ones that were meant."""
    if lacks_colon(source):
        how = "with its colon" if source.port is None else "without an asterisk"
        return Fault(f"the scheme is written {how}, {source.host}:", f"{source.host}:")
    if not source.scheme and source.host.rstrip(".") in {"http", "https", "ws", "wss"} and source.path.startswith("//"):
        from csplint.checks.syntax.unreadable import with_slashes  # noqa: PLC0415

        return with_slashes(source.text)
    odd = source.scheme not in _OF_THE_WEB or "." not in source.host
    if odd and (found := _no_host(source)):
        return found
    why = "" if plain_host(source.text) else parse_source(source.text, FIREFOX).why
    if not why:
        return None
    mended = source.text.rstrip("/") if source.path == "/" else source.text.rstrip(".")
    return Fault(why, mended if mended != source.text and reads_well(mended) else "", firefox=True)


def _no_host(source: Source) -> Fault | None:
    """A word of some program that stands as a host, a stray dash, or a scheme that is misspelt."""
    if not source.subdomains and source.host in EMPTY_VALUES:
        return Fault("a program wrote it where a value was missing")
    bare = source.text == source.host or source.text == source.host.upper()
    if bare and source.host == "always":
        return Fault("it is a word of nginx's add_header, which belongs after the value", stray=True)
    if bare and not source.host.strip("-"):
        return Fault("it is a stray dash", stray=True)
    if source.scheme in _OF_THE_WEB:
        return None
    from csplint.csp.suggest import closest  # noqa: PLC0415 - for schemes of applications, and misspelt ones

    meant = closest(source.scheme, ("https", "http", "wss"), {})
    mended = f"{meant}{source.text[len(source.scheme) :]}"
    read = f"the scheme {source.scheme}, which no address has"
    return Fault(f"{meant} was meant", mended, read=read) if meant else None


def _told_elsewhere(source: Source) -> bool:
    lowered = source.text.lower()
    return (
        bool(meant_quoted(source) or source.algorithm)
        or is_unknown_word(source)
        or is_experiment(source)
        or LIKE_NONCE.fullmatch(lowered) is not None
        or lowered.startswith(("'sha", "'md5-", "'ed25519-"))
        or source.text.strip(QUOTES) in CLOSERS
    )
