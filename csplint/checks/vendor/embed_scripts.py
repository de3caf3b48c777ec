"""
Does the embed start, and may it load what it needs?

Each policy is judged by itself: a page must satisfy all of them, so what one policy blocks is that policy's fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from csplint.checks.context import VendorContext
from csplint.checks.problem import Problem
from csplint.checks.registry import check
from csplint.checks.vendor.any_embed import any_embed_problems, working_start
from csplint.checks.vendor.embed_refusal import sample_url
from csplint.csp.cover import covers
from csplint.csp.decide import PolicySet, Verdict
from csplint.csp.request import Request
from csplint.model import State

if TYPE_CHECKING:
    from csplint.checks.vendor.embeds import FoundEmbed


@check(
    rules=(
        "script-host-missing",
        "inline-embed-under-allow-list",
        "strict-dynamic-without-nonce",
        "nonce-without-strict-dynamic",
        "hash-without-strict-dynamic",
        "hosts-ignored",
        "embed-hash-mismatch",
        "embed-nonce-missing",
        "embed-nonce-mismatch",
        "embed-not-nonceable",
        "hash-for-external-embed",
        "script-policies-conflict",
        "outdated-host",
    )
)
def embed_scripts(context: VendorContext) -> Iterator[Problem]:
    """Report what stops the page's embed, or, where the page shows none, what would stop any embed of the vendor's."""
    if not context.embeds:
        yield from any_embed_problems(context)
    for embed in context.embeds:
        for policy in context.in_force_at(embed.script.order).policies:
            yield from _embed_problems(context, context.policies.only(policy), embed)


def _embed_problems(context: VendorContext, policy: PolicySet, embed: FoundEmbed) -> Iterator[Problem]:
    from csplint.checks.vendor.page_embed import explain_load, explain_start, partly_allowed  # noqa: PLC0415 - for pages only

    start = policy.decide(embed.start())
    if start.blocked:
        yield from explain_start(context, embed, start.refusals[0])
        return
    for request in _loads(context, embed):
        decision = policy.decide(request)
        if decision.blocked:
            yield explain_load(context, embed, decision.refusals[0], request, start.verdicts[0].matched)
            return
    uncovered = tuple(each for each in _origins(context, embed) if not covers(policy, each, embed.embed.loads_as))
    if uncovered:
        yield partly_allowed(embed, start.verdicts[0], uncovered)


def _loads(context: VendorContext, embed: FoundEmbed) -> tuple[Request, ...]:
    """What the embed loads next: the URLs that its text names, and a file of the vendor's CDN where that is another host."""
    others = [origin for origin in context.pack.cdn if origin not in embed.cdn]
    return (*embed.following(), *(Request(embed.embed.loads_as, sample_url(origin, "")) for origin in others))


def _origins(context: VendorContext, embed: FoundEmbed) -> tuple[str, ...]:
    return context.vendor.script_origins(embed.cdn or context.vendor.cdn)


def script_state(context: VendorContext) -> State:
    """Whether the page's embeds run, in part or whole, or, where the page shows none, whether any embed could."""
    if not context.embeds:
        if working_start(context, context.policies):
            return "met"
        problems = list(any_embed_problems(context))
        return "partly" if problems and all(problem.severity == "warning" for problem in problems) else "unmet"
    worst: State = "met"
    for embed in context.embeds:
        policies = context.in_force_at(embed.script.order)
        if any(policies.decide(request).blocked for request in (embed.start(), *_loads(context, embed))):
            return "unmet"
        if not all(covers(policies, origin, embed.embed.loads_as) for origin in _origins(context, embed)):
            worst = "partly"
    return worst


def start_verdict(context: VendorContext) -> Verdict | None:
    """The first policy's answer to the embed's first request, the page's own or one that would work."""
    if context.embeds:
        embed = context.embeds[0]
        verdicts = context.in_force_at(embed.script.order).decide(embed.start()).verdicts
    else:
        request = working_start(context, context.policies)
        verdicts = context.policies.decide(request).verdicts if request else ()
    return next((verdict for verdict in verdicts if verdict.directive), None)
