"""
A source expression: one token of a source list, as a browser reads it (CSP3 #grammardef-source-expression).

`parse.py` makes them. A token that is not a valid source expression is kept, with the reason browsers ignore it, so that
its author can be told.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

from msgspec import Struct


class SourceKind:
    """What a token of a source list is."""

    KEYWORD: Final = "keyword"
    NONE: Final = "none"
    NONCE: Final = "nonce"
    HASH: Final = "hash"
    URL_HASH: Final = "url hash"
    EVAL_HASH: Final = "eval hash"
    SCHEME: Final = "scheme"
    STAR: Final = "star"
    HOST: Final = "host"
    INVALID: Final = "invalid"


# Here, in State and in Mismatch: constants for the code and a Literal for the type checker, not an enum, because Python
# 3.11 takes five times as long to look up an enum's member. mypy checks every constant against the Literal that is
# expected; tests/csp/test_constants.py checks that the two list the same values.
AnySourceKind = Literal[
    "keyword", "none", "nonce", "hash", "url hash", "eval hash", "scheme", "star", "host", "invalid"
]
ALL_KINDS: tuple[AnySourceKind, ...] = get_args(AnySourceKind)

KEYWORDS = frozenset(
    {
        "'self'",
        "'unsafe-inline'",
        "'unsafe-eval'",
        "'unsafe-hashes'",
        "'strict-dynamic'",
        "'report-sample'",
        "'wasm-unsafe-eval'",
        "'trusted-types-eval'",
        "'inline-speculation-rules'",
        "'report-sha256'",
        "'report-sha384'",
        "'report-sha512'",
        "'unsafe-webtransport-hashes'",
        "'strict-dynamic-url'",
    }
)
"""The keywords of the CSP3 grammar, lower case, including those that change no decision here."""

ANY_PORT = -1
NO_PORT = -2


class Source(Struct, frozen=True, dict=True):
    """
    One source expression. Parsed sources are cached, and `@memo` answers with them (the instance's `__dict__`).

    text: as written. kind: what it is. is_location: whether a URL can match it.
    key: the host pattern that `SourceList.candidates` looks up, "a.example" or "*.example"; "" for sources that are
        tried on every URL.
    is_ordinary: whether it is a host as nine of ten are (`location.ordinary_host`), which every browser reads alike.

    The other fields depend on the kind:
    keyword: `name`, lower case with its quotes.
    nonce: `name` is the nonce.
    hash: `algorithm` and `digest`, the decoded bytes of any length (in Firefox a text in place of some, `digest.is_odd`).
    url hash, eval hash: `algorithm` and `digest` likewise. Such a source only disables others.
    scheme: `scheme`, lower case.
    host: `scheme` or ""; `host`, lower case ("" with `subdomains` for a lone *); `port` (None if not written, ANY_PORT for
        `:*`, NO_PORT for one that matches nothing); `path` as written, without query ("" for none).
    invalid: `why`, a phrase that continues "it is ignored: …"; with `algorithm` and `digest` where this browser accepts
        the token as a hash all the same.
    """

    text: str
    kind: AnySourceKind
    name: str = ""
    scheme: str = ""
    host: str = ""
    subdomains: bool = False
    port: int | None = None
    path: str = ""
    algorithm: str = ""
    digest: bytes = b""
    why: str = ""
    key: str = ""
    is_location: bool = False
    is_ordinary: bool = False

    @property
    def is_hash(self) -> bool:
        """Whether this browser accepts it as a hash of code; some such hashes are invalid by the grammar."""
        return bool(self.algorithm) and self.kind in _HASHES


_HASHES = frozenset({SourceKind.HASH, SourceKind.INVALID})


def invalid(text: str, why: str) -> Source:
    """A token that browsers ignore, and why."""
    return Source(text, SourceKind.INVALID, why=why)
