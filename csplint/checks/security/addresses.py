"""Sources that name a machine by its number, or the visitor's own machine."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from csplint.checks.context import Context
from csplint.checks.problem import Problem, policy_edits, where
from csplint.checks.security.nearest import ELEMENT, nearest, sources_of
from csplint.checks.security.predicates import LOOPBACK, is_ip, is_loopback
from csplint.checks.security.queries import affordable, allows_file, files_of, unwritten
from csplint.checks.security.transport import loads
from csplint.checks.together import whole
from csplint.csp.edit import without
from csplint.csp.policy import Directive, Policy, Token

_MOST_ASKED = 16
"""Sources asked about; one that counts is enough."""


def ip_sources(context: Context) -> Iterator[Problem]:
    """Report the IP addresses among what the page may load, once a policy."""
    for policy in context.policies.policies:
        if found := list(loads(policy, is_ip)):
            yield _ip(policy, found)


def _ip(policy: Policy, found: list[tuple[Directive, int]]) -> Problem:
    directive, token = found[0][0], found[0][0].token(found[0][1])
    others = len({each.list.sources[number].host for each, number in found}) - 1
    more = f" The policy has {others} more." if others else ""
    return Problem(
        rule="ip-source",
        message=f"{token.source.text} in {directive.name} is an IP address: browsers do load from it, "
        f"though the specification says it matches nothing.{more}",
        policy=policy,
        directive=directive.name,
        value=token.source.text,
        span=token.span,
    )


def loopback_scripts(context: Context) -> Iterator[Problem]:
    """Report, once, that a page which is not on the visitor's machine itself lets scripts load from there."""
    policies = whole(context)
    if LOOPBACK.fullmatch(policies.page.host):
        return
    word = unwritten(policies)
    named = sources_of(nearest(context, ELEMENT), is_loopback)
    for policy, token in islice(named, affordable(policies, _MOST_ASKED)):
        if any(allows_file(policies, "script", url) for url in files_of(token.source, policies, word)):
            yield _loopback(policy, token)
            return


def _loopback(policy: Policy, token: Token) -> Problem:
    directive = policy.governing(ELEMENT)
    return Problem(
        rule="loopback-script",
        message=f"{token.source.text} in {where(directive, ELEMENT) if directive else ELEMENT} lets scripts load from "
        "the visitor's own machine: whatever program listens there may serve one.",
        policy=policy,
        directive=directive.name if directive else None,
        value=token.source.text,
        span=token.span,
        safety="unsafe",
        edits=lambda: policy_edits(policy, without(policy, ELEMENT, is_loopback)),
    )
