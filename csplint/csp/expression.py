"""What a token of a source list turned out to be (CSP3 #grammardef-source-expression)."""

from __future__ import annotations

from typing import Final, Literal, get_args

from msgspec import Struct

AnySourceKind = Literal[
    "keyword", "none", "nonce", "hash", "url hash", "eval hash", "scheme", "star", "host", "invalid"
]
ALL_KINDS: tuple[AnySourceKind, ...] = get_args(AnySourceKind)


class SourceKind:
    """
    What a token of a source list turned out to be.

    No enum, here and where constants are asked for as often: Python 3.11 takes five times as long to look a member up.
    """

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


class Source(Struct, frozen=True, dict=True):
    """
    One source expression.

    text: as written. kind: what it is. Then, by kind:
    keyword: `name`, lower case with its quotes. nonce: `name` is the value.
    hash: `algorithm`, and `digest` (the decoded bytes, of whatever length was written; none where it can never match).
    url hash, eval hash: `algorithm` and `digest` likewise; what such a source does is switch others off.
    scheme: `scheme`. host: `scheme` or "", `host` lower case ("" with `subdomains` for a lone *),
    `port` (None for none written, ANY_PORT for `:*`, NO_PORT for one that matches nothing), `path` as written without query ("" for none).
    is_location: whether a URL can match it. key: what a host is looked up by, "a.example" or "*.example"; "" for
    what is tried on every URL.
    invalid: `why`, a phrase that continues "it is ignored: …"; with `algorithm` and `digest` where the browser at hand
    takes it for a hash all the same.
    A policy's tokens are read once and kept, and with them what others worked out of them (the instance's `__dict__`).
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

    @property
    def is_hash(self) -> bool:
        """Whether the browser at hand takes it for a hash of code: some of those are invalid by the grammar."""
        return bool(self.algorithm) and self.kind in _HASHES


_HASHES = frozenset({SourceKind.HASH, SourceKind.INVALID})

ANY_PORT = -1
NO_PORT = -2


def invalid(text: str, why: str) -> Source:
    """A token that browsers drop, and why."""
    return Source(text, SourceKind.INVALID, why=why)
