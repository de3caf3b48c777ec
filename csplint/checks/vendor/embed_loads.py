"""Why a policy blocks what an embed loads once it has started, and the edit that lets it through."""

from __future__ import annotations

from msgspec.structs import replace

from csplint.checks.context import VendorContext
from csplint.checks.problem import Problem, policy_edits, where
from csplint.checks.vendor.embed_blocked import (
    EFFECTIVE,
    Blocked,
    Narrow,
    Spot,
    embed_host_rule,
    keyword_span,
    missing_origins,
    value_span,
)
from csplint.csp.edit import add_sources
from csplint.csp.source import Source, SourceKind


def explain_load(context: VendorContext, blocked: Blocked, started_by: Source | None) -> Problem:
    """Say why what the embed loads is blocked although the embed starts."""
    listed, missing = blocked.directive.list, missing_origins(context, blocked)
    kind = started_by.kind if started_by else None
    by_host = policy_edits(blocked.policy, add_sources(blocked.policy, EFFECTIVE, missing))
    if listed.strict_dynamic:
        return replace(
            blocked.spot.problem(
                "hosts-ignored",
                f"The embed writes {blocked.request.url} into the page with document.write, which 'strict-dynamic' does not trust.",
            ),
            value="'strict-dynamic'",
            span=keyword_span(blocked.directive, "'strict-dynamic'"),
        )
    if kind in {SourceKind.NONCE, SourceKind.HASH}:
        trusted = "nonce" if kind == SourceKind.NONCE else "hash"
        edits, fix = (by_host, f"Add {' '.join(missing)} to {blocked.directive.name}.")
        if not listed.locations:
            edits = policy_edits(blocked.policy, add_sources(blocked.policy, EFFECTIVE, ["'strict-dynamic'"]))
            fix = f"Add 'strict-dynamic' to {blocked.directive.name}."
        return replace(
            blocked.spot.problem(
                f"{trusted}-without-strict-dynamic",
                f"The {trusted} lets the embed start, but {blocked.request.url}, which it loads, is blocked: "
                f"{where(blocked.directive, EFFECTIVE)} has no 'strict-dynamic' and does not list that host.",
            ),
            value=started_by.text if started_by else None,
            span=value_span(blocked.directive, started_by.text if started_by else None),
            edits=edits,
            fix=fix,
        )
    rule, value = embed_host_rule(context, blocked)
    return replace(
        blocked.spot.problem(
            rule,
            f"The embed starts, but {where(blocked.directive, EFFECTIVE)} does not allow {blocked.request.url}, which it loads.",
        ),
        value=value,
        span=value_span(blocked.directive, value),
        edits=by_host,
        fix=f"Add {' '.join(missing)} to {blocked.directive.name}.",
    )


def narrow(case: Narrow) -> Problem:
    """The embed runs; other files of its host would be blocked."""
    policy, directive = case.verdict.policy, case.verdict.directive
    if directive is None:  # pragma: no cover - nothing restricts: nothing is uncovered
        raise ValueError("nothing restricts")
    return replace(
        Spot(policy, directive, case.embed, case.embed.start()).problem(
            "script-host-missing",
            f"{where(directive, EFFECTIVE)} lets this embed run, but not everything of {' '.join(case.origins)}: "
            "whatever else it loads from there, now or after its next update, is blocked.",
        ),
        severity="warning",
        edits=policy_edits(policy, add_sources(policy, EFFECTIVE, list(case.origins))),
        fix=f"Add {' '.join(case.origins)} to {directive.name}.",
        request=None,
    )
