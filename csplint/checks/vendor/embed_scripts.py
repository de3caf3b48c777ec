"""
Does the embed start, and may it load what it loads?

Each policy is asked alone: a page needs all of them, so whatever one of them
blocks is blocked, and the fault is that policy's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from csplint.checks.context import VendorContext
from csplint.checks.problem import Problem
from csplint.checks.registry import check
from csplint.checks.vendor.embed_options import judge_ways, way_through
from csplint.csp.cover import covers
from csplint.csp.decide import PolicySet, Verdict
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
        yield from judge_ways(context)
    for embed in context.embeds:
        for policy in context.in_force_at(embed.script.order).policies:
            yield from _judge(context, context.policies.only(policy), embed)


def _judge(context: VendorContext, alone: PolicySet, embed: FoundEmbed) -> Iterator[Problem]:
    from csplint.checks.vendor.embed_blocked import Blocked, Narrow  # noqa: PLC0415
    from csplint.checks.vendor.embed_loads import explain_load, narrow  # noqa: PLC0415 - all three for pages with an embed alone
    from csplint.checks.vendor.embed_start import explain_start  # noqa: PLC0415

    start = alone.decide(embed.start())
    if start.blocked:
        yield from explain_start(context, Blocked(start.refusals[0], embed, embed.start()))
        return
    for request in embed.following():
        decision = alone.decide(request)
        if decision.blocked:
            yield explain_load(context, Blocked(decision.refusals[0], embed, request), start.verdicts[0].matched)
            return
    uncovered = tuple(origin for origin in _origins(context, embed) if not covers(alone, origin, embed.embed.loads_as))
    if uncovered:
        yield narrow(Narrow(start.verdicts[0], embed, uncovered))


def _origins(context: VendorContext, embed: FoundEmbed) -> tuple[str, ...]:
    return embed.cdn or context.vendor.cdn


def script_state(context: VendorContext) -> State:
    """Whether the page's embeds run, in part or whole, or, where the page shows none, whether any embed could."""
    if not context.embeds:
        if way_through(context, context.policies):
            return "met"
        problems = list(judge_ways(context))
        return "partly" if problems and all(problem.severity == "warning" for problem in problems) else "unmet"
    worst: State = "met"
    for embed in context.embeds:
        policies = context.in_force_at(embed.script.order)
        if any(policies.decide(request).blocked for request in (embed.start(), *embed.following())):
            return "unmet"
        if not all(covers(policies, origin, embed.embed.loads_as) for origin in _origins(context, embed)):
            worst = "partly"
    return worst


def started_by(context: VendorContext) -> Verdict | None:
    """The first policy's answer to the embed's first request, the page's own or one that would work."""
    if context.embeds:
        embed = context.embeds[0]
        verdicts = context.in_force_at(embed.script.order).decide(embed.start()).verdicts
    else:
        request = way_through(context, context.policies)
        verdicts = context.policies.decide(request).verdicts if request else ()
    return next((verdict for verdict in verdicts if verdict.directive), None)
