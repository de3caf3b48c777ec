"""
Could any embed of the vendor's run, where the page shows none?

The guide knows three ways: the host in the list and an external tag; a nonce
with 'strict-dynamic'; a hash with 'strict-dynamic'. Each is tried as requests,
so a fourth that works ('unsafe-inline' and the host, a nonce and the host) counts too.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterator

from msgspec.structs import replace

from csplint.checks.context import VendorContext, nonces
from csplint.checks.problem import Problem, policy_edits, where
from csplint.checks.vendor.embed_blocked import EFFECTIVE, Spot, host_rule
from csplint.csp.cover import covers, overlap
from csplint.csp.decide import PolicySet
from csplint.csp.edit import add_sources, remove_sources
from csplint.csp.policy import Directive, Policy
from csplint.csp.request import Request
from csplint.csp.source import SourceKind


def judge_ways(context: VendorContext) -> Iterator[Problem]:
    """Report for each policy why no way works under it, or that no way works under all of them together."""
    policies = [policy for policy in context.policies.policies if policy.governing(EFFECTIVE)]
    found = False
    for policy in policies:
        alone = context.policies.only(policy)
        if not way_through(context, alone):
            found = True
            yield from _explain(context, policy)
    if policies and not found and not way_through(context, context.policies):
        yield _conflict(policies)


def way_through(context: VendorContext, policies: PolicySet) -> Request | None:
    """A first request of some embed that starts and may load from the vendor's host; None where there is none."""
    origin = context.pack.current_host()
    if not covers(policies, origin, "dynamic-script"):
        return None
    for request in _starts(origin, policies):
        if not policies.decide(request).blocked:
            return request
    return None


def _starts(origin: str, policies: PolicySet) -> Iterator[Request]:
    yield Request(kind="script", url=f"{origin}/any0")
    for nonce in sorted(nonces(policies.policies)):
        yield Request(kind="inline-script", nonce=nonce)
    yield Request(kind="inline-script", content="any0")
    for policy in policies.policies:
        directive = policy.governing(EFFECTIVE)
        for source in directive.list.sources if directive else ():
            if source.is_hash and source.digest:
                # A text with this hash cannot be made; an integrity attribute is checked against the same list.
                digest = binascii.b2a_base64(source.digest, newline=False).decode("ascii")
                yield Request(kind="script", url="any0:", integrity=f"{source.algorithm}-{digest}")


def _explain(context: VendorContext, policy: Policy) -> Iterator[Problem]:
    directive = policy.governing(EFFECTIVE)
    if directive is None:  # pragma: no cover - judge_ways() asks only where one governs
        return
    listed, origin = directive.list, context.pack.current_host()
    if any(s.kind == SourceKind.INVALID and s.text.lower().startswith("'nonce-") for s in listed.sources):
        return  # the nonce check reports it
    if listed.strict_dynamic and not listed.has_nonce_or_hash:
        yield _alone(policy, directive, origin)
    elif listed.has_nonce_or_hash:
        yield _half(policy, directive, origin)
    else:
        yield _host(context, policy, directive, origin)


def _alone(policy: Policy, directive: Directive, origin: str) -> Problem:
    span = next((t.span for t in directive.tokens if t.source.name == "'strict-dynamic'"), directive.name_span)
    spellings = [source.text for source in directive.list.sources if source.name == "'strict-dynamic'"]
    listed = any(source.host and origin.endswith(source.host) for source in directive.list.locations)
    added = () if listed else add_sources(policy, EFFECTIVE, [origin])
    edits = (*remove_sources(directive, spellings), *added) if directive.name != "default-src" else ()
    return replace(
        Spot(policy, directive, None, Request(kind="script", url=f"{origin}/")).problem(
            "strict-dynamic-without-nonce",
            f"{where(directive, EFFECTIVE)} has 'strict-dynamic' and neither a nonce nor a hash, so no script tag can start.",
        ),
        value="'strict-dynamic'",
        span=span,
        edits=policy_edits(policy, edits),
        safety="unsafe",
        fix="Better: add a nonce to the header and to the embed tag. Or remove 'strict-dynamic' and allow the embed's host.",
    )


def _half(policy: Policy, directive: Directive, origin: str) -> Problem:
    token = next(t for t in directive.tokens if t.source.kind == SourceKind.NONCE or t.source.is_hash)
    trusted = "nonce" if directive.list.nonces else "hash"
    added = origin if directive.list.locations else "'strict-dynamic'"
    return replace(
        Spot(policy, directive, None, Request(kind="dynamic-script", url=f"{origin}/")).problem(
            f"{trusted}-without-strict-dynamic",
            f"{where(directive, EFFECTIVE)} lets a tag start by its {trusted}, but what the embed then loads is blocked: "
            f"there is no 'strict-dynamic', and {origin} is not listed.",
        ),
        value=token.source.text,
        span=token.span,
        edits=policy_edits(policy, add_sources(policy, EFFECTIVE, [added])),
        fix=f"Add {added} to {directive.name}.",
    )


def _host(context: VendorContext, policy: Policy, directive: Directive, origin: str) -> Problem:
    rule, value = host_rule(context, policy, (origin,))
    span = next((t.span for t in directive.tokens if t.source.text == value), directive.name_span)
    narrow = value is None and _touches(context, policy, origin)
    return replace(
        Spot(policy, directive, None, Request(kind="script", url=f"{origin}/")).problem(
            rule,
            f"{where(directive, EFFECTIVE)} allows only part of {origin}."
            if narrow
            else f"{where(directive, EFFECTIVE)} does not allow {origin}.",
        ),
        value=value,
        span=span,
        severity="warning" if narrow else None,
        edits=policy_edits(policy, add_sources(policy, EFFECTIVE, [origin])),
        fix=f"Add {origin} to {directive.name}.",
    )


def _touches(context: VendorContext, policy: Policy, origin: str) -> bool:
    return bool(overlap(policy, context.policies.page, origin, EFFECTIVE))


def _conflict(policies: list[Policy]) -> Problem:
    policy = policies[-1]
    directive = policy.governing(EFFECTIVE)
    if directive is None:  # pragma: no cover - only governed policies come here
        raise ValueError("no directive governs")
    numbers = " and ".join(str(each.index + 1) for each in policies)
    return replace(
        Spot(policy, directive, None, Request(kind="script")).problem(
            "script-policies-conflict",
            f"Policies {numbers} each allow the embed in a way of their own, and no way satisfies all of them.",
        ),
        request=None,
    )
