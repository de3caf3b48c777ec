"""Requirements that are a source a directive must allow: connect-src, img-src, style-src, font-src, frame-src, media-src."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from csplint.checks.context import Context
from csplint.checks.problem import Problem, policy_edits, where
from csplint.checks.vendor.lost_asterisk import repaired
from csplint.csp.cover import covers, overlap
from csplint.csp.decide import EFFECTIVE_DIRECTIVE, PolicySet
from csplint.csp.edit import Replacement, add_sources, replace_sources
from csplint.csp.match import Target, mismatch
from csplint.csp.parse import parse_source
from csplint.csp.policy import Directive, Policy, Span
from csplint.csp.request import Kind, Request
from csplint.csp.source import SourceKind
from csplint.csp.url import parse_url
from csplint.packs.pack import Requirement

INLINE = "'unsafe-inline'"
_SAMPLE_STYLE = "color:red"


class Judgement(Struct, frozen=True):
    """Whether one policy meets a requirement. missing: the expressions it does not cover; kinds: for which requests."""

    state: Literal["met", "partly", "unmet"]
    policy: Policy
    missing: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()


def sources(context: Context) -> Iterator[Problem]:
    """Report every requirement that a policy does not meet, policy by policy."""
    for requirement in context.pack.requirement:
        if requirement.kinds and requirement.id != "script" and is_asked(context, requirement):
            for policy in context.policies.policies:
                judgement = judge(context, requirement, policy)
                if judgement.state != "met" and not _asterisk_is_to_blame(context, requirement, policy):
                    yield _problem(context, requirement, judgement)


def is_asked(context: Context, requirement: Requirement) -> bool:
    """Whether the requirement applies: it is of no optional feature, or of one that is in use."""
    return not requirement.feature or requirement.feature in context.features


def judge(context: Context, requirement: Requirement, policy: Policy) -> Judgement:
    """Ask one policy whether it allows all, some or nothing of what a requirement needs."""
    alone = context.policies.only(policy)
    failing = [
        (expression, kind)
        for expression in context.wanted(requirement)
        for kind in requirement.kinds
        if not _allowed(alone, expression, kind)
    ]
    if not failing:
        return Judgement("met", policy)
    missing = tuple(dict.fromkeys(expression for expression, _ in failing))
    kinds = tuple(dict.fromkeys(kind for _, kind in failing))
    state: Literal["partly", "unmet"] = "partly" if _partly(context, alone, missing, kinds) else "unmet"
    return Judgement(state, policy, missing, kinds)


def _allowed(policies: PolicySet, expression: str, kind: Kind) -> bool:
    if expression == INLINE:
        return not policies.decide(Request(kind, content=_SAMPLE_STYLE)).blocked
    return covers(policies, expression, kind)


def _partly(context: Context, alone: PolicySet, missing: tuple[str, ...], kinds: tuple[Kind, ...]) -> bool:
    """
    Whether the page's own embed gets by all the same.

    Where its snippet names hosts that the expression stands for, they decide; else some overlap is enough.
    """
    if INLINE in missing:
        return False
    for expression in missing:
        named = [url for url in context.api if _stands_for(expression, url, alone)]
        if named:
            if any(alone.decide(Request(kinds[0], f"{url}/")).blocked for url in named):
                return False
        elif not overlap(alone.policies[0], alone.page, expression, EFFECTIVE_DIRECTIVE[kinds[0]]):
            return False
    return True


def _stands_for(expression: str, origin: str, policies: PolicySet) -> bool:
    url = parse_url(f"{origin}/")
    return url is not None and mismatch(parse_source(expression), Target(url, policies.page)) is None


def _asterisk_is_to_blame(context: Context, requirement: Requirement, policy: Policy) -> bool:
    """Whether giving lost asterisks back would meet the requirement; then that is the finding."""
    mended = repaired(policy, context.policies)
    return mended is not None and judge(context, requirement, mended).state == "met"


def _problem(context: Context, requirement: Requirement, judgement: Judgement) -> Problem:
    policy, kind = judgement.policy, judgement.kinds[0]
    effective = EFFECTIVE_DIRECTIVE[kind]
    directive = policy.governing(effective)
    if directive is None:  # pragma: no cover - what nothing governs is met
        raise ValueError("an unmet requirement without a directive")
    missing, name = " ".join(judgement.missing), where(directive, effective)
    partly = judgement.state == "partly"
    verb = "allows only part of" if partly else "does not allow"
    return Problem(
        rule=requirement.rule,
        severity="warning" if partly else None,
        message=f"{name} {verb} {missing} ({requirement.purpose}).",
        cause=_cause(directive, requirement, partly=partly),
        policy=policy,
        directive=directive.name,
        value=missing,
        span=_span(context, directive, judgement),
        request=None if partly else _example(judgement.missing[0], kind, context),
        fix=_fix(directive, effective, judgement),
        edits=lambda: policy_edits(policy, _replacements(policy, judgement)),
    )


def _cause(directive: Directive, requirement: Requirement, *, partly: bool) -> str:
    listed = directive.list
    if requirement.needs == INLINE:
        if INLINE not in listed.keywords:
            return f"{directive.name} has no 'unsafe-inline'."
        return f"A nonce, a hash or 'strict-dynamic' in {directive.name} switches its 'unsafe-inline' off."
    if not listed.locations:
        return f"{directive.name} allows no location at all."
    if partly:
        return "What the page's own embed is known to use gets through; the guide asks for more."
    return f"None of the sources of {directive.name} covers it."


def _span(context: Context, directive: Directive, judgement: Judgement) -> Span:
    """The source that comes nearest, else the directive's name."""
    near = overlap(
        judgement.policy, context.policies.page, judgement.missing[0], EFFECTIVE_DIRECTIVE[judgement.kinds[0]]
    )
    for token in directive.tokens:
        if token.source in near or token.source.kind == SourceKind.NONE:
            return token.span
    return directive.name_span


def _fix(directive: Directive, effective: str, judgement: Judgement) -> str:
    plain = effective.removesuffix("-elem").removesuffix("-attr")
    missing = " ".join(judgement.missing)
    if INLINE in judgement.missing and directive.list.has_nonce_or_hash:
        return f"Take the nonces and hashes out of {plain} and have {missing} in it."
    return f"Add {missing} to {plain}."


def _replacements(policy: Policy, judgement: Judgement) -> tuple[Replacement, ...]:
    done: dict[tuple[Replacement, ...], None] = {}
    governed: set[str] = set()
    for kind in judgement.kinds:
        effective = EFFECTIVE_DIRECTIVE[kind]
        directive = policy.governing(effective)
        if directive is None or directive.name in governed:
            continue
        governed.add(directive.name)
        done[_replacement(policy, effective, directive, judgement)] = None
    return tuple(each for group in done for each in group)


def _replacement(policy: Policy, effective: str, directive: Directive, judgement: Judgement) -> tuple[Replacement, ...]:
    if INLINE not in judgement.missing:
        return add_sources(policy, effective, judgement.missing)
    words = {INLINE, "'strict-dynamic'"}
    inert = [s.text for s in directive.list.sources if s.kind == SourceKind.NONCE or s.is_hash or s.name in words]
    return replace_sources(policy, effective, inert, judgement.missing)


def _example(expression: str, kind: Kind, context: Context) -> Request:
    """A request such as the browser's console would name; any0 stands for what is not known."""
    if expression == INLINE:
        return Request(kind, content=_SAMPLE_STYLE)
    if expression == "'self'":
        return Request(kind, url=f"{context.policies.page.origin}/any0")
    if re.fullmatch(r"[a-z]+:", expression):
        return Request(
            kind, url=expression + (f"{context.policies.page.origin}/any0" if expression == "blob:" else "any0")
        )
    return Request(kind, url=expression.replace("*.", "any0.") + "/any0")
