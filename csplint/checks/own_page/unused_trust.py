"""Hashes and nonces of a list that nothing in the page goes by."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.own_page.requests import own_requests
from csplint.checks.own_page.verdicts import Judge, governing_policies
from csplint.checks.problem import Problem, policy_edits
from csplint.csp.digest import DIGEST_BYTES
from csplint.csp.edit import remove_sources
from csplint.csp.policy import Directive, Policy, Token
from csplint.csp.source import Source, SourceKind
from csplint.model import Edit
from csplint.page.document import Document

_LISTS = (
    "default-src",
    "script-src",
    "script-src-elem",
    "script-src-attr",
    "style-src",
    "style-src-elem",
    "style-src-attr",
)
_TAGS = frozenset({"script", "inline-script", "style", "inline-style"})


def unused_trust(context: Context) -> Iterator[Problem]:
    """Only where the page was read whole: what was left out could be what a hash is for."""
    document = context.document
    if document is None or document.limits:
        return
    texts = _Texts(document)
    for policy in governing_policies(context):
        directives = [policy.in_force[name] for name in _LISTS if name in policy.in_force]
        for directive in directives:
            yield from _hashes(policy, directive, texts)
        yield from _nonces(context, policy, directives)


class _Texts:
    """The digests of all that stands in the page: what runs or applies, and what browsers take for data."""

    def __init__(self, document: Document) -> None:
        self._inline = {found.request.content for found in document.requests if found.request.content}
        self._data = {script.text: script.place.line for script in document.scripts if script.kind == "data"}
        self._integrity = " ".join(found.request.integrity for found in document.requests)
        self._used: dict[str, frozenset[bytes]] = {}

    def has(self, source: Source) -> bool:
        """Whether a hash is that of some script, style, handler or javascript: URL, whichever list it stands in."""
        if source.algorithm not in self._used:
            digests = (_digest(source.algorithm, text) for text in self._inline)
            self._used[source.algorithm] = frozenset(digests)
        return source.digest in self._used[source.algorithm] or self._is_integrity(source)

    def _is_integrity(self, source: Source) -> bool:
        return _base64(source.digest) in self._integrity.replace("-", "+").replace("_", "/")

    def data_line(self, source: Source) -> int | None:
        """The line of the data block that a hash belongs to."""
        return next(
            (line for text, line in self._data.items() if _digest(source.algorithm, text) == source.digest), None
        )


def _digest(algorithm: str, text: str) -> bytes:
    import hashlib  # noqa: PLC0415 - loads OpenSSL, for lists with hashes alone

    return hashlib.new(algorithm, text.encode("utf-8", "replace")).digest()


def _base64(digest: bytes) -> str:
    import binascii  # noqa: PLC0415

    return binascii.b2a_base64(digest, newline=False).decode("ascii").rstrip("=")


def _hashes(policy: Policy, directive: Directive, texts: _Texts) -> Iterator[Problem]:
    hashes = [token for token in directive.tokens if _can_match(token.source)] if directive.list.hashes else []
    unused = [token for token in hashes if not texts.has(token.source)]
    if not unused:
        return
    first, several = unused[0], len(unused) > 1
    line = texts.data_line(first.source)
    yield Problem(
        rule="unused-hash",
        message=f"{len(unused)} of the {len(hashes)} hashes in {directive.name} belong to nothing in the page's HTML."
        if several
        else f"The hash {first.source.text} in {directive.name} belongs to nothing that runs or applies in the page's HTML.",
        cause=f"It is the hash of the data block at line {line}, which browsers do not run and no policy is asked about."
        if line
        else "",
        policy=policy,
        directive=directive.name,
        value=first.source.text,
        span=first.span,
        safety="unsafe",
        edits=_removed(policy, directive, unused),
    )


def _can_match(source: Source) -> bool:
    return source.kind == SourceKind.HASH and len(source.digest) == DIGEST_BYTES[source.algorithm]


def _removed(policy: Policy, directive: Directive, unused: list[Token]) -> tuple[Edit, ...]:
    """The last hash stays where it keeps 'unsafe-inline' off, or is what 'strict-dynamic' goes by."""
    texts = {token.source.text for token in unused}
    trusted = [
        s for s in directive.list.sources if s.kind in {SourceKind.NONCE, SourceKind.HASH} and s.text not in texts
    ]
    if not trusted and directive.list.keywords & {"'unsafe-inline'", "'strict-dynamic'"}:
        return ()
    return policy_edits(policy, remove_sources(directive, texts))


def _nonces(context: Context, policy: Policy, directives: list[Directive]) -> Iterator[Problem]:
    """One that stands anywhere in the source may be used by a script; and tags without it are told as blocked."""
    document = context.document
    if document is None or any(found.request.nonce for found in document.requests):
        return
    for directive in directives:
        for token in directive.tokens if directive.list.nonces else ():
            if token.source.kind == SourceKind.NONCE:
                if token.source.name not in document.text and not _blocks_tags(context, policy):
                    yield _unused_nonce(policy, directive, token)
                return


def _blocks_tags(context: Context, policy: Policy) -> bool:
    if any(embed.script for embed in context.embeds):
        return True  # the embed's tag has no nonce: the vendor's rules say what that means
    tags = tuple(own for own in own_requests(context) if own.request.kind in _TAGS)
    return next(Judge(context).refusals(policy, tags), None) is not None


def _unused_nonce(policy: Policy, directive: Directive, token: Token) -> Problem:
    return Problem(
        rule="unused-nonce",
        message=f"{directive.name} has a nonce that no tag in the page's HTML carries.",
        policy=policy,
        directive=directive.name,
        value=token.source.text,
        span=token.span,
    )
