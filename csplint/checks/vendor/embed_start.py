"""Why a policy does not let an embed start that stands on the page, and the edit that lets it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from csplint.checks.context import VendorContext
from csplint.checks.problem import Problem, policy_edits, where
from csplint.checks.vendor.embed_blocked import (
    EFFECTIVE,
    Blocked,
    embed_host_rule,
    first_of,
    keyword_span,
    kind_span,
    missing_origins,
    script_hash,
    value_span,
)
from csplint.checks.vendor.embed_nonces import has_nonce_fault, has_unread_nonce, wrong_nonce
from csplint.csp.edit import Replacement, add_sources, remove_sources
from csplint.csp.policy import Directive
from csplint.csp.source import SourceKind
from csplint.model import Edit


def explain_start(context: VendorContext, blocked: Blocked) -> Iterator[Problem]:
    """Say why the embed itself does not start."""
    if has_unread_nonce(blocked.directive):
        return  # the nonce check reports the nonce that browsers dropped; it is the one cause
    if has_nonce_fault(blocked):
        yield wrong_nonce(blocked)
        return
    yield _inline(context, blocked) if blocked.embed.is_inline else _external(context, blocked)


def _inline(context: VendorContext, blocked: Blocked) -> Problem:
    listed, right = blocked.directive.list, script_hash(blocked.request.content)
    missing = missing_origins(context, blocked)
    by_hash = policy_edits(blocked.policy, add_sources(blocked.policy, EFFECTIVE, [right, *missing]))
    fix = f"Add {' '.join([right, *missing])} to {blocked.directive.name}."
    if listed.hashes:
        return replace(
            blocked.spot.problem(
                "embed-hash-mismatch",
                f"The embed script's hash is {right}; {where(blocked.directive, EFFECTIVE)} has another.",
            ),
            value=first_of(listed.sources, SourceKind.HASH),
            span=kind_span(blocked.directive, SourceKind.HASH),
            edits=by_hash,
            fix=fix,
        )
    if listed.strict_dynamic:
        return _strict_dynamic_alone(blocked, by_hash, fix)
    if not missing:
        return replace(
            blocked.spot.problem(
                "inline-embed-under-allow-list",
                f"The embed is an inline script, and {where(blocked.directive, EFFECTIVE)} allows its host only; "
                "hosts do not allow inline scripts.",
            ),
            cause="The embed stands in the page itself; a host in a source list speaks for files loaded from it.",
            edits=by_hash,
            fix=f"{fix} Or give the tag a nonce and use 'strict-dynamic', or use an external embed tag.",
        )
    rule, value = embed_host_rule(context, blocked)
    return replace(
        blocked.spot.problem(
            rule,
            f"{where(blocked.directive, EFFECTIVE)} allows neither the inline embed script nor what it loads from {' '.join(missing)}.",
        ),
        value=value,
        edits=by_hash,
        fix=f"{fix} Or give the tag a nonce and add 'strict-dynamic'.",
    )


def _strict_dynamic_alone(blocked: Blocked, edits: tuple[Edit, ...], fix: str) -> Problem:
    return replace(
        blocked.spot.problem(
            "strict-dynamic-without-nonce",
            f"{where(blocked.directive, EFFECTIVE)} has 'strict-dynamic' and neither a nonce nor a hash, so no script tag can start.",
        ),
        value="'strict-dynamic'",
        span=keyword_span(blocked.directive, "'strict-dynamic'"),
        edits=edits,
        fix=fix,
    )


def _external(context: VendorContext, blocked: Blocked) -> Problem:
    listed, missing = blocked.directive.list, missing_origins(context, blocked)
    if listed.strict_dynamic:
        edits = _without_strict_dynamic(blocked, missing)
        fix = (
            "Better: put a nonce into the header and on the tag. Or remove 'strict-dynamic' and allow the embed's host."
        )
        if listed.hashes:
            return replace(
                blocked.spot.problem(
                    "hash-for-external-embed",
                    f"{where(blocked.directive, EFFECTIVE)} allows scripts by hash, and the embed is loaded with src.",
                ),
                value=first_of(listed.sources, SourceKind.HASH),
                span=kind_span(blocked.directive, SourceKind.HASH),
                edits=edits,
                fix=fix,
                safety="unsafe",
            )
        return _unsafe(_strict_dynamic_alone(blocked, edits, fix))
    edits = policy_edits(blocked.policy, add_sources(blocked.policy, EFFECTIVE, missing))
    rule, value = embed_host_rule(context, blocked)
    return replace(
        blocked.spot.problem(rule, f"{where(blocked.directive, EFFECTIVE)} does not allow {blocked.request.url}."),
        value=value,
        span=value_span(blocked.directive, value),
        edits=edits,
        fix=f"Add {' '.join(missing)} to {blocked.directive.name}.",
    )


def _unsafe(problem: Problem) -> Problem:
    return replace(problem, safety="unsafe")


def _without_strict_dynamic(blocked: Blocked, missing: list[str]) -> tuple[Edit, ...]:
    removed = remove_sources(blocked.directive, _spellings(blocked.directive, "'strict-dynamic'"))
    if blocked.directive.name == "default-src":
        return ()
    added: tuple[Replacement, ...] = add_sources(blocked.policy, EFFECTIVE, missing) if missing else ()
    return policy_edits(blocked.policy, (*removed, *added))


def _spellings(directive: Directive, keyword: str) -> list[str]:
    return [source.text for source in directive.list.sources if source.name == keyword]
