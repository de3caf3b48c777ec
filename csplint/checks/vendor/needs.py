"""Checks that directives allow the sources a vendor requires: connect-src, img-src, style-src, font-src, frame-src, media-src."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from csplint.checks.context import Context, Vendor, VendorContext
from csplint.checks.edits import add_sources, replace_sources
from csplint.checks.problem import Problem, policy_edits, where
from csplint.checks.registry import check
from csplint.checks.vendor.lost_asterisk import repaired
from csplint.csp.cover import covers, overlap
from csplint.csp.decide import BY_SEVERAL_LISTS, EFFECTIVE_DIRECTIVE, PolicySet
from csplint.csp.edit import Replacement, plain_name, with_directive
from csplint.csp.match import Target, mismatch
from csplint.csp.memo import memo
from csplint.csp.parse import parse_source
from csplint.csp.policy import Delivered, Directive, Policy, Span, parse_policies
from csplint.csp.request import Kind, Request
from csplint.csp.source import SourceKind
from csplint.csp.unlisted import EXAMPLE, unused_in
from csplint.csp.url import parse_url
from csplint.packs.pack import Pack, Requirement

INLINE = "'unsafe-inline'"
_SAMPLE_STYLE = "color:red"


class Judgement(Struct, frozen=True):
    """
    Whether one policy meets a requirement.

    missing: the source expressions that it does not cover. kinds: the kinds of request that it blocks. is_guess: see Needed.
    """

    state: Literal["met", "partly", "unmet"]
    policy: Policy
    missing: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    is_guess: bool = False


class Needed(Struct, frozen=True):
    """The source expressions that a requirement asks for here. is_guess: nothing shows which alternative the page needs."""

    sources: tuple[str, ...]
    is_guess: bool = False


@check(rules=("*",))
def sources(context: VendorContext) -> Iterator[Problem]:
    """Report every requirement that a policy does not meet, policy by policy."""
    for requirement in context.pack.requirement:
        if requirement.role in {"", "cdn"} and applies(context.vendor, requirement):
            for policy in context.policies.policies:
                judgement = judge(context, requirement, policy)
                if judgement.state != "met" and not _asterisk_is_to_blame(context, requirement, policy):
                    yield _problem(context, requirement, judgement)


def applies(vendor: Vendor, requirement: Requirement) -> bool:
    """Whether a requirement applies: it is not optional, or its optional feature is in use."""
    return not requirement.feature or requirement.feature in vendor.features


def switched_off(vendor: Vendor) -> dict[str, str]:
    """The rules that apply only to features that are not in use, with the first such feature of each."""
    asked = {each.rule for each in vendor.pack.requirement if applies(vendor, each)}
    return {
        each.rule: each.feature
        for each in reversed(vendor.pack.requirement)
        if each.rule not in asked and not applies(vendor, each)
    }


def feature_option(context: Context, pack: Pack, feature: str) -> str:
    """The option that turns a feature on. It includes the pack's id if another vendor has a feature of the same name."""
    having = [vendor for vendor in context.vendors for each in vendor.pack.feature if each.id == feature]
    return f"--feature {pack.pack.id}.{feature}" if len(having) > 1 else f"--feature {feature}"


@memo(key=lambda context, requirement: (context, requirement.id))
def needed_sources(context: VendorContext, requirement: Requirement) -> Needed:
    """
    What a requirement asks for on this page.

    If there are alternatives, look only at those with a host that the page's own embed names or is known to use, or at all of
    them if there is none. Of these, take the one that the policies allow most of.
    """
    if not requirement.any_of:
        return Needed(context.vendor.sources(requirement))
    alternatives = [tuple(each.split()) for each in requirement.any_of]
    named = [each for each in alternatives if _is_named(context, each)]

    def share(alternative: tuple[str, ...]) -> float:
        allowed = [each for each in alternative if all(_allowed(context.policies, each, k) for k in requirement.kinds)]
        return len(allowed) / len(alternative)

    best = max(named or alternatives, key=share)
    return Needed(best, is_guess=len(named) != 1 and not share(best))


def _is_named(context: VendorContext, alternative: tuple[str, ...]) -> bool:
    """Whether the page's own embed names a host of this alternative, or is of a generation that uses one."""
    uses = {source for embed in context.embeds for source in embed.embed.uses}
    return not uses.isdisjoint(alternative) or any(
        _stands_for(_without_path(each), origin, context.policies)
        for each in alternative
        for origin in context.vendor.named
    )


def _without_path(expression: str) -> str:
    """The host of a source that may have a path: an embed's host is known, and its paths are not."""
    scheme, slashes, rest = expression.partition("://")
    return f"{scheme}{slashes}{rest.partition('/')[0]}" if slashes else expression


def judge(context: VendorContext, requirement: Requirement, policy: Policy) -> Judgement:
    """Ask one policy whether it allows all, some or nothing of what a requirement needs."""
    alone, needed = context.policies.only(policy), needed_sources(context, requirement)
    failing = _failing(alone, needed.sources, requirement.kinds)
    if not failing:
        return Judgement("met", policy)
    missing = tuple(dict.fromkeys(expression for expression, _ in failing))
    kinds = tuple(dict.fromkeys(kind for _, kind in failing))
    state: Literal["partly", "unmet"] = "partly" if _partly(context, alone, missing, kinds) else "unmet"
    return Judgement(state, policy, missing, kinds, is_guess=needed.is_guess)


_Failing = tuple[tuple[str, Kind], ...]
"""What a policy does not allow: source expressions, each with the kind of request."""


def _failing(alone: PolicySet, sources: tuple[str, ...], kinds: tuple[Kind, ...]) -> _Failing:
    first = alone.sole_list(kinds[0])
    if first and (_have_one_list(kinds) or all(alone.sole_list(kind) is first for kind in kinds)):
        return _failing_by_list(first, alone, sources, kinds)
    return _asked(alone, sources, kinds)


@lru_cache(256)
def _have_one_list(kinds: tuple[Kind, ...]) -> bool:
    """Whether one directive governs all these kinds in every policy, and no other has a say."""
    return len({EFFECTIVE_DIRECTIVE[kind] for kind in kinds}) == 1 and not BY_SEVERAL_LISTS & set(kinds)


@memo(
    key=lambda directive, alone, sources, kinds: (
        directive.list,
        (sources, kinds, directive.name, alone.page.tuple_origin, alone.browser.name, unused_in(alone)),
    )
)
def _failing_by_list(
    directive: Directive,
    alone: PolicySet,
    sources: tuple[str, ...],
    kinds: tuple[Kind, ...],
) -> _Failing:
    return _asked(alone, sources, kinds)


def _asked(alone: PolicySet, sources: tuple[str, ...], kinds: tuple[Kind, ...]) -> _Failing:
    return tuple([(each, kind) for each in sources for kind in kinds if not _allowed(alone, each, kind)])


def _allowed(policies: PolicySet, expression: str, kind: Kind) -> bool:
    if expression == INLINE:
        return not policies.decide(Request(kind, content=_SAMPLE_STYLE)).blocked
    return covers(policies, expression, kind)


def _partly(context: VendorContext, alone: PolicySet, missing: tuple[str, ...], kinds: tuple[Kind, ...]) -> bool:
    """
    Whether the page's own embed works even though the requirement is not met.

    If the snippet names hosts that a missing expression matches, the policy must allow these hosts. Otherwise it is enough
    that the policy allows part of what the expression matches.
    """
    if INLINE in missing:
        return False
    for expression in missing:
        named = [url for url in context.vendor.api if _stands_for(expression, url, alone)]
        if named:
            if any(alone.decide(Request(kinds[0], f"{url}/")).blocked for url in named):
                return False
        elif not overlap(alone.policies[0], alone.page, expression, EFFECTIVE_DIRECTIVE[kinds[0]]):
            return False
    return True


def _stands_for(expression: str, origin: str, policies: PolicySet) -> bool:
    url = parse_url(f"{origin}/")
    return url is not None and mismatch(parse_source(expression), Target(url, policies.page)) is None


def _asterisk_is_to_blame(context: VendorContext, requirement: Requirement, policy: Policy) -> bool:
    """Whether restoring lost asterisks would meet the requirement. If so, csplint reports the asterisks instead."""
    fixed = repaired(policy, context.policies)
    if fixed is None:
        return False
    return judge(replace(context, policies=context.policies.only(fixed)), requirement, fixed).state == "met"


class Unmet(Problem, frozen=True, kw_only=True):
    """
    The problem of one requirement that one policy does not meet.

    governs: the directive of the policy that decides. policies: the page's policies. title: the name of the widget.
    """

    requirement: Requirement
    judgement: Judgement
    governs: Directive
    policies: PolicySet
    title: str

    def joined(self, others: Sequence[Problem]) -> Problem:
        """One problem for all requirements that the same list does not meet for the same reason."""
        unmet = [self, *(each for each in others if isinstance(each, Unmet))]
        missing = tuple(dict.fromkeys(source for each in unmet for source in each.judgement.missing))
        kinds = tuple(dict.fromkeys(kind for each in unmet for kind in each.judgement.kinds))
        policy = self.judgement.policy
        judgement = replace(self.judgement, missing=_widest(missing, kinds[0], self.policies), kinds=kinds)
        listed = _listed([f"{' '.join(each.judgement.missing)} ({each.requirement.purpose})" for each in unmet])
        verb = "allows only part of" if judgement.state == "partly" else "does not allow"
        return replace(
            self,
            message=f"{where(self.governs, self.effective)} {verb} what the {self.title} needs: {listed}.",
            brief=_brief(self.governs, self.effective, missing, judgement.state),
            value=" ".join(missing),
            fix=_fix(self.governs, self.effective, INLINE in missing, judgement),
            edits=lambda: policy_edits(policy, _replacements(policy, judgement)),
        )


def _widest(sources: tuple[str, ...], kind: Kind, policies: PolicySet) -> tuple[str, ...]:
    """The sources that no other of them covers: https://cdn.vendor.example goes where https://*.vendor.example is added."""
    effective = EFFECTIVE_DIRECTIVE[kind]

    def is_covered(source: str) -> bool:
        others = " ".join(each for each in sources if each != source)
        read = parse_policies([Delivered(f"{effective} {others}", "text", "enforce")])
        return source != INLINE and covers(policies.only(*read), source, kind)

    return tuple(source for source in sources if not is_covered(source))


_MOST_LISTED = 8


def _listed(items: list[str]) -> str:
    more = len(items) - _MOST_LISTED
    return ", ".join(items) if more <= 0 else f"{', '.join(items[:_MOST_LISTED])} and {more} more"


def _brief(directive: Directive, effective: str, missing: tuple[str, ...], state: str) -> str:
    fallback = "" if directive.name == plain_name(effective) else f"missing: {directive.name} "
    what = " and ".join(missing) if len(missing) <= _MOST_NAMED else f"{len(missing)} addresses of the widget"
    return f"{fallback}{'allows only part of' if state == 'partly' else 'blocks'} {what}"


_MOST_NAMED = 2


def _problem(context: VendorContext, requirement: Requirement, judgement: Judgement) -> Problem:
    policy, kind = judgement.policy, judgement.kinds[0]
    effective = EFFECTIVE_DIRECTIVE[kind]
    directive = policy.governing(effective)
    if directive is None:  # pragma: no cover - what nothing governs is met
        raise ValueError("an unmet requirement without a directive")
    missing, name = " ".join(judgement.missing), where(directive, effective)
    partly = judgement.state == "partly"
    verb = "allows only part of" if partly else "does not allow"
    plain = plain_name(effective)
    switched_off = INLINE in judgement.missing and directive.list.has_nonce_or_hash
    return Unmet(
        rule=requirement.rule,
        severity="warning" if partly else None,
        message=f"{name} {verb} {_alternatives(requirement, judgement, ' or ') or missing} ({requirement.purpose}).",
        brief=_brief(directive, effective, judgement.missing, judgement.state),
        cause=_cause(directive, requirement, partly=partly),
        policy=policy,
        directive=directive.name,
        effective=plain,
        value=missing,
        span=_span(context, directive, judgement),
        request=None if partly else _example(judgement.missing[0], kind, context),
        fix=_alternatives_fix(plain, requirement, judgement) or _fix(directive, effective, switched_off, judgement),
        safety="unsafe" if switched_off and not _is_by_attribute(directive, judgement) else "safe",
        edits=() if judgement.is_guess else lambda: policy_edits(policy, _replacements(policy, judgement)),
        group="" if judgement.is_guess or switched_off else f"{context.pack.pack.id} {plain} {judgement.state}",
        stops=requirement.id,
        requirement=requirement,
        judgement=judgement,
        governs=directive,
        policies=context.policies,
        title=context.pack.pack.title,
    )


def _alternatives(requirement: Requirement, judgement: Judgement, joint: str) -> str:
    """All alternatives, if nothing shows which of them this page needs; otherwise nothing."""
    return joint.join(requirement.any_of) if judgement.is_guess else ""


def _cause(directive: Directive, requirement: Requirement, *, partly: bool) -> str:
    listed = directive.list
    if requirement.needs == INLINE:
        if INLINE not in listed.keywords and not listed.has_nonce_or_hash:
            return f"{directive.name} has no 'unsafe-inline'."
        if INLINE not in listed.keywords:
            return f"{directive.name} has a nonce or hash, and browsers ignore 'unsafe-inline' beside one."
        return f"A nonce, a hash or 'strict-dynamic' in {directive.name} switches its 'unsafe-inline' off."
    if not listed.locations:
        return f"{directive.name} allows no host or scheme."
    if partly:
        return "The policy allows what the page's own embed is known to use, but the guide asks for more."
    return f"None of the sources of {directive.name} covers it."


def _span(context: VendorContext, directive: Directive, judgement: Judgement) -> Span:
    """The source that overlaps what is missing, or the directive's name if there is none."""
    near = overlap(
        judgement.policy, context.policies.page, judgement.missing[0], EFFECTIVE_DIRECTIVE[judgement.kinds[0]]
    )
    for number, source in enumerate(directive.list.sources):
        if source.kind == SourceKind.NONE or source in near:
            return directive.token(number).span
    return directive.name_span


def _alternatives_fix(plain: str, requirement: Requirement, judgement: Judgement) -> str:
    alternatives = _alternatives(requirement, judgement, ", ")
    return f"Add the one that your account uses to {plain}: {alternatives}." if alternatives else ""


def _fix(directive: Directive, effective: str, switched_off: bool, judgement: Judgement) -> str:
    plain, sources = plain_name(effective), " ".join(judgement.missing)
    if switched_off and _is_by_attribute(directive, judgement):
        return f"Add style-src-attr {INLINE}. It serves both: the nonces and hashes stay for style elements."
    if switched_off and directive.list.has_nonce_or_hash:
        return (
            f"Remove the nonces and hashes from {plain}, and add {sources} if it is missing. It serves both: inline styles "
            "with a nonce or hash are allowed then too."
        )
    return f"Add {sources} to {plain}."


def _is_by_attribute(directive: Directive, judgement: Judgement) -> bool:
    """Whether only style attributes are blocked, by a list whose nonces and hashes are for style elements."""
    shared = directive.name != "style-src-attr" and directive.list.has_nonce_or_hash
    return shared and judgement.missing == (INLINE,) and judgement.kinds == ("style-attr",)


def _replacements(policy: Policy, judgement: Judgement) -> tuple[Replacement, ...]:
    made: dict[tuple[Replacement, ...], None] = {}
    governed: set[str] = set()
    for kind in judgement.kinds:
        effective = EFFECTIVE_DIRECTIVE[kind]
        directive = policy.governing(effective)
        if directive is None or directive.name in governed:
            continue
        governed.add(directive.name)
        if _is_by_attribute(directive, judgement):
            return with_directive(policy, "style-src-attr", INLINE)
        made[_replacement(policy, effective, directive, judgement)] = None
    return tuple(each for group in made for each in group)


def _replacement(policy: Policy, effective: str, directive: Directive, judgement: Judgement) -> tuple[Replacement, ...]:
    if INLINE not in judgement.missing:
        return add_sources(policy, effective, judgement.missing)
    words = {INLINE, "'strict-dynamic'"}
    inert = [s.text for s in directive.list.sources if s.kind == SourceKind.NONCE or s.is_hash or s.name in words]
    return replace_sources(policy, effective, inert, judgement.missing)


def _example(expression: str, kind: Kind, context: VendorContext) -> Request:
    """An example request, as the browser's console would show it. any0 replaces the parts that are not known."""
    if expression == INLINE:
        return Request(kind, content=_SAMPLE_STYLE)
    if expression == "'self'":
        return Request(kind, url=f"{context.policies.page.origin}/{EXAMPLE}")
    if re.fullmatch(r"[a-z]+:", expression):
        return Request(
            kind, url=expression + (f"{context.policies.page.origin}/{EXAMPLE}" if expression == "blob:" else EXAMPLE)
        )
    return Request(kind, url=expression.replace("*.", f"{EXAMPLE}.") + f"/{EXAMPLE}")
