"""How a policy decides which scripts to trust: 'strict-dynamic' with nothing to start from, hosts, Trusted Types."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from csplint.checks.context import Context
from csplint.checks.nonces.value import is_weak
from csplint.checks.problem import Problem, policy_edits, server_edit, where
from csplint.checks.security.nearest import ELEMENT, keyword_of, nearest, sources_like
from csplint.checks.security.predicates import is_named_host, is_strict_dynamic
from csplint.checks.security.queries import affordable, allows_code, allows_file, allows_stranger, files_of, unwritten
from csplint.checks.syntax.quoted import meant_quoted
from csplint.checks.together import flags, restricts, whole
from csplint.csp.digest import DIGEST_BYTES
from csplint.csp.edit import without
from csplint.csp.policy import Directive, Policy, SourceList, Token
from csplint.csp.source import Source, SourceKind

_TRY = "Content-Security-Policy-Report-Only: require-trusted-types-for 'script'; report-uri /csp-reports"
_QUOTED_TRUST = ("'nonce-", "'sha")
_MOST_ASKED = 40


def strict_dynamic_alone(context: Context) -> Iterator[Problem]:
    """Report 'strict-dynamic' in a list without a nonce or hash: no script can be the first."""
    for policy in context.policies.policies:
        directive = policy.governing(ELEMENT)
        if directive and directive.list.strict_dynamic and not directive.list.has_nonce_or_hash:
            token = keyword_of(directive, "'strict-dynamic'")
            if token and not _misspelt(directive):
                yield _alone(policy, directive, token)


def _can_start(listed: SourceList) -> bool:
    return bool(listed.nonces) or any(len(digest) == DIGEST_BYTES[name] for name, digest in listed.hashes)


def _misspelt(directive: Directive) -> bool:
    """Whether a nonce or hash was meant and cannot be read; then that is the fault, and told elsewhere."""
    return any(
        meant_quoted(source).startswith(_QUOTED_TRUST)
        or (source.kind == SourceKind.INVALID and source.text.lower().startswith(_QUOTED_TRUST))
        for source in directive.list.sources
    )


def _alone(policy: Policy, directive: Directive, token: Token) -> Problem:
    useful = any(map(_is_place, directive.list.sources))
    return Problem(
        rule="strict-dynamic-alone",
        message=f"{where(directive, ELEMENT)} has 'strict-dynamic' and neither a nonce nor a hash, so no script runs.",
        cause="'strict-dynamic' switches hosts, 'self' and 'unsafe-inline' off, and trusts what a trusted script loads.",
        policy=policy,
        directive=directive.name,
        value=token.source.name,
        span=token.span,
        safety="unsafe",
        edits=policy_edits(policy, without(policy, ELEMENT, is_strict_dynamic)) if useful else (),
    )


def _is_place(source: Source) -> bool:
    return source.kind == SourceKind.HOST or source.name == "'self'"


def allowlist(context: Context) -> Iterator[Problem]:
    """Report, once, that scripts are trusted by host; hosts that the vendor's own embed needs do not count."""
    policies = whole(context)
    if context.dry_run and restricts(context.policies.only(*context.others), ELEMENT):
        return
    if allows_code(policies, "inline-script") or allows_stranger(policies, "script"):
        return  # then hosts are the least of it
    word, wanted = unwritten(policies), (*_vendor_hosts(context), context.policies.page.host)
    near = nearest(context, ELEMENT)
    named = sources_like(near, lambda source: _is_domain(source) and not _stands_for(source, wanted))
    for policy, token in islice(named, affordable(policies, _MOST_ASKED)):
        if any(allows_file(policies, "script", url) for url in files_of(token.source, policies, word)):
            yield _allowlist(policy, token)
            return


def _is_domain(source: Source) -> bool:
    """Whether a source names a host with a dot in it: a lone word is mostly a lost quote or semicolon."""
    return is_named_host(source) and "." in source.host


def _vendor_hosts(context: Context) -> tuple[str, ...]:
    if not context.pack.host and not context.embeds:
        return ()
    return tuple(origin.partition("//")[2].partition(":")[0] for origin in context.cdn)


def _stands_for(source: Source, hosts: tuple[str, ...]) -> bool:
    return any(host == source.host or (source.subdomains and host.endswith(f".{source.host}")) for host in hosts)


def _allowlist(policy: Policy, token: Token) -> Problem:
    directive = policy.governing(ELEMENT)
    name, host = where(directive, ELEMENT) if directive else ELEMENT, token.source.text
    trusts = f"{name} trusts scripts by where they come from, {host} for one, not by a nonce or hash."
    narrows = bool(directive and directive.list.has_nonce_or_hash)
    return Problem(
        rule="allowlist-script",
        message=f"{name} has a nonce or hash, and trusts {host} without it: whatever that host serves runs."
        if narrows
        else trusts,
        cause="A nonce does not narrow hosts. 'strict-dynamic' does: hosts no longer count, and every script tag needs the nonce."
        if narrows
        else "",
        policy=policy,
        directive=directive.name if directive else None,
        span=directive.name_span if directive else token.span,
    )


def trusted_types(context: Context) -> Iterator[Problem]:
    """Suggest Trusted Types where all else is strict already: markup that a script writes is what is left open."""
    policies = whole(context)
    if context.dry_run or any("'script'" in words for words in flags(policies, "require-trusted-types-for")):
        return
    for policy in nearest(context, ELEMENT):
        directive = policy.governing(ELEMENT)
        strict = directive is not None and directive.list.strict_dynamic and _can_start(directive.list)
        if directive and strict and not _known(context, directive.list):
            if _left_open(context):
                return
            yield Problem(
                rule="trusted-types-missing",
                message="The policy is strict; only text that the page's own scripts write into the page as markup is unchecked.",
                cause="There is no require-trusted-types-for 'script'.",
                policy=policy,
                directive="require-trusted-types-for",
                edits=server_edit(_TRY),
            )
            return


def _known(context: Context, listed: SourceList) -> bool:
    """Whether a nonce of the list is an example or short: then the policy is strict to those alone who do not know it."""
    return any(is_weak(context, nonce) for nonce in listed.nonces)


def _left_open(context: Context) -> bool:
    """Whether something is open that comes before Trusted Types."""
    policies = whole(context)
    places = any(allows_stranger(policies, kind) for kind in ("script", "object", "base"))
    return places or any(allows_code(policies, kind) for kind in ("inline-script", "event-handler", "eval"))
