"""Does the policy block anything that the page's own HTML and CSS need? The check, and blocked files by their hosts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.edits import add_sources
from csplint.checks.own_page.authorship import sender
from csplint.checks.own_page.explain_addresses import explain_elsewhere, explain_in_firefox, explain_insecure
from csplint.checks.own_page.explain_inline import (
    explain_attributes,
    explain_style_attributes,
    explain_style_nonce,
    explain_styles,
)
from csplint.checks.own_page.explain_scripts import (
    explain_hash,
    explain_invalid_nonce,
    explain_nonce,
    explain_preload,
    explain_strict_dynamic,
    explain_unnonceable,
)
from csplint.checks.own_page.explain_written import (
    explain_changing,
    explain_injected,
    explain_other_text,
    explain_prerendered,
    explain_speculation,
    injected_fix,
)
from csplint.checks.own_page.grants import granted
from csplint.checks.own_page.groups import Group, Remedy, group, shortened
from csplint.checks.own_page.refinement import refine
from csplint.checks.own_page.requests import BlockedRequest, Verdicts, governing_policies, own_requests
from csplint.checks.own_page.senders import Sender
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.csp.match import Mismatch, Target, mismatch
from csplint.csp.memo import memo
from csplint.csp.policy import Span
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import Url, parse_url
from csplint.model import Severity

_MOST_EDITED = 30
"""Findings that get edits: csplint makes each edit and evaluates the whole page again."""

_LONGEST_EDITED = 16_384
"""Characters of all policies together up to which findings get edits."""

_ERRORS = frozenset({"script", "style", "form"})
_ADVICE = frozenset({"prefetch"})
_CODE_SCHEMES = frozenset({"data:", "blob:", "filesystem:"})
_MOST_SOURCES_READ = 300
_MOST_SOURCES_ADDED = 40
_PARTS = {Mismatch.SCHEME: "scheme", Mismatch.PORT: "port", Mismatch.PATH: "path"}


@check(
    needs=("page",),
    rules=(
        "page-blocks-own-resource",
        "nonce-not-nonceable",
        "page-needs-inline-style",
        "blocked-injected-script",
        "prerendered-without-nonce",
        "hash-of-other-text",
        "blocked-speculation-rules",
    ),
)
def own_resources(context: Context) -> Iterator[Problem]:
    """Report what each policy blocks of the page; one problem for all that one change would allow."""
    edited = _MOST_EDITED if sum(len(each.text) for each in context.policies.policies) <= _LONGEST_EDITED else 0
    # blocked_changing_text reports what changes, for which there must be two responses
    for number, each in enumerate(each for each in _groups(context) if each.remedy != "changing"):
        problem = _explain(context, each)
        yield problem if number < edited else replace(problem, edits=())


@check(needs=("second answer",))
def blocked_changing_text(context: Context) -> Iterator[Problem]:
    """Report what each policy blocks of the page's inline code that is different in each response."""
    yield from (explain_changing(each) for each in _groups(context) if each.remedy == "changing")


@memo
def _groups(context: Context) -> tuple[Group, ...]:
    return tuple(group(_blocked(context), context.policies.page, refine(context)))


def _blocked(context: Context) -> Iterator[BlockedRequest]:
    requests, verdicts = own_requests(context), Verdicts(context)
    for policy in governing_policies(context):
        yield from verdicts.blocked(policy, requests)
        yield from verdicts.blocked_in_firefox(policy, requests)


def _explain(context: Context, found: Group) -> Problem:
    if found.remedy == "insecure":
        return explain_insecure(found, context.policies.page, _severity(found))
    if found.remedy in _EXPLAIN_IN_CONTEXT:
        return _EXPLAIN_IN_CONTEXT[found.remedy](context, found)
    return _EXPLAIN[found.remedy](found)


def _explain_host(context: Context, found: Group) -> Problem:
    """Name the host, how many of its files are blocked, and the source that would allow them."""
    url = found.first.request.url
    hint, span = _near_match(context, found)
    wrote = sender(found.first.request)
    by = f"{wrote.title[0].upper()}{wrote.title[1:]} adds it to the page." if wrote else ""
    return found.problem(
        f"{found.blocks} {_origin(found)}{found.origin}.",
        severity=_severity(found),
        cause=" ".join(filter(None, (f"The first URL is {shortened(url)}." if url else "", by, hint))),
        value=f"{found.effective} {found.sources[0] if len(found.sources) == 1 else 'other hosts'}".strip(),
        span=span,
        parts=tuple(f"{found.effective} {each}" for each in found.sources) if len(found.sources) > 1 else (),
        **_fix(found, wrote),
    )


_EXPLAIN_IN_CONTEXT: dict[Remedy, Callable[[Context, Group], Problem]] = {
    "host": _explain_host,
    "hash": explain_hash,
    "nonce": explain_nonce,
    "other-nonce": explain_nonce,
    "style": explain_styles,
    "unnonceable": explain_unnonceable,
    "injected": explain_injected,
    "prerendered": explain_prerendered,
    "other-text": explain_other_text,
    "speculation": explain_speculation,
}
_EXPLAIN: dict[Remedy, Callable[[Group], Problem]] = {
    "invalid-nonce": explain_invalid_nonce,
    "strict-dynamic": explain_strict_dynamic,
    "handler": explain_attributes,
    "code": explain_attributes,
    "no-code": explain_attributes,
    "preload": explain_preload,
    "style-nonce": explain_style_nonce,
    "style-attr": explain_style_attributes,
    "firefox": explain_in_firefox,
    "elsewhere": explain_elsewhere,
}


def _severity(found: Group) -> Severity:
    kinds = {each.request.kind for each in found.blocked}
    if kinds & _ERRORS and found.is_certain:
        return "error"
    return "info" if kinds <= _ADVICE else "warning"


def _origin(found: Group) -> str:
    if len(found.sources) != 1:
        return f"from {len(found.sources)} other hosts" if found.sources else "with an address that is not a valid URL"
    [source] = found.sources
    origin = "the page's own origin" if source == "'self'" else source
    if source.endswith(":"):
        origin = f"{source} URLs"
    kind = "link" if found.first.own.found.element == "link" else found.first.request.kind
    return f"{_VERBS.get(kind, 'from')} {origin}"


_VERBS = {
    "form": "submitted to",
    "base": "set to",
    "beacon": "sent to",
    "connect": "to",
    "ws": "to",
    "eventsource": "to",
}


def _fix(found: Group, wrote: Sender | None) -> dict[str, Any]:
    """The fix: unsafe if it opens a list of scripts; none for code in a URL, which no list should allow."""
    instead = f" Or: {injected_fix(found, wrote)}" if wrote else ""
    scripts, sources = found.effective == "script-src", granted(found)
    if not sources or len(sources) > _MOST_SOURCES_ADDED:
        return {"fix": f"Add the hosts the page needs to {found.written}."}
    if scripts and _CODE_SCHEMES & set(sources):
        return {"fix": f"Move the code into a file: {sources[0]} in script-src would let any injected text run."}
    nonce = ", or add the response's nonce to the tags" if scripts and found.directive.list.nonces else ""
    if found.first.request.kind == "base":
        return {
            "fix": f"Remove the base element, which browsers ignore, or add {' '.join(sources)} to base-uri.",
            "safety": "unsafe",
            "edits": policy_edits(found.policy, add_sources(found.policy, "base-uri", sources)),
        }
    return {
        "fix": f"Add {' '.join(sources)} to {found.written}{nonce}.{instead}",
        "safety": "unsafe" if _allows_more(found) else "safe",
        "edits": policy_edits(found.policy, add_sources(found.policy, found.first.effective, sources)),
    }


def _allows_more(found: Group) -> bool:
    """Whether the source allows more than the page needs where that is dangerous: scripts of other hosts, base URLs."""
    return found.effective == "base-uri" or (found.effective == "script-src" and found.sources != ("'self'",))


def _near_match(context: Context, found: Group) -> tuple[str, Span]:
    """Why the source that names the host does not match, and its span; "" and the list's span if there is none."""
    url = parse_url(found.first.request.url)
    for token in found.directive.tokens[:_MOST_SOURCES_READ] if url and len(found.sources) == 1 else ():
        hint = _mismatch_hint(token.source, Target(url, context.policies.page)) if url else ""
        if hint:
            return hint, token.span
    return "", found.list_span


def _mismatch_hint(source: Source, target: Target) -> str:
    url = target.url
    if source.kind == SourceKind.STAR:
        return f"* does not match {url.scheme}: URLs." if mismatch(source, target) else ""
    if source.kind != SourceKind.HOST or not source.host:
        return ""
    differs = mismatch(source, target)
    if differs in _PARTS and _names_host(source, url):
        return f"{shortened(source.text)} names the host, but the {_PARTS[differs]} differs."
    if differs == Mismatch.HOST and source.subdomains and url.host == source.host:
        return f"{shortened(source.text)} matches subdomains of {url.host}, but not {url.host} itself."
    if differs == Mismatch.HOST and not source.subdomains and url.host.endswith(f".{source.host}"):
        return f"{shortened(source.text)} does not match its subdomains."
    return ""


def _names_host(source: Source, url: Url) -> bool:
    return url.host == source.host or (source.subdomains and url.host.endswith(f".{source.host}"))
