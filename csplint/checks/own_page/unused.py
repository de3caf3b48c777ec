"""
Hosts, hashes and nonces in a policy that nothing in the page's HTML and CSS uses.

Only for a page that was read whole: a part that was left out could use them.
"""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.own_page.requests import OwnRequest, Verdicts, governing_policies, own_requests
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.csp.decide import EFFECTIVE_DIRECTIVE
from csplint.csp.digest import DIGEST_BYTES
from csplint.csp.edit import plain_name, remove_sources
from csplint.csp.match import Target, mismatch
from csplint.csp.memo import memo
from csplint.csp.policy import Directive, Policy, Token
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import Url, parse_url
from csplint.model import Edit
from csplint.page.document import Document

_HOST_LISTS = frozenset({"script-src", "style-src", "connect-src", "frame-src", "media-src", "object-src"})
_SCRIPTS = frozenset({"script", "inline-script", "event-handler", "javascript-url"})
_MOST_COMPARISONS = 50_000
_MOST_NAMED = 4

_NONCE_LISTS = (
    "default-src",
    "script-src",
    "script-src-elem",
    "script-src-attr",
    "style-src",
    "style-src-elem",
    "style-src-attr",
)
_NONCE_TAGS = frozenset({"script", "inline-script", "style", "inline-style"})


@check(needs=("page",), rules=("unused-source",))
def unused_sources(context: Context) -> Iterator[Problem]:
    """
    Report the unused hosts of each list, on pages without a script.

    A script can load anything, and csplint runs none; without scripts, the HTML and CSS are all there is.
    """
    document = context.document
    if (
        document is None
        or document.limits
        or document.frames
        or any(script.kind != "data" for script in document.scripts)
    ):
        return
    requests = own_requests(context)
    kinds = {own.request.kind for own in requests}
    if kinds & _SCRIPTS:
        return
    # a style sheet of another host may import more of them
    names = _HOST_LISTS - {"style-src"} if "style" in kinds else _HOST_LISTS
    for policy in governing_policies(context):
        for directive in policy.in_force.values():
            if directive.name in names:
                yield from _unused_hosts(context, policy, directive, requests)


def _unused_hosts(
    context: Context, policy: Policy, directive: Directive, requests: tuple[OwnRequest, ...]
) -> Iterator[Problem]:
    used = {own.request.url for own in requests if plain_name(EFFECTIVE_DIRECTIVE[own.request.kind]) == directive.name}
    urls = [url for url in map(parse_url, used) if url is not None]
    hosts = [token for token in directive.tokens if token.source.kind == SourceKind.HOST and token.source.host]
    if len(hosts) * (len(urls) + 1) > _MOST_COMPARISONS:
        return
    # what a vendor's documents list is not unused: a tag manager may add the widget
    others = [token for token in hosts if token.source.text not in context.vendor_sources]
    unused = [token for token in others if not _is_used(context, token, urls)]
    if unused:
        yield _unused_source(policy, directive, unused)


def _is_used(context: Context, token: Token, urls: list[Url]) -> bool:
    return any(mismatch(token.source, Target(url, context.policies.page)) is None for url in urls)


def _unused_source(policy: Policy, directive: Directive, unused: list[Token]) -> Problem:
    texts = list(dict.fromkeys(token.source.text for token in unused))
    more = f" and {len(texts) - _MOST_NAMED} more" if len(texts) > _MOST_NAMED else ""
    hosts = "a host" if len(texts) == 1 else f"{len(texts)} hosts"
    return Problem(
        rule="unused-source",
        message=f"{directive.name} lists {hosts} that nothing in the page's HTML uses: {', '.join(texts[:_MOST_NAMED])}{more}.",
        policy=policy,
        directive=directive.name,
        value=directive.name,
        span=unused[0].span,
        safety="unsafe",
        edits=policy_edits(policy, remove_sources(directive, texts)),
    )


@check(
    needs=("page",),
    rules=(
        "unused-hash",
        "unused-nonce",
    ),
)
def unused_trust(context: Context) -> Iterator[Problem]:
    """Report the unused hashes of each list, and an unused nonce of each policy."""
    document = context.document
    if document is None or document.limits:
        return
    page = page_hashes(document)
    for policy in governing_policies(context):
        directives = [policy.in_force[name] for name in _NONCE_LISTS if name in policy.in_force]
        for directive in directives:
            yield from _unused_hashes(context, policy, directive, page)
        yield from _unused_nonce(context, document, policy, directives)


@memo
def page_hashes(document: Document) -> PageHashes:
    """The hashes of everything in a page, which is judged again after each fix."""
    return PageHashes(document)


class PageHashes:
    """The hashes of everything in the page: what runs or applies, and data blocks, which browsers do not run."""

    def __init__(self, document: Document) -> None:
        self._inline = {found.request.content for found in document.every_request() if found.request.content}
        self._data = {script.text: script.place.line for script in document.scripts if script.kind == "data"}
        self._integrity = " ".join(found.request.integrity for found in document.every_request())
        self._digests: dict[str, frozenset[bytes]] = {}

    def has(self, source: Source) -> bool:
        """Whether a hash matches a script, style, handler, javascript: URL or integrity attribute."""
        if source.algorithm not in self._digests:
            digests = (_digest(source.algorithm, text) for text in self._inline)
            self._digests[source.algorithm] = frozenset(digests)
        return source.digest in self._digests[source.algorithm] or self._is_integrity(source)

    def _is_integrity(self, source: Source) -> bool:
        return _base64(source.digest) in self._integrity.replace("-", "+").replace("_", "/")

    def data_line(self, source: Source) -> int | None:
        """The line of the data block that a hash matches."""
        return next(
            (line for text, line in self._data.items() if _digest(source.algorithm, text) == source.digest), None
        )


def _digest(algorithm: str, text: str) -> bytes:
    import hashlib  # noqa: PLC0415 - loads OpenSSL, only for lists with hashes

    return hashlib.new(algorithm, text.encode("utf-8", "replace")).digest()


def _base64(digest: bytes) -> str:
    import binascii  # noqa: PLC0415

    return binascii.b2a_base64(digest, newline=False).decode("ascii").rstrip("=")


def _unused_hashes(context: Context, policy: Policy, directive: Directive, page: PageHashes) -> Iterator[Problem]:
    hashes = [token for token in directive.tokens if _can_match(token.source)] if directive.list.hashes else []
    unused = [token for token in hashes if not page.has(token.source)]
    if not unused:
        return
    first = unused[0]
    yield Problem(
        rule="unused-hash",
        message=f"{len(unused)} of the {len(hashes)} hashes in {directive.name} match nothing in the page's HTML."
        if len(unused) > 1
        else f"The hash {first.source.text} in {directive.name} matches no script or style in the page's HTML.",
        cause=_what_it_is_of(context, first.source, page),
        policy=policy,
        directive=directive.name,
        value=first.source.text,
        span=first.span,
        safety="unsafe",
        edits=_hash_edits(policy, directive, unused),
    )


def _what_it_is_of(context: Context, source: Source, page: PageHashes) -> str:
    """What else a hash is of, in a sentence: a data block, or a file of the page's folder; "" if that is not known."""
    if line := page.data_line(source):
        return f"It is the hash of the data block on line {line}; browsers do not run data blocks, so no policy blocks them."
    of_files = (each.path for each in context.files if each.digests.get(source.algorithm) == source.digest)
    if path := next(of_files, ""):
        return f"It is the hash of the file {path}; a hash allows a file only if the integrity attribute of its tag has it."
    return ""


def _can_match(source: Source) -> bool:
    return source.kind == SourceKind.HASH and len(source.digest) == DIGEST_BYTES[source.algorithm]


def _hash_edits(policy: Policy, directive: Directive, unused: list[Token]) -> tuple[Edit, ...]:
    """Remove them, unless the last hash is what makes 'unsafe-inline' ignored or 'strict-dynamic' useful."""
    texts = {token.source.text for token in unused}
    trusted = [
        s for s in directive.list.sources if s.kind in {SourceKind.NONCE, SourceKind.HASH} and s.text not in texts
    ]
    if not trusted and directive.list.keywords & {"'unsafe-inline'", "'strict-dynamic'"}:
        return ()
    return policy_edits(policy, remove_sources(directive, texts))


def _unused_nonce(
    context: Context, document: Document, policy: Policy, directives: list[Directive]
) -> Iterator[Problem]:
    """The policy's first nonce, if the page's text does not contain it; a script could put it on the tags it adds."""
    nonces = (
        (directive, token)
        for directive in directives
        if directive.list.nonces
        for token in directive.tokens
        if token.source.kind == SourceKind.NONCE
    )
    directive, token = next(nonces, (None, None))
    if directive is None or token is None or token.source.name in document.text:
        return
    if any(found.request.nonce for found in document.every_request()) or _blocks_tags(context, policy):
        return
    yield Problem(
        rule="unused-nonce",
        message=f"{directive.name} has a nonce that no tag in the page's HTML has.",
        policy=policy,
        directive=directive.name,
        value=token.source.text,
        span=token.span,
    )


def _blocks_tags(context: Context, policy: Policy) -> bool:
    """Whether the policy blocks tags that lack the nonce: own_resources or the vendor's checks report those."""
    if any(embed.script for embed in context.every_embed):
        return True
    tags = tuple(own for own in own_requests(context) if own.request.kind in _NONCE_TAGS)
    return next(Verdicts(context).blocked(policy, tags), None) is not None
