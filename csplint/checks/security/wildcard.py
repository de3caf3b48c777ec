"""
Sources that amount to "any host": found by asking whether a host that nobody wrote would be allowed.

`*`, `*:*`, `https:`, `https://*:443`, `https://*/x.js`, `http://*` and `*.com` all do.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from csplint.checks.context import Context
from csplint.checks.problem import Problem, policy_edits, where
from csplint.checks.security.nearest import ELEMENT, nearest, sources_of
from csplint.checks.security.predicates import is_wide
from csplint.checks.security.queries import (
    affordable,
    allows_code,
    allows_file,
    files_of,
    protects_otherwise,
    unwritten,
)
from csplint.checks.together import whole
from csplint.csp.decide import PolicySet
from csplint.csp.edit import Replacement, replace_sources, without
from csplint.csp.policy import Policy, Token
from csplint.csp.source import ANY_PORT, Source, SourceKind

_MOST_ASKED = 16
"""Sources asked about; they say the same of each other, and one that counts is enough."""


def wildcard(context: Context) -> Iterator[Problem]:
    """Report the first source that lets scripts load from any host, in the policy nearest to preventing it."""
    policies = whole(context)
    word = unwritten(policies)
    wide = sources_of(nearest(context, ELEMENT), is_wide)
    for policy, token in islice(wide, affordable(policies, _MOST_ASKED)):
        if any(allows_file(policies, "script", url) for url in files_of(token.source, policies, word)):
            yield _problem(policies, policy, token)
            return


def _problem(policies: PolicySet, policy: Policy, token: Token) -> Problem:
    text, directive = token.source.text, policy.governing(ELEMENT)
    name = where(directive, ELEMENT) if directive else ELEMENT
    inline = allows_code(policies, "inline-script")
    return Problem(
        rule="script-wildcard",
        severity="error" if inline and not protects_otherwise(policies) else None,
        message=f"{text} in {name} lets scripts load from {_whose(token.source)}"
        + (", and 'unsafe-inline' lets any inline script run: no script is kept out." if inline else "."),
        policy=policy,
        directive=directive.name if directive else None,
        value=text,
        span=token.span,
        safety="unsafe",
        fix=_FIX if _names_nothing_else(policy) else "",
        edits=lambda: policy_edits(policy, _narrowed(policy)),
    )


_FIX = "Put 'self' in its place and add the hosts you need; or use a nonce with 'strict-dynamic', which needs no hosts."


def _names_nothing_else(policy: Policy) -> bool:
    """Whether without its wildcards the list would let no file of the page's own load."""
    directive = policy.governing(ELEMENT)
    if directive is None or directive.list.has_nonce_or_hash:
        return False
    return all(source.kind == SourceKind.SCHEME or is_wide(source) for source in directive.list.locations)


def _narrowed(policy: Policy) -> tuple[Replacement, ...]:
    """Take out what leaves the host open; where nothing else names a host, 'self' comes in."""
    if not _names_nothing_else(policy):
        return without(policy, ELEMENT, _is_any_host)
    directive = policy.governing(ELEMENT)
    gone = [source.text for source in directive.list.sources if _is_any_host(source)] if directive else []
    return replace_sources(policy, ELEMENT, gone, ("'self'",))


def _is_any_host(source: Source) -> bool:
    """A wildcard, or the http: that stands beside one."""
    return is_wide(source) or (source.kind == SourceKind.SCHEME and source.scheme == "http")


def _whose(source: Source) -> str:
    if source.host:
        return f"any host under .{source.host}, where anyone may register a name"
    port = "" if source.port in {None, ANY_PORT} else f" at port {source.port}"
    path = f" that has {source.path}" if source.path.strip("/") else ""
    return f"any host{port}{path}"
