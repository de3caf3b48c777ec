"""
Could any embed of the vendor's run, where the page shows none?

Three ways are usual: the host in the list and an external tag; a nonce with 'strict-dynamic'; a hash with 'strict-dynamic'.
Each is tried as requests, so other ways that work ('unsafe-inline' and the host, a nonce and the host) count too.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterator
from typing import Any

from csplint.checks.context import VendorContext, nonces
from csplint.checks.edits import add_sources
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.vendor.embed_refusal import EFFECTIVE, Refusal, has_misspelt_nonce, host_rule, sample_url
from csplint.csp.cover import covers, overlap
from csplint.csp.decide import PolicySet
from csplint.csp.edit import remove_sources
from csplint.csp.memo import memo
from csplint.csp.policy import Directive, Policy
from csplint.csp.request import Request
from csplint.csp.source import SourceKind
from csplint.csp.unlisted import EXAMPLE, unused_in


@memo
def any_embed_problems(context: VendorContext) -> tuple[Problem, ...]:
    """The policies under which no embed can run, or that none can run under all of them together; a check and the table ask."""
    return tuple(_any_embed_problems(context))


def _any_embed_problems(context: VendorContext) -> Iterator[Problem]:
    governed = [(policy, each) for policy in context.policies.policies if (each := policy.governing(EFFECTIVE))]
    found = False
    for policy, directive in governed:
        if not working_start(context, context.policies.only(policy)):
            found = True
            yield from _explain(context, policy, directive)
    if governed and not found and not working_start(context, context.policies):
        yield _conflict(governed)


def working_start(context: VendorContext, policies: PolicySet) -> Request | None:
    """A first request by which some embed starts and may load from the vendor's hosts; None where there is none."""
    if directive := policies.sole_list("script"):
        return _start_by_list(directive, policies, context.vendor.cdn, context.pack.loader)
    return _start(policies, context.vendor.cdn, context.pack.loader)


@memo(
    key=lambda directive, policies, cdn, loader: (
        directive.list,
        (cdn, loader, directive.name, policies.page.tuple_origin, policies.browser.name, unused_in(policies)),
    )
)
def _start_by_list(
    directive: Directive,
    policies: PolicySet,
    cdn: tuple[str, ...],
    loader: str,
) -> Request | None:
    return _start(policies, cdn, loader)


def _start(policies: PolicySet, cdn: tuple[str, ...], loader: str) -> Request | None:
    if not all(covers(policies, origin, "dynamic-script") for origin in cdn):
        return None
    return next((each for each in _starts(loader, policies) if not policies.decide(each).blocked), None)


def _starts(origin: str, policies: PolicySet) -> Iterator[Request]:
    yield Request(kind="script", url=sample_url(origin))
    for nonce in sorted(nonces(policies.policies)):
        yield Request(kind="inline-script", nonce=nonce)
    yield Request(kind="inline-script", content=EXAMPLE)
    for policy in policies.policies:
        directive = policy.governing(EFFECTIVE)
        for source in directive.list.sources if directive else ():
            if source.is_hash and source.digest:
                # A text with this hash cannot be made; an integrity attribute is checked against the same list.
                digest = binascii.b2a_base64(source.digest, newline=False).decode("ascii")
                yield Request(kind="script", url=f"{EXAMPLE}:", integrity=f"{source.algorithm}-{digest}")


def _explain(context: VendorContext, policy: Policy, directive: Directive) -> Iterator[Problem]:
    listed = directive.list
    if has_misspelt_nonce(directive):
        return
    missing = [each for each in context.vendor.cdn if not covers(context.policies.only(policy), each, "script")]
    origin = (missing or [context.pack.loader])[0]
    if listed.strict_dynamic and not listed.has_nonce_or_hash:
        yield _no_nonce(policy, directive, origin)
    elif listed.nonces or (listed.hashes and not listed.locations and not _are_the_pages_own(context, directive)):
        # beside hosts, a hash is of the page's own script
        yield _no_strict_dynamic(policy, directive, missing or [origin])
    else:
        yield _no_host(context, policy, directive, missing or [origin])


def _are_the_pages_own(context: VendorContext, directive: Directive) -> bool:
    """Whether a list has no nonce, and each of its hashes is of something on the page, so that none is meant for an embed."""
    if directive.list.nonces or context.document is None:
        return False
    from csplint.checks.own_page.unused import page_hashes  # noqa: PLC0415 - only for pages

    page = page_hashes(context.document)
    return all(page.has(source) for source in directive.list.sources if source.is_hash)


def _no_nonce(policy: Policy, directive: Directive, origin: str) -> Problem:
    spellings = [source.text for source in directive.list.sources if source.name == "'strict-dynamic'"]
    listed = any(source.host and origin.endswith(source.host) for source in directive.list.locations)
    added = () if listed else add_sources(policy, EFFECTIVE, [origin])
    edits = (*remove_sources(directive, spellings), *added) if directive.name != "default-src" else ()
    refusal = Refusal(policy, directive, Request(kind="script", url=sample_url(origin, "")))
    return refusal.problem(
        "strict-dynamic-without-nonce",
        f"{refusal.where} has 'strict-dynamic' but no nonce or hash, so no script tag can start.",
        at="'strict-dynamic'",
        value="'strict-dynamic'",
        edits=policy_edits(policy, edits),
        safety="unsafe",
        fix="Best: add a nonce to the header and to the embed tag. Or remove 'strict-dynamic' and allow the embed's host.",
    )


def _no_strict_dynamic(policy: Policy, directive: Directive, missing: list[str]) -> Problem:
    token = next(t for t in directive.tokens if t.source.kind == SourceKind.NONCE or t.source.is_hash)
    trusted = "nonce" if directive.list.nonces else "hash"
    added = missing if directive.list.locations else ["'strict-dynamic'"]
    refusal = Refusal(policy, directive, Request(kind="dynamic-script", url=sample_url(missing[0], "")))
    return refusal.problem(
        f"{trusted}-without-strict-dynamic",
        f"{refusal.where} lets a script tag start by its {trusted}, but blocks what the embed then loads: "
        f"it has no 'strict-dynamic' and does not list {' '.join(missing)}.",
        value=token.source.text,
        span=token.span,
        edits=policy_edits(policy, add_sources(policy, EFFECTIVE, added)),
        fix=f"Add {' '.join(added)} to {refusal.list_name}.",
    )


def _no_host(context: VendorContext, policy: Policy, directive: Directive, missing: list[str]) -> Problem:
    rule, other = host_rule(context, policy, context.vendor.cdn)
    partly = other is None and all(overlap(policy, context.policies.page, each, EFFECTIVE) for each in missing)
    refusal = Refusal(policy, directive, Request(kind="script", url=sample_url(missing[0], "")))
    doubt: dict[str, Any] = {"severity": "warning" if partly else None}
    if not partly and _may_be_in_use(context, rule):
        doubt = _doubt(other, missing)
    verb = "allows only part of" if partly else "does not allow"
    return refusal.problem(
        rule,
        f"{refusal.where} {verb} {' '.join(missing)}.",
        at=other,
        value=other,
        **doubt,
        edits=policy_edits(policy, add_sources(policy, EFFECTIVE, missing)),
        fix=f"Add {' '.join(missing)} to {refusal.list_name}.",
    )


def _doubt(other: str | None, missing: list[str]) -> dict[str, Any]:
    return {
        "severity": "warning",
        "brief": f"lists {other}, not {' '.join(missing)}",
        "cause": f"csplint saw no embed in the page's HTML. One that loads from {other} works; the current one does not.",
    }


def _may_be_in_use(context: VendorContext, rule: str) -> bool:
    """
    Whether the embed may use the host that is listed: no embed shows in the page, and the host is one of the vendor's.

    A file of the site's own, a tag manager or a consent manager may add an embed that loads from it.
    """
    return rule == "outdated-host" and context.document is not None


def _conflict(governed: list[tuple[Policy, Directive]]) -> Problem:
    numbers = " and ".join(str(policy.index + 1) for policy, _ in governed)
    return Refusal(*governed[-1], None).problem(
        "script-policies-conflict",
        f"Policies {numbers} each allow the embed in a different way, and no way satisfies all of them.",
    )
