"""What two or three answers of a server say about its nonces; facts only, no findings."""

from __future__ import annotations

import re

from csplint.checks.context import Context, nonces
from csplint.csp.policy import Delivered, decode_header, parse_policies
from csplint.page.capture import Capture
from csplint.page.document import Document

HIT = re.compile(rb"\bhit\b|\bstale\b|\bprerender\b|\brevalidated\b|\bupdating\b", re.IGNORECASE)
CACHE_HEADERS = (
    "x-cache",
    "cf-cache-status",
    "x-vercel-cache",
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


def cache_mark(capture: Capture) -> str:
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
