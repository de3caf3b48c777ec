"""Directives that default-src does not stand in for, or that close what a script policy leaves open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from csplint.checks.context import Context
from csplint.checks.problem import Problem, policy_edits, where
from csplint.checks.security.nearest import ELEMENT, nearest, swallowed
from csplint.checks.security.queries import affordable, allows_file, allows_stranger, stranger, unwritten
from csplint.checks.syntax.places import shown
from csplint.checks.together import restricts, runs_scripts, sends_forms, whole
from csplint.csp.decide import PolicySet
from csplint.csp.edit import with_directive
from csplint.csp.policy import Directive, Policy, SourceList
from csplint.csp.request import Request
from csplint.csp.url import parse_url
from csplint.model import Severity

_MOST_ASKED = 8
"""Nonces asked about, and hosts that forms are sent to; a page has one, or few."""

_MOVED = {
    "nonce": "scripts with a relative address to another host, and their nonce still lets them run",
    "hash": "what a script with a hash loads by a relative address to another host, and 'strict-dynamic' lets it run",
}
_NONE_NOW = "The page has no script element with a relative address now."
_NO_FALLBACK = "default-src does not stand in for base-uri."

_OWN_ADDRESS = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:|[/\\]{2})")
"""A URL that a base element cannot change: it has a scheme, or a host."""

_PLAIN_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]+)?")
"""What may go into a policy: the URL standard lets a host hold a semicolon or a comma."""


def missing(context: Context) -> Iterator[Problem]:
    """Report what injected markup could still do under policies that restrict scripts."""
    policies = whole(context)
    near = nearest(context, ELEMENT)
    if not near or (context.dry_run and _told_of_the_enforced(context)):
        return  # nothing restricts scripts; or the enforced policies have been told the same
    if runs_scripts(policies):
        yield from _object(context, policies, near[0])
        yield from _base(context, policies, near)
    yield from _form(context, policies, near[0])


def _told_of_the_enforced(context: Context) -> bool:
    return restricts(context.policies.only(*context.others), ELEMENT)


def _object(context: Context, policies: PolicySet, policy: Policy) -> Iterator[Problem]:
    if not allows_stranger(policies, "object") or "object-src" in swallowed(context, policy):
        return
    directive = policy.governing("object-src")
    subject = f"{where(directive, 'object-src')} lets" if directive else "Without object-src and default-src,"
    yield Problem(
        rule="object-src-missing",
        message=f"{subject} object and embed elements load a document from any host.",
        policy=policy,
        directive="object-src",
        span=directive.name_span if directive else None,
        safety="unsafe",
        edits=lambda: policy_edits(policy, with_directive(policy, "object-src", "'none'")),
    )


def _base(context: Context, policies: PolicySet, near: list[Policy]) -> Iterator[Problem]:
    relative = _relative_scripts(context)
    policy, trusted = next(_trusting(policies, near), (near[0], ""))
    if not trusted or not allows_stranger(policies, "base") or (trusted == "hash" and relative is False):
        return
    if allows_stranger(policies, "script") or "base-uri" in swallowed(context, policy):
        return  # whoever can inject an element needs no base element where any host will do
    directive = policy.governing("base-uri")
    subject = (
        f"{policy.text[directive.span.start : directive.span.end]} lets" if directive else "Nothing restricts base-uri:"
    )
    severity: Severity | None = "info" if trusted == "hash" or relative is False else None
    value = "'self'" if _asks(context, "base") else "'none'"
    yield Problem(
        rule="base-uri-missing",
        severity=severity,
        message=f"{subject} an injected <base> element {'send' if directive else 'sends'} {_MOVED[trusted]}.",
        cause=_NONE_NOW if relative is False else "" if directive else _NO_FALLBACK,
        policy=policy,
        directive="base-uri",
        span=directive.name_span if directive else None,
        safety="unsafe",
        fix=f"{'Write' if directive else 'Add'} base-uri {value}.",
        edits=lambda: policy_edits(policy, with_directive(policy, "base-uri", value)),
    )


def _trusting(policies: PolicySet, near: list[Policy]) -> Iterator[tuple[Policy, str]]:
    """The policies by which a script runs wherever it comes from: by a nonce, or by a hash with 'strict-dynamic'."""
    word = unwritten(policies)
    for policy, nonce in islice(_nonces(near), affordable(policies, _MOST_ASKED)):
        if not policies.decide(Request("script", f"https://{word}.example/{word}", nonce=nonce)).blocked:
            yield policy, "nonce"
    hashed = (policy for policy in near if (each := policy.governing(ELEMENT)) and _passes_on(each.list))
    for policy in islice(hashed, 1):
        if allows_file(policies, "dynamic-script", stranger(word)):
            yield policy, "hash"


def _passes_on(listed: SourceList) -> bool:
    """Whether a script with a hash is trusted, and what it loads by that."""
    return bool(listed.hashes) and listed.strict_dynamic


def _nonces(near: list[Policy]) -> Iterator[tuple[Policy, str]]:
    for policy in near:
        directive = policy.governing(ELEMENT)
        yield from ((policy, nonce) for nonce in (sorted(directive.list.nonces) if directive else ()))


def _relative_scripts(context: Context) -> bool | None:
    """Whether the page has scripts that a base element would move; None where there is no page to look at."""
    if context.document is None:
        return None
    return any(script.src is not None and not _OWN_ADDRESS.match(script.src) for script in context.document.scripts)


def _asks(context: Context, kind: str) -> list[str]:
    """The addresses of the page's own requests of a kind."""
    requests = context.document.requests if context.document else ()
    return [each.request.url for each in requests if each.request.kind == kind]


def _form(context: Context, policies: PolicySet, policy: Policy) -> Iterator[Problem]:
    if (
        not allows_stranger(policies, "form")
        or not sends_forms(policies)
        or "form-action" in swallowed(context, policy)
    ):
        return
    owner = next((each for each in context.policies.policies if "form-action" in each.in_force), policy)
    directive = owner.in_force.get("form-action")
    value = " ".join(["'self'", *_form_targets(context)])
    verb = "Write" if directive else "Add"
    yield Problem(
        rule="form-action-missing",
        message=f"{_open(owner, directive)}: an injected form can send what visitors type to any host.",
        cause="" if directive else "default-src does not stand in for form-action.",
        policy=owner,
        directive="form-action",
        span=directive.name_span if directive else None,
        safety="unsafe",
        fix=f"{verb} form-action {value}"
        + ("." if context.document else ", and the hosts the page's forms are sent to."),
        edits=lambda: policy_edits(owner, with_directive(owner, "form-action", value)),
    )


def _open(policy: Policy, directive: Directive | None) -> str:
    if directive is None:
        return "Nothing restricts form-action"
    return f"{shown(policy.text[directive.span.start : directive.span.end])} leaves the host open"


def _form_targets(context: Context) -> list[str]:
    """The other origins the page's forms are sent to; no more than would go into a policy by hand."""
    if context.document is None:
        return []
    targets = {parsed.origin for url in _asks(context, "form") if (parsed := parse_url(url))}
    others = sorted(origin for origin in targets - {context.policies.page.origin} if _PLAIN_ORIGIN.fullmatch(origin))
    return others[:_MOST_ASKED]
