"""Is the nonce new in every response? Two or three answers of the server are compared, because one cannot show it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from csplint.checks.context import Context, nonces
from csplint.checks.nonces.value import is_placeholder
from csplint.checks.problem import Problem, header_edit, server_edit
from csplint.checks.registry import check
from csplint.csp.policy import Delivered, Policy, Span, decode_header, parse_policies
from csplint.page.capture import Capture
from csplint.page.document import Document

_PRIVATE = "private, no-store"
NO_STORE = f"Send with every page that carries a nonce: Cache-Control: {_PRIVATE}"


@check(
    of="answer",
    needs=("nonce and second answer",),
    when=("answer",),
    rules=(
        "nonce-static",
        "nonce-in-cached-page",
        "fresh-header-cached-body",
        "nonce-page-cacheable",
    ),
)
def nonce_reuse(context: Context) -> Iterator[Problem]:
    """Report a nonce that repeats, a page that a cache serves, or a fresh header over a cached body."""
    visits = context.visits
    if visits is None or not context.header_nonces:
        return
    if body_is_reused(context):
        yield _reused_body(context)
        return
    repeated = _repeated(context)
    if repeated:
        yield _repeat(context, repeated)
    elif cached := shared_cacheable(visits.first):
        yield Problem(
            rule="nonce-page-cacheable",
            message=f"The page carries a nonce and is sent with Cache-Control: {cached}.",
            fix=NO_STORE,
            safety="unsafe",
            edits=header_edit("Cache-Control", _PRIVATE),
        )


def _repeated(context: Context) -> str:
    """A nonce of the checked answer that the second visitor got too, examples from documents aside; "" for none."""
    visits = context.visits
    if visits is None or visits.second is None:
        return ""
    seen = header_nonces(visits.second) | _meta_nonces(context)
    again = sorted(nonce for nonce in context.header_nonces & seen if not is_placeholder(context, nonce))
    return again[0] if again else ""


def _meta_nonces(context: Context) -> frozenset[str]:
    """The nonces of meta policies that are the same in both answers."""
    metas = nonces(tuple(policy for policy in context.every_policy if policy.delivery == "meta"))
    return metas & tag_nonces(context.second)


def _repeat(context: Context, nonce: str) -> Problem:
    visits = context.visits
    evidence = (
        "" if visits is None or visits.second is None else cache_evidence(visits.second) or cache_evidence(visits.first)
    )
    policy, span, name = _place(context, nonce)
    if evidence:
        return Problem(
            rule="nonce-in-cached-page",
            message=f"Two visitors got the same nonce {nonce!r}, and a cache answered ({evidence}).",
            policy=policy,
            directive=name,
            value=f"'nonce-{nonce}'",
            span=span,
            edits=server_edit(NO_STORE),
        )
    text = "Make the nonce from a cryptographic random source in the code that answers each request."
    return Problem(
        rule="nonce-static",
        message=f"Two visitors got the same nonce {nonce!r}, and no header shows that a cache answered.",
        policy=policy,
        directive=name,
        value=f"'nonce-{nonce}'",
        span=span,
        edits=server_edit(text),
    )


def _place(context: Context, nonce: str) -> tuple[Policy | None, Span | None, str | None]:
    for policy in context.every_policy:
        for directive in policy.in_force.values():
            for token in directive.tokens if "nonce-" in directive.value.lower() else ():
                if token.source.name == nonce:
                    return policy, token.span, directive.name
    return None, None, None


def _reused_body(context: Context) -> Problem:
    visits = context.visits
    by_304 = visits is not None and visits.revalidated is not None and visits.revalidated.status == _NOT_MODIFIED
    how = (
        "the server answers 304 with a new nonce, over the copy the browser keeps"
        if by_304
        else "the body is an old copy"
    )
    policy = next((p for p in context.every_policy if nonces((p,))), None)
    tags = sorted(tag_nonces(context.document))
    place = next((s.place for s in context.document.scripts if s.nonce), None) if context.document else None
    return Problem(
        rule="fresh-header-cached-body",
        message=f"The header has a new nonce each time, but the page's tags keep {tags[0]!r}: {how}."
        if tags
        else f"The header has a new nonce each time, and {how}.",
        policy=policy,
        value=None,
        place=place,
        edits=server_edit(NO_STORE),
    )


# What two or three answers of a server show.

HIT = re.compile(rb"\bhit\b|\bstale\b|\bprerender\b|\brevalidated\b|\bupdating\b", re.IGNORECASE)
CACHE_HEADERS = (
    "x-cache",
    "cf-cache-status",
    "x-vercel-cache",
    "x-nextjs-cache",
    "cache-status",
    "x-drupal-cache",
    "x-fastcgi-cache",
    "x-proxy-cache",
    "x-litespeed-cache",
    "x-cache-status",
)
"""Headers in which caches say that they answered; a value may list several caches, and any hit counts."""


def header_nonces(capture: Capture) -> frozenset[str]:
    """The nonces in the policies an answer's headers carry."""
    values = (*capture.header("content-security-policy"), *capture.header("content-security-policy-report-only"))
    return nonces(parse_policies(Delivered(decode_header(value)) for value in values))


def tag_nonces(document: Document | None) -> frozenset[str]:
    """The nonces on a page's script tags."""
    return frozenset(script.nonce for script in document.scripts if script.nonce) if document else frozenset()


def cache_evidence(capture: Capture) -> str:
    """The header that says a cache answered, as `Name: value`; "" where none does."""
    for value in capture.header("age"):
        if value.strip().isdigit() and int(value.strip()[:12]) > 0:
            return f"Age: {decode_header(value.strip())}"
    for name in CACHE_HEADERS:
        for value in capture.header(name):
            if HIT.search(value):
                return f"{name}: {decode_header(value)}"
    for value in capture.header("x-varnish"):
        if len(value.split()) > 1:
            return f"x-varnish: {decode_header(value)}"
    return ""


def body_is_reused(context: Context) -> bool:
    """Whether the header's nonce is new in each answer while the page's tags keep theirs."""
    visits = context.visits
    if visits is None:
        return False
    first, tags = header_nonces(visits.first), tag_nonces(context.document)
    if visits.revalidated is not None and visits.revalidated.status == _NOT_MODIFIED:
        fresh = header_nonces(visits.revalidated)
        if fresh and tags and not fresh & tags:
            return True
    if visits.second is None:
        return False
    second, second_tags = header_nonces(visits.second), tag_nonces(context.second)
    return bool(first and second and not first & second and tags & second_tags)


_NOT_MODIFIED = 304


def shared_cacheable(capture: Capture) -> str:
    """The Cache-Control value by which shared caches may keep an answer; "" where they may not or nothing is said."""
    values = b", ".join(capture.header("cache-control")).lower()
    words = {word.strip().split(b"=")[0]: word.strip() for word in values.split(b",")}
    if words.keys() & {b"no-store", b"private", b"no-cache"}:
        return ""
    lives = [words[name] for name in (b"s-maxage", b"max-age") if name in words]
    ages = [re.sub(rb"\D", b"", life) for life in lives]
    if any(age and int(age[:12]) > 0 for age in ages[:1]) or (b"public" in words and not lives):
        return decode_header(values)
    return ""
