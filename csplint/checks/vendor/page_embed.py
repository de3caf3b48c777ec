"""Why a policy blocks an embed that is on the page, or what it loads, and the edit that allows it."""

from __future__ import annotations

import binascii
from collections.abc import Iterator

from csplint.checks.context import VendorContext
from csplint.checks.edits import add_sources
from csplint.checks.own_page.authorship import changing_texts
from csplint.checks.problem import STAND_IN, Problem, nonce_edit, policy_edits
from csplint.checks.vendor.embed_refusal import EFFECTIVE, Refusal, has_misspelt_nonce, host_rule
from csplint.checks.vendor.embeds import FoundEmbed
from csplint.csp.decide import Verdict
from csplint.csp.edit import remove_sources
from csplint.csp.match import Target, mismatch
from csplint.csp.policy import Directive, Policy
from csplint.csp.request import Request
from csplint.csp.source import Source, SourceKind
from csplint.csp.unlisted import EXAMPLE
from csplint.csp.url import Url, parse_url
from csplint.model import Edit


def explain_start(context: VendorContext, embed: FoundEmbed, verdict: Verdict) -> Iterator[Problem]:
    """Report why a policy does not let the embed start; nothing where the nonce check reports the cause."""
    refusal, request = _refusal(embed, verdict, embed.start()), embed.start()
    if has_misspelt_nonce(refusal.directive):
        return
    listed = refusal.directive.list
    if listed.nonces and (request.nonce or not listed.hashes):
        yield _nonce_problem(embed, refusal, request)
    elif embed.is_inline:
        yield _inline_problem(context, embed, refusal, request)
    else:
        yield _external_problem(context, embed, refusal, request)


def explain_load(
    context: VendorContext, embed: FoundEmbed, verdict: Verdict, request: Request, started_by: Source | None
) -> Problem:
    """Report why what the embed loads is blocked although the embed starts, by the source `started_by`."""
    refusal = _refusal(embed, verdict, request)
    policy, directive = refusal.policy, refusal.directive
    missing = _missing(context, embed, refusal)
    by_host = policy_edits(policy, add_sources(policy, EFFECTIVE, missing))
    fix = f"Add {' '.join(missing)} to {refusal.list_name}."
    if directive.list.strict_dynamic:
        return refusal.problem(
            "hosts-ignored",
            f"The embed writes {request.url} into the page with document.write, which 'strict-dynamic' does not trust.",
            at="'strict-dynamic'",
            value="'strict-dynamic'",
            fix="Replace this old embed with the current one: it adds its script with createElement, which 'strict-dynamic' trusts. "
            "A nonce on the embed's tag does not reach a tag that document.write makes. Or remove 'strict-dynamic'.",
        )
    if started_by and started_by.kind in {SourceKind.NONCE, SourceKind.HASH}:
        trusted = "nonce" if started_by.kind == SourceKind.NONCE else "hash"
        if not directive.list.locations:
            by_host = policy_edits(policy, add_sources(policy, EFFECTIVE, ["'strict-dynamic'"]))
            fix = f"Add 'strict-dynamic' to {refusal.list_name}."
        return refusal.problem(
            f"{trusted}-without-strict-dynamic",
            f"The {trusted} lets the embed start, but {request.url}, which it loads, is blocked: "
            f"{refusal.within} has no 'strict-dynamic' and does not list that host.",
            brief="blocks what the embed loads",
            at=started_by.text,
            value=started_by.text,
            edits=by_host,
            fix=fix,
        )
    rule, other = host_rule(context, policy, _origins(context, embed))
    return refusal.problem(
        rule,
        f"The embed starts, but {refusal.within} does not allow {request.url}, which it loads.",
        brief="blocks what the embed loads",
        at=other,
        value=other,
        edits=by_host,
        fix=fix,
    )


def partly_allowed(embed: FoundEmbed, verdict: Verdict, origins: tuple[str, ...]) -> Problem:
    """Report that the embed runs, and that other files of its `origins` would be blocked."""
    refusal = _refusal(embed, verdict, None)
    return refusal.problem(
        "script-host-missing",
        f"{refusal.where} lets this embed run, but does not allow everything from {' '.join(origins)}: "
        "whatever else it loads from there, now or after its next update, is blocked.",
        brief="allows only part of the widget's scripts",
        severity="warning",
        edits=policy_edits(refusal.policy, add_sources(refusal.policy, EFFECTIVE, list(origins))),
        fix=f"Add {' '.join(origins)} to {refusal.list_name}.",
    )


def _refusal(embed: FoundEmbed, verdict: Verdict, request: Request | None) -> Refusal:
    if verdict.directive is None:  # pragma: no cover - only a directive refuses
        raise ValueError("a refusal without a directive")
    return Refusal(verdict.policy, verdict.directive, request, embed.script.place)


def _origins(context: VendorContext, embed: FoundEmbed) -> tuple[str, ...]:
    return context.vendor.script_origins(embed.cdn or context.vendor.cdn)


def _missing(context: VendorContext, embed: FoundEmbed, refusal: Refusal) -> list[str]:
    """The embed's origins that no host, scheme or 'self' of the list covers whole, whether or not 'strict-dynamic' is in it."""

    def is_listed(origin: str) -> bool:
        url = parse_url(f"{origin.replace('*.', f'{EXAMPLE}.')}/{EXAMPLE}")
        return url is not None and any(
            mismatch(source, Target(url, context.policies.page)) is None for source in refusal.directive.list.locations
        )

    return [origin for origin in _origins(context, embed) if not is_listed(origin)]


def _nonce_problem(embed: FoundEmbed, refusal: Refusal, request: Request) -> Problem:
    """What is wrong between the tag's nonce and the policy's."""
    listed, tag = refusal.directive.list, request.nonce
    right = min(listed.nonces)
    edits = nonce_edit(embed.script.place, right)
    if tag in listed.nonces:
        return refusal.problem(
            "embed-not-nonceable",
            "The embed tag has the right nonce, but a repeated attribute or markup inside an attribute makes browsers ignore it.",
            value=f"'nonce-{tag}'",
        )
    if tag:
        return refusal.problem(
            "embed-nonce-mismatch",
            f"The embed tag has the nonce {tag!r}, but {refusal.directive.name} has another one.",
            at=right,
            value=f"'nonce-{right}'",
            edits=edits,
        )
    if listed.strict_dynamic and not embed.is_inline and (host := _listed_host(refusal.directive, request.url)):
        return refusal.problem(
            "hosts-ignored",
            f"{refusal.where} lists the embed's host, but 'strict-dynamic' makes browsers ignore it, and the embed tag has no nonce.",
            value=host,
            edits=edits,
        )
    return refusal.problem(
        "embed-nonce-missing",
        f"{refusal.where} has a nonce, but the embed tag has no nonce attribute.",
        at=right,
        value=f"'nonce-{right}'",
        edits=edits,
    )


def _listed_host(directive: Directive, address: str) -> str:
    """The source that would match the URL if 'strict-dynamic' did not switch it off."""
    url, page = parse_url(address), Url("", "https", "", 443, "/")
    for source in directive.list.locations:
        if url is not None and source.kind == SourceKind.HOST and mismatch(source, Target(url, page)) is None:
            return source.text
    return ""


def script_hash(text: str) -> str:
    """The CSP hash source of an inline script's text."""
    import hashlib  # noqa: PLC0415 - loads OpenSSL, for inline embeds only

    digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()
    return f"'sha256-{binascii.b2a_base64(digest, newline=False).decode('ascii')}'"


_KEEP_THE_SAME = (
    "Keep what is different in each response out of the embed script, for example in a data attribute: no hash can allow a text "
    "that changes."
)


def _inline_problem(context: VendorContext, embed: FoundEmbed, refusal: Refusal, request: Request) -> Problem:
    policy, listed, right = refusal.policy, refusal.directive.list, script_hash(request.content)
    missing = _missing(context, embed, refusal)
    edits = policy_edits(policy, add_sources(policy, EFFECTIVE, [right, *missing]))
    fix = f"Add {' '.join([right, *missing])} to {refusal.list_name}."
    if request.content in changing_texts(context):
        edits, fix = (), _KEEP_THE_SAME
    if listed.hashes:
        first = next((source.text for source in listed.sources if source.kind == SourceKind.HASH), None)
        return refusal.problem(
            "embed-hash-mismatch",
            f"The embed script's hash is {right}; {refusal.within} has another one.",
            at=first,
            value=first,
            edits=edits,
            fix=fix,
        )
    if listed.strict_dynamic:
        return _no_nonce(embed, refusal, edits, fix)
    if not missing:
        return refusal.problem(
            "inline-embed-under-allow-list",
            f"The embed is an inline script, but {refusal.within} allows only its host; a host does not allow inline scripts.",
            cause="A host in script-src allows files from that host, never a script written into the page.",
            edits=edits,
            fix=f"{fix} Or give the tag a nonce and use 'strict-dynamic', or use an external embed tag.",
        )
    rule, other = host_rule(context, policy, _origins(context, embed))
    return refusal.problem(
        rule,
        f"{refusal.where} allows neither the inline embed script nor what it loads from {' '.join(missing)}.",
        value=other,
        edits=edits,
        fix=f"{fix} Or give the tag a nonce and add 'strict-dynamic'.",
    )


def _no_nonce(
    embed: FoundEmbed, refusal: Refusal, edits: tuple[Edit, ...], fix: str, *, safety: str = "safe"
) -> Problem:
    return refusal.problem(
        "strict-dynamic-without-nonce",
        f"{refusal.where} has 'strict-dynamic' but no nonce or hash, so no script tag can start.",
        at="'strict-dynamic'",
        value="'strict-dynamic'",
        edits=edits,
        fix=fix,
        safety=safety,
        by_owner=lambda: _with_a_nonce(embed, refusal.policy),
    )


def _with_a_nonce(embed: FoundEmbed, policy: Policy) -> tuple[Edit, ...]:
    """A nonce in the list and on the embed's tag."""
    added = add_sources(policy, EFFECTIVE, [f"'nonce-{STAND_IN}'"])
    return (*policy_edits(policy, added), *nonce_edit(embed.script.place, STAND_IN))


def _external_problem(context: VendorContext, embed: FoundEmbed, refusal: Refusal, request: Request) -> Problem:
    policy, directive = refusal.policy, refusal.directive
    missing = _missing(context, embed, refusal)
    if directive.list.strict_dynamic:
        edits = _without_strict_dynamic(refusal, missing)
        fix = "Best: put a nonce into the header and on the tag. Or remove 'strict-dynamic' and allow the embed's host."
        if not directive.list.hashes:
            return _no_nonce(embed, refusal, edits, fix, safety="unsafe")
        first = next((source.text for source in directive.list.sources if source.kind == SourceKind.HASH), None)
        return refusal.problem(
            "hash-for-external-embed",
            f"{refusal.where} allows scripts by hash, but the embed is loaded with src.",
            at=first,
            value=first,
            edits=edits,
            fix=fix,
            safety="unsafe",
            by_owner=lambda: _with_a_nonce(embed, policy),
        )
    rule, other = host_rule(context, policy, _origins(context, embed))
    return refusal.problem(
        rule,
        f"{refusal.where} does not allow {request.url}.",
        at=other,
        value=other,
        edits=policy_edits(policy, add_sources(policy, EFFECTIVE, missing)),
        fix=f"Add {' '.join(missing)} to {refusal.list_name}.",
    )


def _without_strict_dynamic(refusal: Refusal, missing: list[str]) -> tuple[Edit, ...]:
    directive = refusal.directive
    if directive.name == "default-src":
        return ()
    spellings = [source.text for source in directive.list.sources if source.name == "'strict-dynamic'"]
    added = add_sources(refusal.policy, EFFECTIVE, missing) if missing else ()
    return policy_edits(refusal.policy, (*remove_sources(directive, spellings), *added))
