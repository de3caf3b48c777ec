"""
Sources that let scripts load from places that nobody controls: any host, a whole scheme, the visitor's own machine.

Any host: `*`, `*:*`, `https:`, `https://*:443`, `https://*/x.js`, `http://*` and `*.com` all amount to that, which is
found by asking whether a file from a host that no source names would load.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from csplint.checks.context import Context
from csplint.checks.edits import replace_sources
from csplint.checks.prefilter import any_script_token
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import MOST_FINDINGS, check
from csplint.checks.security.bypass_hosts import is_in_table
from csplint.checks.security.predicates import LOOPBACK, is_loopback, is_scheme, is_shared_domain, is_wide
from csplint.checks.security.queries import (
    ELEMENT,
    ListedSource,
    allows_any_host,
    allows_code,
    allows_file,
    first_allowed,
    query_limit,
    script_sources,
)
from csplint.csp.decide import PolicySet
from csplint.csp.edit import Replacement, without
from csplint.csp.source import ANY_PORT, Source, SourceKind
from csplint.csp.unlisted import unused_word
from csplint.csp.url import Url
from csplint.model import Severity

_MOST_QUERIES = 16
"""Sources asked about; the finding is the same for each, and one that counts is enough."""

_FIX = "Replace it with 'self' and add the hosts you need, or use a nonce with 'strict-dynamic', which needs no hosts."


@check(when=(any_script_token(is_wide),), only_if="scripts run")
def script_wildcard(context: Context) -> Iterator[Problem]:
    """Report the first source that lets scripts load from any host."""
    policies = context.combined
    if found := first_allowed(policies, "script", script_sources(context, is_wide), _MOST_QUERIES):
        yield _wildcard(policies, found)


def _wildcard(policies: PolicySet, found: ListedSource) -> Problem:
    inline = allows_code(policies, "inline-script")
    return found.problem(
        "script-wildcard",
        f"{found.source.text} in {found.directive_name} lets scripts load from {_hosts(found.source)}"
        + (", and 'unsafe-inline' lets any inline script run: the policy stops no script." if inline else "."),
        severity="error" if inline and not _protects_otherwise(policies) else None,
        fix=_FIX if _has_only_wildcards(found) else "",
        edits=lambda: policy_edits(found.policy, _narrowed(found)),
    )


def _protects_otherwise(policies: PolicySet) -> bool:
    """Whether a set that lets every script run is still useful: it limits who may frame the page, or sandboxes it."""
    sandboxed = any("sandbox" in policy.in_force for policy in policies.policies)
    return sandboxed or not allows_any_host(policies, "frame-ancestors")


def _has_only_wildcards(found: ListedSource) -> bool:
    """Whether the list, without its wildcards, would let none of the page's own files load."""
    listed = found.directive.list
    return not listed.has_nonce_or_hash and all(
        source.kind == SourceKind.SCHEME or is_wide(source) for source in listed.locations
    )


def _narrowed(found: ListedSource) -> tuple[Replacement, ...]:
    """Remove what leaves the host open; where nothing else names a host, add 'self'."""
    if not _has_only_wildcards(found):
        return without(found.policy, ELEMENT, _is_any_host)
    removed = [source.text for source in found.directive.list.sources if _is_any_host(source)]
    return replace_sources(found.policy, ELEMENT, removed, ("'self'",))


def _is_any_host(source: Source) -> bool:
    """Whether a source is a wildcard, or an http: beside one."""
    return is_wide(source) or _is_scheme(source, "http")


def _hosts(source: Source) -> str:
    if source.host:
        return f"any host under .{source.host}, a public suffix, whose names belong to different owners"
    port = "" if source.port in {None, ANY_PORT} else f" on port {source.port}"
    path = f" that serves {source.path}" if source.path.strip("/") else ""
    return f"any host{port}{path}"


@check(when=(any_script_token(is_shared_domain),), only_if="scripts run", capped=True, rules=("script-shared-domain",))
def shared_domains(context: Context) -> Iterator[Problem]:
    """Report the wildcards that match the hosts of all customers of a company; bypass_hosts reports those of its table."""
    policies = context.combined
    if allows_any_host(policies, "script"):
        return
    shared = script_sources(context, is_shared_domain)
    for listed in islice(shared, query_limit(policies, MOST_FINDINGS + 1)):
        known = is_in_table(listed.source) and listed.source.path in {"", "/"}  # on their own host, anyone has any path
        if not known and first_allowed(policies, "script", [listed], 1):
            yield listed.problem(
                "script-shared-domain",
                f"{listed.source.text} in {listed.directive_name} lets scripts load from any host under "
                f".{listed.source.host}, where customers of one company get names of their own.",
            )


class _Scheme(Struct, frozen=True):
    """What a scheme means for scripts; `severity` None for the rule's own."""

    meaning: str
    fix: str
    severity: Severity | None = None


_WORKERS = "If only workers need it, list it in worker-src and remove it from the directive that governs scripts."
SCHEMES = {
    "data": _Scheme(
        "a script element can carry its code in its URL, so injected markup can run code, as with 'unsafe-inline'",
        "Remove data: from the directive that governs scripts; for images and fonts, list it in img-src and font-src.",
    ),
    "blob": _Scheme(
        "a script on the page can turn any text into a file and run it, as with 'unsafe-eval'", _WORKERS, "info"
    ),
    "filesystem": _Scheme(
        "a script on the page can write any text to a file and run it (in Chromium)", _WORKERS, "info"
    ),
    "http": _Scheme(
        "scripts may load from any host, also over https, because browsers let http: match both",
        "List the hosts, or use a nonce with 'strict-dynamic'.",
    ),
}
"""In the order of their findings."""


@check(when=(any_script_token(is_scheme),), only_if="scripts run", rules=("script-scheme",))
def script_schemes(context: Context) -> Iterator[Problem]:
    """Report each of these schemes that lets scripts load, once."""
    found: dict[str, ListedSource] = {}
    for listed in script_sources(context, is_scheme):
        found.setdefault(listed.source.scheme, listed)
    if any(True for _ in script_sources(context, is_wide)):
        found.pop("http", None)  # script-wildcard covers both
    for scheme, facts in SCHEMES.items():
        if scheme in found and _would_run(context.combined, scheme):
            yield _scheme_problem(found[scheme], scheme, facts)


def _would_run(policies: PolicySet, scheme: str) -> bool:
    if scheme == "http":
        return allows_any_host(policies, "script")
    if scheme in {"blob", "filesystem"} and allows_code(policies, "eval"):
        return False  # a script that can make such a file can as well pass its text to eval()
    word = unused_word(policies)
    return allows_file(policies, "script", Url(f"{scheme}:{word}", scheme, "", None, word))


def _scheme_problem(found: ListedSource, scheme: str, facts: _Scheme) -> Problem:
    return found.problem(
        "script-scheme",
        f"{found.source.text} in {found.directive_name}: {facts.meaning}.",
        severity=facts.severity,
        fix=facts.fix,
        edits=lambda: policy_edits(found.policy, without(found.policy, ELEMENT, lambda each: _is_scheme(each, scheme))),
    )


def _is_scheme(source: Source, scheme: str) -> bool:
    return is_scheme(source) and source.scheme == scheme


@check(when=(any_script_token(is_loopback),), only_if="scripts run", rules=("loopback-script",))
def loopback_scripts(context: Context) -> Iterator[Problem]:
    """Report, once, that a page on the web lets scripts load from the visitor's own machine."""
    policies = context.combined
    if LOOPBACK.fullmatch(policies.page.host):
        return
    if found := first_allowed(policies, "script", script_sources(context, is_loopback), _MOST_QUERIES):
        yield found.problem(
            "loopback-script",
            f"{found.source.text} in {found.directive_name} lets scripts load from the visitor's own machine: "
            "any program that listens there can serve one.",
            edits=lambda: policy_edits(found.policy, without(found.policy, ELEMENT, is_loopback)),
        )
