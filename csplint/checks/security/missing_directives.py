"""Directives that a policy which restricts scripts also needs: object-src, base-uri and form-action."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from itertools import islice

from csplint.checks.context import Context
from csplint.checks.prefilter import has_token, numbers, source_lists
from csplint.checks.problem import Problem, policy_edits, where
from csplint.checks.registry import check
from csplint.checks.security.queries import (
    ELEMENT,
    allows_any_host,
    allows_file,
    query_limit,
    restricting_policies,
)
from csplint.checks.syntax.token import is_directive_name, is_invalid, is_unquoted, meant
from csplint.checks.wording import shown
from csplint.csp.decide import PolicySet
from csplint.csp.edit import Replacement, apply, with_directive
from csplint.csp.policy import Delivered, Directive, Policy, SourceList, parse_policies
from csplint.csp.request import Request
from csplint.csp.unlisted import unlisted_url, unused_word
from csplint.csp.url import parse_url
from csplint.model import Severity

_MOST_QUERIES = 8
"""Nonces asked about, and hosts of forms put into an edit; a page has one, or few."""

_MOVED = {
    "nonce": "scripts with a relative URL load from another host, and their nonce still lets them run",
    "hash": "what a script with a hash loads by a relative URL come from another host, and 'strict-dynamic' lets it run",
}
"""What an injected base element can make happen, by what the policy trusts."""

_ABSOLUTE = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:|[/\\]{2})")
"""The start of a URL that a base element cannot change: it has a scheme, or a host."""

_PLAIN_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]+)?")
"""What may go into a policy: the URL standard lets a host contain a semicolon or a comma."""


@check(
    rules=(
        "object-src-missing",
        "base-uri-missing",
        "form-action-missing",
    )
)
def missing_locks(context: Context) -> Iterator[Problem]:
    """Report what injected markup can still do under policies that restrict scripts."""
    policies = context.combined
    near = restricting_policies(context, ELEMENT)
    if not near or (context.report_only and context.policies.only(*context.others).restricts(ELEMENT)):
        return  # nothing restricts scripts; or the enforced policies do, and get these findings already
    if policies.runs_scripts:
        yield from _object(context, policies, near[0])
        yield from _base(context, policies, near)
    yield from _form(context, policies, near[0])


def _after_missing_semicolon(context: Context, policy: Policy) -> Set[str]:
    """The directive names that occur among the sources of another directive, because a semicolon is missing."""
    if not has_token(context, is_directive_name):
        return frozenset()
    return {
        directive.list.sources[number].text.lower()
        for directive in source_lists(policy)
        for number in numbers(directive.list, is_directive_name)
    }


def _object(context: Context, policies: PolicySet, policy: Policy) -> Iterator[Problem]:
    if not allows_any_host(policies, "object") or "object-src" in _after_missing_semicolon(context, policy):
        return
    directive = policy.governing("object-src")
    can = f"{where(directive, 'object-src')} lets" if directive else "Without object-src and default-src,"
    yield Problem(
        rule="object-src-missing",
        message=f"{can} object and embed elements load a document from any host.",
        policy=policy,
        directive="object-src",
        span=directive.name_span if directive else None,
        safety="unsafe",
        edits=lambda: policy_edits(policy, with_directive(policy, "object-src", "'none'")),
    )


def _base(context: Context, policies: PolicySet, near: list[Policy]) -> Iterator[Problem]:
    relative = _has_relative_scripts(context)
    trusting = next(_trusting(policies, near), None) or _trusting_as_meant(context, policies, near)
    policy, trusted = trusting or (near[0], "")
    if not trusted or not allows_any_host(policies, "base") or (trusted == "hash" and relative is False):
        return
    if allows_any_host(policies, "script") or "base-uri" in _after_missing_semicolon(context, policy):
        return  # where scripts may load from any host, an injected script element needs no base element
    directive = policy.governing("base-uri")
    severity: Severity | None = "info" if trusted == "hash" or relative is False else None
    value = "'self'" if _requested(context, "base") else "'none'"
    can = (
        f"{policy.text[directive.span.start : directive.span.end]} lets" if directive else "Nothing restricts base-uri:"
    )
    yield Problem(
        rule="base-uri-missing",
        severity=severity,
        message=f"{can} an injected <base> element {'make' if directive else 'can make'} {_MOVED[trusted]}.",
        cause="Now the page has no script element with a relative URL."
        if relative is False
        else ""
        if directive
        else "base-uri has no fallback to default-src.",
        policy=policy,
        directive="base-uri",
        span=directive.name_span if directive else None,
        safety="unsafe",
        fix=f"{'Write' if directive else 'Add'} base-uri {value}.",
        edits=lambda: policy_edits(policy, with_directive(policy, "base-uri", value)),
    )


def _trusting(policies: PolicySet, near: list[Policy]) -> Iterator[tuple[Policy, str]]:
    """The policies by which a script runs whatever host it is from: by a nonce, or by a hash with 'strict-dynamic'."""
    word = unused_word(policies)
    for policy, nonce in islice(_nonces(near), query_limit(policies, _MOST_QUERIES)):
        if not policies.decide(Request("script", f"https://{word}.example/{word}", nonce=nonce)).blocked:
            yield policy, "nonce"
    hashed = (policy for policy in near if (each := policy.governing(ELEMENT)) and _trusts_by_hash(each.list))
    for policy in islice(hashed, 1):
        if allows_file(policies, "dynamic-script", unlisted_url(word)):
            yield policy, "hash"


def _trusting_as_meant(context: Context, policies: PolicySet, near: list[Policy]) -> tuple[Policy, str] | None:
    """
    The same, once nonces and hashes that browsers do not read are written as they were meant.

    A nonce without its quotes is reported as an error; who corrects it needs base-uri.
    """
    if not (has_token(context, is_unquoted) or has_token(context, is_invalid)):
        return None
    meant = [_as_meant(policy) for policy in near]
    if meant == near:
        return None
    others = [each for each in policies.policies if each not in near]
    found = next(_trusting(policies.only(*others, *meant), meant), None)
    return (near[meant.index(found[0])], found[1]) if found else None


def _as_meant(policy: Policy) -> Policy:
    directive = policy.governing(ELEMENT)
    if directive is None:
        return policy
    changes = [
        Replacement(token.span.start, token.span.end, text)
        for token in directive.tokens
        if (text := meant(token.source)) not in {"", token.source.text}
    ]
    text = apply(policy.text, changes)
    read = parse_policies([Delivered(text, policy.delivery, order=policy.order)]) if changes else ()
    return read[0] if len(read) == 1 else policy


def _trusts_by_hash(listed: SourceList) -> bool:
    """Whether a script with a hash is trusted, and with it what that script loads."""
    return bool(listed.hashes) and listed.strict_dynamic


def _nonces(near: list[Policy]) -> Iterator[tuple[Policy, str]]:
    for policy in near:
        directive = policy.governing(ELEMENT)
        yield from ((policy, nonce) for nonce in (sorted(directive.list.nonces) if directive else ()))


def _has_relative_scripts(context: Context) -> bool | None:
    """Whether the page has scripts whose URL a base element would change; None where there is no page to look at."""
    if context.document is None:
        return None
    return any(script.src is not None and not _ABSOLUTE.match(script.src) for script in context.document.scripts)


def _requested(context: Context, kind: str) -> list[str]:
    """The URLs of the page's own requests of a kind."""
    requests = context.document.requests if context.document else ()
    return [each.request.url for each in requests if each.request.kind == kind]


def _form(context: Context, policies: PolicySet, policy: Policy) -> Iterator[Problem]:
    if not allows_any_host(policies, "form") or not policies.sends_forms:
        return
    if "form-action" in _after_missing_semicolon(context, policy):
        return
    owner = next((each for each in context.policies.policies if "form-action" in each.in_force), policy)
    directive = owner.in_force.get("form-action")
    value = " ".join(["'self'", *_form_targets(context)])
    yield Problem(
        rule="form-action-missing",
        message=f"{_form_subject(owner, directive)}: an injected form can send what visitors type to any host.",
        cause="" if directive else "form-action has no fallback to default-src.",
        policy=owner,
        directive="form-action",
        span=directive.name_span if directive else None,
        safety="unsafe",
        fix=f"{'Write' if directive else 'Add'} form-action {value}"
        + ("." if context.document else ", and the hosts that the page's forms submit to."),
        edits=lambda: policy_edits(owner, with_directive(owner, "form-action", value)),
    )


def _form_subject(policy: Policy, directive: Directive | None) -> str:
    if directive is None:
        return "Nothing restricts form-action"
    return f"{shown(policy.text[directive.span.start : directive.span.end])} allows any host"


def _form_targets(context: Context) -> list[str]:
    """The other origins that the page's forms submit to; no more than one would add to a policy by hand."""
    if context.document is None:
        return []
    targets = {parsed.origin for url in _requested(context, "form") if (parsed := parse_url(url))}
    others = sorted(origin for origin in targets - {context.policies.page.origin} if _PLAIN_ORIGIN.fullmatch(origin))
    return others[:_MOST_QUERIES]
