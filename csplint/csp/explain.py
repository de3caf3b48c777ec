"""
Why a policy set decides as it does: which directive was consulted, and what each of its sources had against it.

The verdict is `decide`'s own, and each reason is asked of the code that
decided: nothing here matches anything by itself.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from csplint.csp.allowances import RULES, Ask
from csplint.csp.decide import PolicySet, Verdict, is_unasked, judges
from csplint.csp.directives import CHAINS
from csplint.csp.policy import Delivery, Disposition
from csplint.csp.reasons import why_not
from csplint.csp.request import Request
from csplint.csp.source import Source


class SourceReason(Struct, frozen=True):
    """One source of the list that governs, and why it did not let the request through."""

    source: Source
    why: str


class PolicyExplanation(Struct, frozen=True):
    """
    One policy's verdict, explained.

    index, disposition, delivery: which policy. effective: the directive a violation would name. absent: the
    directives consulted in vain before `governing`, "" where none of the chain is there and nothing restricts.
    allowed, and `matched`: the source that allowed it. reasons: where it is refused, one for each source of the list.
    url: the hop that was decided last, "" for what has no URL. note: what else there is to know, or "".
    """

    index: int
    disposition: Disposition
    delivery: Delivery
    effective: str
    absent: tuple[str, ...]
    governing: str
    allowed: bool
    matched: Source | None
    reasons: tuple[SourceReason, ...]
    url: str
    note: str


def explain(policies: PolicySet, request: Request) -> tuple[PolicyExplanation, ...]:
    """One explanation a policy, in order; together they are `policies.decide(request)`."""
    first, *second = policies.hops(request)
    alone = policies.decide(replace(request, redirect_to=""))
    explained: list[PolicyExplanation] = []
    for place, (verdict, before) in enumerate(zip(policies.decide(request).verdicts, alone.verdicts, strict=True)):
        # The hop that a verdict is about is the first that the policy refuses, else the last that was asked.
        ask = second[0] if second and before.allowed and not alone.blocked else first
        if request.kind == "object" and verdict.effective == "frame-src":
            # An object whose document frame-src refuses is explained as the frame it is.
            explained.append(explain(policies, replace(request, kind="frame"))[place])
        else:
            explained.append(_explained(policies, verdict, ask))
    return tuple(explained)


def _explained(policies: PolicySet, verdict: Verdict, hop: Ask) -> PolicyExplanation:
    policy, effective = verdict.policy, verdict.effective
    ask = policies.as_seen(policy, hop)
    chain = CHAINS[effective]
    governing = verdict.directive.name if verdict.directive else ""
    reasons: tuple[SourceReason, ...] = ()
    if not verdict.allowed:
        judge = next(each for each in judges(policy, ask) if RULES[ask.request.kind](each, ask) is None)
        reasons = tuple(SourceReason(source, why_not(source, judge, ask)) for source in judge.list.sources)
    return PolicyExplanation(
        index=policy.index,
        disposition=policy.disposition,
        delivery=policy.delivery,
        effective=effective,
        absent=chain[: chain.index(governing)] if governing else chain,
        governing=governing,
        allowed=verdict.allowed,
        matched=verdict.matched,
        reasons=reasons,
        url=ask.target.url.href if ask.target else "",
        note=_note(verdict, ask, reasons),
    )


def _note(verdict: Verdict, ask: Ask, reasons: tuple[SourceReason, ...]) -> str:
    if verdict.directive is None:
        if ask.target is not None and is_unasked(ask.request.kind, ask.target):
            return f"no policy is asked about {ask.target.url.scheme}: here"
        return "nothing restricts it"
    if verdict.allowed or reasons:
        return ""
    return "the list is empty, which allows nothing"
