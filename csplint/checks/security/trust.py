"""How a policy decides which scripts to trust: 'strict-dynamic' without a nonce or hash, hosts, Trusted Types."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.nonces.value import is_weak
from csplint.checks.prefilter import any_script_token
from csplint.checks.problem import Problem, policy_edits, server_edit, where
from csplint.checks.registry import check
from csplint.checks.security.predicates import STRICT_DYNAMIC, is_host, is_named_host, is_strict_dynamic
from csplint.checks.security.queries import (
    ELEMENT,
    ListedSource,
    allows_any_host,
    allows_code,
    first_allowed,
    keyword_token,
    restricting_policies,
    script_sources,
)
from csplint.checks.syntax.token import meant_quoted
from csplint.csp.digest import DIGEST_BYTES
from csplint.csp.edit import without
from csplint.csp.policy import Directive, Policy, SourceList, Token
from csplint.csp.source import Source, SourceKind

_TRY = "Content-Security-Policy-Report-Only: require-trusted-types-for 'script'; report-uri /csp-reports"
_QUOTED_TRUST = ("'nonce-", "'sha")
_MOST_QUERIES = 40


@check(when=(any_script_token(is_strict_dynamic),), only_if="scripts run")
def strict_dynamic_alone(context: Context) -> Iterator[Problem]:
    """Report 'strict-dynamic' in a list without a nonce or hash: no script can start."""
    for policy in context.policies.policies:
        directive = policy.governing(ELEMENT)
        if directive and directive.list.strict_dynamic and not directive.list.has_nonce_or_hash:
            token = keyword_token(directive, STRICT_DYNAMIC)
            if token and not _has_misspelt_trust(directive):
                yield _no_trust(policy, directive, token)


def _has_misspelt_trust(directive: Directive) -> bool:
    """Whether the list has a nonce or hash that browsers cannot read; other rules report that as the cause."""
    return any(
        meant_quoted(source).startswith(_QUOTED_TRUST)
        or (source.kind == SourceKind.INVALID and source.text.lower().startswith(_QUOTED_TRUST))
        for source in directive.list.sources
    )


def _no_trust(policy: Policy, directive: Directive, token: Token) -> Problem:
    useful = any(source.kind == SourceKind.HOST or source.name == "'self'" for source in directive.list.sources)
    return Problem(
        rule="strict-dynamic-alone",
        message=f"{where(directive, ELEMENT)} has 'strict-dynamic' but neither a nonce nor a hash, so no script runs.",
        cause="With 'strict-dynamic', browsers ignore hosts, 'self' and 'unsafe-inline'; they trust scripts with a nonce or "
        "hash, and what those load.",
        policy=policy,
        directive=directive.name,
        value=token.source.name,
        span=token.span,
        safety="unsafe",
        edits=policy_edits(policy, without(policy, ELEMENT, is_strict_dynamic)) if useful else (),
    )


@check(when=(any_script_token(is_host),), only_if="scripts run", rules=("allowlist-script",))
def script_allowlist(context: Context) -> Iterator[Problem]:
    """Report, once, that scripts are trusted by host; hosts that the vendor's own embed needs do not count."""
    policies = context.combined
    if context.report_only and context.policies.only(*context.others).restricts(ELEMENT):
        return
    if allows_code(policies, "inline-script") or allows_any_host(policies, "script"):
        return  # other rules report these, which are worse
    exempt = (*_vendor_hosts(context), context.policies.page.host)
    listed = (
        each
        for each in script_sources(context, is_host)
        if _is_domain(each.source) and not _matches_any(each.source, exempt)
    )
    if found := first_allowed(policies, "script", listed, _MOST_QUERIES):
        yield _allowlist(found)


def _is_domain(source: Source) -> bool:
    """Whether a source names a host with a dot in it: a word without one mostly lacks its quotes, or a semicolon."""
    return is_named_host(source) and "." in source.host


def _vendor_hosts(context: Context) -> tuple[str, ...]:
    vendors = (vendor for vendor in context.vendors if vendor.pack.host or vendor.embeds)
    return tuple(origin.partition("//")[2].partition(":")[0] for vendor in vendors for origin in vendor.cdn)


def _matches_any(source: Source, hosts: tuple[str, ...]) -> bool:
    return any(host == source.host or (source.subdomains and host.endswith(f".{source.host}")) for host in hosts)


def _allowlist(found: ListedSource) -> Problem:
    name, host = found.directive_name, found.source.text
    if found.directive.list.has_nonce_or_hash:
        message = f"{name} has a nonce or hash, but also trusts {host}: any script from there runs without one."
        problem = found.problem("allowlist-script", message, cause=_HOSTS_STILL_COUNT)
    else:
        message = f"{name} trusts scripts by their host, such as {host}, not by a nonce or hash."
        problem = found.problem("allowlist-script", message)
    return replace(problem, value=None, span=found.directive.name_span)


_HOSTS_STILL_COUNT = (
    "A nonce does not restrict the listed hosts. With 'strict-dynamic', browsers ignore hosts, and every script tag "
    "needs the nonce."
)


@check(when=(any_script_token(is_strict_dynamic),), only_if="scripts run", rules=("trusted-types-missing",))
def trusted_types(context: Context) -> Iterator[Problem]:
    """Suggest Trusted Types where the policy is strict otherwise: it does not check markup that a script inserts."""
    policies = context.combined
    if context.report_only or any("'script'" in words for words in policies.words("require-trusted-types-for")):
        return
    for policy in restricting_policies(context, ELEMENT):
        directive = policy.governing(ELEMENT)
        if directive and _is_strict(context, directive.list):
            if not _has_larger_gap(context):
                yield Problem(
                    rule="trusted-types-missing",
                    message="The policy is strict, but does not check text that the page's own scripts insert as markup.",
                    cause="require-trusted-types-for 'script' is missing.",
                    policy=policy,
                    directive="require-trusted-types-for",
                    edits=server_edit(_TRY),
                )
            return


def _is_strict(context: Context, listed: SourceList) -> bool:
    """Whether a list has 'strict-dynamic' and a nonce or hash that works, and no nonce that can be guessed."""
    can_start = bool(listed.nonces) or any(len(digest) == DIGEST_BYTES[name] for name, digest in listed.hashes)
    return listed.strict_dynamic and can_start and not any(is_weak(context, nonce) for nonce in listed.nonces)


def _has_larger_gap(context: Context) -> bool:
    """Whether something is open that matters more than Trusted Types."""
    policies = context.combined
    hosts = any(allows_any_host(policies, kind) for kind in ("script", "object", "base"))
    return hosts or any(allows_code(policies, kind) for kind in ("inline-script", "event-handler", "eval"))
