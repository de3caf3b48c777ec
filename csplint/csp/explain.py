"""
Explain a decision: which directive governs the request, and why each of its sources does not allow it.

The verdict is `decide`'s own, and each reason comes from the code that decided: nothing here matches anything by itself.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from csplint.csp.allowances import ALLOWANCES, EFFECTIVE_DIRECTIVE, RequestHop
from csplint.csp.decide import PolicySet, Verdict, deciding_directives, is_never_checked
from csplint.csp.directives import CHAINS
from csplint.csp.policy import Delivery, Disposition
from csplint.csp.reasons import why_not
from csplint.csp.request import Request
from csplint.csp.source import Source


class SourceReason(Struct, frozen=True):
    """One source of the governing list, and why it does not allow the request (`reasons.py`)."""

    source: Source
    why: str


class PolicyExplanation(Struct, frozen=True):
    """
    One policy's verdict, explained.

    index, disposition, delivery: which policy. effective: the directive that a violation would name.
    governing: the directive that decided; "" if the policy has neither `effective` nor one of its fallbacks.
    absent: the directives that come before `governing` and are missing.
    matched: the source that allowed the request. reasons: for a refused one, one reason for each source of the list.
    url: the hop that was decided last, "" for a request without URL. note: what else there is to know, or "".
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
    """One explanation per policy, in order; together they explain `policies.decide(request)`."""
    first, *second = policies.hops(request)
    first_hop = policies.decide(replace(request, redirect_to=""))
    explained: list[PolicyExplanation] = []
    for place, (verdict, before) in enumerate(zip(policies.decide(request).verdicts, first_hop.verdicts, strict=True)):
        # A verdict is about the first hop that the policy refuses, else about the last one.
        hop = second[0] if second and before.allowed and not first_hop.blocked else first
        if request.kind == "object" and verdict.effective == "frame-src":
            # frame-src refuses the object's document, so explain it as a frame.
            explained.append(explain(policies, replace(request, kind="frame"))[place])
        else:
            explained.append(_explained(policies, verdict, hop))
    return tuple(explained)


def _explained(policies: PolicySet, verdict: Verdict, requested: RequestHop) -> PolicyExplanation:
    policy, effective = verdict.policy, verdict.effective
    hop = policies.as_seen(policy, requested)
    chain = CHAINS[EFFECTIVE_DIRECTIVE[hop.request.kind]]
    governing = verdict.directive.name if verdict.directive else ""
    reasons: tuple[SourceReason, ...] = ()
    if not verdict.allowed:
        allows = ALLOWANCES[hop.request.kind]
        refusing = next(each for each in deciding_directives(policy, hop) if allows(each, hop) is None)
        reasons = tuple(SourceReason(source, why_not(source, refusing, hop)) for source in refusing.list.sources)
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
        url=hop.target.url.href if hop.target else "",
        note=_note(verdict, hop, reasons),
    )


def _note(verdict: Verdict, hop: RequestHop, reasons: tuple[SourceReason, ...]) -> str:
    if verdict.directive is None:
        if hop.target is not None and is_never_checked(hop.request.kind, hop.target):
            return f"browsers check no policy for {hop.target.url.scheme}: URLs here"
        return "nothing restricts it"
    if hop.target is not None and hop.target.mixed_image and hop.target.url.scheme == "https":
        return "the browser upgrades this image to https: before the check"
    if not verdict.allowed and not verdict.reported:
        return "the browser does not report this"
    if verdict.allowed or reasons:
        return ""
    return "the list is empty, which allows nothing"
