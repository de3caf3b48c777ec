"""Why a browser decides otherwise than Chromium, as a phrase that continues "in Safari, …"."""

from __future__ import annotations

from csplint.csp.decide import PolicySet
from csplint.csp.explain import PolicyExplanation, explain
from csplint.csp.request import Request
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import parse_url
from csplint.csp.verdict import Verdict


def why_it_differs(usual: PolicySet, other: PolicySet, request: Request) -> str:
    """
    Why `other` blocks what `usual` allows, or the reverse: "wss: also matches https: addresses".

    Both are the same policies, read by two browsers. "" where they agree, or nothing more can be said. A nonce's value
    is never in the phrase.
    """
    one, two = usual.decide(request), other.decide(request)
    if one.blocked == two.blocked:
        return ""
    if not two.blocked:
        if request.kind == "object" and one.refusals[0].effective == "frame-src":
            return "objects are checked against object-src only"
        return next((_allows(each, each.matched, request) for each in two.verdicts if each.matched), "")
    matched = {each.matched.text for each in one.verdicts if each.matched}
    refused = [each for each in explain(other, request) if each.disposition == "enforce" and not each.allowed]
    return next(filter(None, (_refuses(each, matched, usual) for each in refused)), "")


def _allows(verdict: Verdict, source: Source, request: Request) -> str:
    url = parse_url(request.redirect_to) or parse_url(request.url)
    scheme, name = url.scheme if url else "", verdict.directive.name if verdict.directive else verdict.effective
    if source.scheme in {"ws", "wss"} and scheme in {"http", "https"}:
        return f"{source.text} also matches {scheme}: addresses"
    if scheme in {"data", "blob"} and source.kind != SourceKind.SCHEME:
        return f"{source.text} in {name} also matches {scheme}: URLs"
    return f"{_named(source)} allows it"


def _refuses(refused: PolicyExplanation, matched: set[str], usual: PolicySet) -> str:
    for reason in refused.reasons:
        if reason.source.text in matched:
            return f"{_named(reason.source)} {_as_verb(reason.why)}"
    if not any(refused.governing in policy.in_force for policy in usual.policies):
        return f"{refused.governing} is in force, which Chromium ignores"
    return ""


def _as_verb(why: str) -> str:
    return f"is {why}" if why.startswith(("ignored: ", "invalid: ")) else f"does not allow it: {why}"


def _named(source: Source) -> str:
    return "the nonce" if source.kind == SourceKind.NONCE or source.text.lower().startswith("'nonce-") else source.text
