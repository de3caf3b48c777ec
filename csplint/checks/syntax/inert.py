"""Sources that can change nothing in the list they stand in."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.marks import numbers
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.syntax.kinds import is_particular
from csplint.checks.syntax.places import in_words, own_sources, shown, source_lists
from csplint.checks.syntax.quoted import meant_quoted
from csplint.checks.syntax.reasons import fault
from csplint.csp.applicability import ATTRIBUTES, has_effect
from csplint.csp.edit import Replacement, remove_sources
from csplint.csp.memo import memo
from csplint.csp.policy import Policy, SourceList
from csplint.csp.source import Source, SourceKind

_BELONGS = {
    "'unsafe-inline'": "it is for scripts and styles",
    "'unsafe-eval'": "it is for script-src",
    "'wasm-unsafe-eval'": "it is for script-src",
    "'trusted-types-eval'": "it is for script-src",
    "'unsafe-hashes'": "it is for event handlers and style attributes",
    "'report-sample'": "it is for scripts and styles",
    "'unsafe-webtransport-hashes'": "it is for connect-src",
}


def inert_source(context: Context) -> Iterator[Problem]:
    """Report the sources that say nothing where they stand, all of a policy together."""
    for policy in context.policies.policies:
        found = {each.name: inert for each in source_lists(policy) if (inert := _inert(each.list, each.name))}
        if found:
            yield _problem(policy, found)


@memo(key=lambda listed, name: (listed, name))
def _inert(listed: SourceList, name: str) -> list[Source]:
    """Of a directive's list; what frame-ancestors holds is left to the rule for that."""
    if name in {"default-src", "frame-ancestors"}:
        return []
    looked_at = own_sources(listed)
    if name not in ATTRIBUTES:
        looked_at = [looked_at[number] for number in numbers(listed, is_particular) if number < len(looked_at)]
    inert = [source for source in looked_at if not has_effect(name, listed, source) and not _is_told(source)]
    return list({source.text: source for source in inert}.values())


def _is_told(source: Source) -> bool:
    """Whether a source is not the one that was meant, which is told as such."""
    return bool(meant_quoted(source)) or fault(source) is not None


def _problem(policy: Policy, found: dict[str, list[Source]]) -> Problem:
    name, inert = next(iter(found.items()))
    directive, first = policy.in_force[name], inert[0]
    number = directive.list.sources.index(first)
    listed = [f"{shown(source.text)} ({name})" for name, sources in found.items() for source in sources]
    others = f" The policy has {len(listed) - 1} more like it." if len(listed) > 1 else ""
    return Problem(
        rule="inert-source",
        message=f"{shown(first.text)} has no effect in {name}: {_belongs(first, name)}.{others}",
        cause=f"Without effect are {in_words(listed, most=6)}." if len(listed) > 1 else "",
        policy=policy,
        directive=name,
        value=first.text,
        span=directive.token(number).span,
        edits=lambda: policy_edits(policy, _edits(policy, found)),
    )


def _belongs(source: Source, name: str) -> str:
    """Why it says nothing there."""
    if source.kind == SourceKind.SCHEME and name not in ATTRIBUTES:
        return "no script loads from such an address, and a javascript: link counts as inline code"
    if source.kind == SourceKind.KEYWORD and source.name != "'self'":
        return _BELONGS.get(source.name, "it is for scripts")
    if name not in ATTRIBUTES:
        return "nonces and hashes are for scripts and styles"
    if source.kind == SourceKind.HASH:
        return "for attributes, hashes count beside 'unsafe-hashes' alone"
    return "attributes have no nonce" if source.kind == SourceKind.NONCE else "attributes have no URL"


def _edits(policy: Policy, found: dict[str, list[Source]]) -> Iterator[Replacement]:
    for name, inert in found.items():
        yield from remove_sources(policy.in_force[name], [source.text for source in inert])
