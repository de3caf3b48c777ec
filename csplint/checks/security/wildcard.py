"""
Sources that amount to "any host": found by asking whether a host that nobody wrote would be allowed.

`*`, `*:*`, `https:`, `https://*:443`, `https://*/x.js`, `http://*` and `*.com` all do.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from csplint.checks.context import Context
from csplint.checks.marks import mark
from csplint.checks.problem import Problem, policy_edits, where
from csplint.checks.security.ground import (
    ELEMENT,
    affordable,
    allows_code,
    files_of,
    nearest,
    sources_of,
    unwritten,
    whole,
    without,
)
from csplint.csp.decide import PolicySet
from csplint.csp.policy import Policy, Token
from csplint.csp.source import ANY_PORT, Source, SourceKind

OPEN_SUFFIXES = frozenset({"com", "net", "org", "info", "biz", "xyz", "app", "dev", "shop", "site", "online", "cloud"})
"""Top-level domains where anyone may register a name; the two-letter ones are countries' (RFC 1591)."""

_COUNTRY = 2
_MOST_ASKED = 16
"""Sources asked about; they say the same of each other, and one that counts is enough."""


def wildcard(context: Context) -> Iterator[Problem]:
    """Report the first source that lets scripts load from any host, in the policy nearest to preventing it."""
    policies = whole(context)
    word = unwritten(policies)
    wide = sources_of(nearest(context, ELEMENT), is_wide)
    for policy, token in islice(wide, affordable(policies, _MOST_ASKED)):
        if any(not policies.decide_url("script", url).blocked for url in files_of(token.source, policies, word)):
            yield _problem(policies, policy, token)
            return


@mark
def is_wide(source: Source) -> bool:
    """Whether a source leaves the host open."""
    if source.kind is SourceKind.HOST:
        return source.subdomains and _is_open(source.host)
    return source.kind is SourceKind.STAR or (source.kind is SourceKind.SCHEME and source.scheme == "https")


def is_named_host(source: Source) -> bool:
    """Whether a source names a host, or the subdomains of one."""
    return source.kind is SourceKind.HOST and not is_wide(source)


def _is_open(suffix: str) -> bool:
    return not suffix or suffix in OPEN_SUFFIXES or (len(suffix) == _COUNTRY and suffix.isalpha())


def _problem(policies: PolicySet, policy: Policy, token: Token) -> Problem:
    text, directive = token.source.text, policy.governing(ELEMENT)
    name = where(directive, ELEMENT) if directive else ELEMENT
    inline = allows_code(policies, "inline-script")
    return Problem(
        rule="script-wildcard",
        severity="error" if inline else None,
        message=f"{text} in {name} lets scripts load from {_whose(token.source)}"
        + (", and 'unsafe-inline' lets any inline script run: no script is kept out." if inline else "."),
        policy=policy,
        directive=directive.name if directive else None,
        value=text,
        span=token.span,
        safety="unsafe",
        edits=lambda: policy_edits(policy, without(policy, ELEMENT, is_wide)),
    )


def _whose(source: Source) -> str:
    if source.host:
        return f"any host under .{source.host}, where anyone may register a name"
    port = "" if source.port in {None, ANY_PORT} else f" at port {source.port}"
    path = f" that has {source.path}" if source.path.strip("/") else ""
    return f"any host{port}{path}"
