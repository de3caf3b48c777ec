"""Schemes that are no place: data:, blob: and filesystem: hold code of the page's own making, http: is every host."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from csplint.checks.context import Context
from csplint.checks.problem import Problem, policy_edits, where
from csplint.checks.security.nearest import ELEMENT, nearest, sources_of
from csplint.checks.security.predicates import is_scheme, is_wide
from csplint.checks.security.queries import allows_code, allows_file, allows_stranger, unwritten
from csplint.checks.together import whole
from csplint.csp.decide import PolicySet
from csplint.csp.edit import without
from csplint.csp.policy import Policy, Token
from csplint.csp.source import Source
from csplint.csp.url import Url
from csplint.model import Severity


class _Scheme(Struct, frozen=True):
    """What a scheme means for scripts; `severity` None for the rule's own."""

    meaning: str
    fix: str
    severity: Severity | None = None


_WORKERS = "If only workers need it, write it in worker-src and take it out of what governs scripts."
SCHEMES = {
    "data": _Scheme(
        "a script element can carry its code in its address, so that injected markup runs as with 'unsafe-inline'",
        "Take data: out of what governs scripts; images and fonts have img-src and font-src for it.",
    ),
    "blob": _Scheme(
        "a script of the page can make a file of any text and run it, as with 'unsafe-eval'", _WORKERS, "info"
    ),
    "filesystem": _Scheme("a script of the page can write a file of any text and run it (Chromium)", _WORKERS, "info"),
    "http": _Scheme(
        "scripts may load from any host, over https too, because browsers let http: stand for both",
        "Name the hosts, or use a nonce with 'strict-dynamic'.",
    ),
}


def schemes(context: Context) -> Iterator[Problem]:
    """Report each such scheme that is in force for scripts."""
    policies, near = whole(context), nearest(context, ELEMENT)
    found: dict[str, tuple[Policy, Token]] = {}
    for policy, token in sources_of(near, is_scheme):
        found.setdefault(token.source.scheme, (policy, token))
    if any(True for _ in sources_of(near, is_wide)):
        found.pop("http", None)  # script-wildcard says it of both
    for scheme, facts in SCHEMES.items():
        if scheme in found and _would_run(policies, scheme):
            yield _problem(*found[scheme], facts)


def _is(source: Source, scheme: str) -> bool:
    return is_scheme(source) and source.scheme == scheme


def _would_run(policies: PolicySet, scheme: str) -> bool:
    if scheme == "http":
        return allows_stranger(policies, "script")
    if scheme in {"blob", "filesystem"} and allows_code(policies, "eval"):
        return False  # what makes such a file can as well hand its text to eval()
    word = unwritten(policies)
    return allows_file(policies, "script", Url(f"{scheme}:{word}", scheme, "", None, word))


def _problem(policy: Policy, token: Token, facts: _Scheme) -> Problem:
    directive, scheme = policy.governing(ELEMENT), token.source.scheme
    name = where(directive, ELEMENT) if directive else ELEMENT
    return Problem(
        rule="script-scheme",
        severity=facts.severity,
        message=f"{token.source.text} in {name}: {facts.meaning}.",
        policy=policy,
        directive=directive.name if directive else None,
        value=token.source.text,
        span=token.span,
        safety="unsafe",
        fix=facts.fix,
        edits=lambda: policy_edits(policy, without(policy, ELEMENT, lambda each: _is(each, scheme))),
    )
