"""
What the checks of this family stand on: the set that decides, and the policy a finding points at.

A page needs every policy's consent, so a weakness counts where no policy of
the set prevents it. It is told once, of the policy that comes closest to
preventing it: there the edit is smallest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from csplint.checks.context import Context
from csplint.checks.marks import Question, marked, source_lists, tokens_that
from csplint.checks.once import once
from csplint.checks.syntax.quoted import is_directive_name
from csplint.csp.decide import EFFECTIVE_DIRECTIVE, PolicySet
from csplint.csp.policy import Directive, Policy, Token
from csplint.csp.request import Kind
from csplint.csp.source import Source, SourceKind

ELEMENT = "script-src-elem"
"""What script elements are judged by, and what `script` requests are asked of."""


@once
def whole(context: Context) -> PolicySet:
    """All that would be enforced together: a report-only policy is meant to join the enforced ones."""
    if not context.dry_run:
        return context.policies
    return context.policies.only(*context.policies.policies, *context.others)


def nearest(context: Context, effective: str) -> list[Policy]:
    """
    The policies judged that restrict `effective`, those with a list of their own for it first.

    Not the shortest list first: an edit that adds a source would then move a finding to another policy.
    """
    known: dict[str, list[Policy]] = context.__dict__
    name = f"nearest {effective}"
    if name not in known:
        governed = [(policy.governing(effective), policy) for policy in context.policies.policies]
        own = [policy for each, policy in governed if each and each.name != "default-src"]
        known[name] = own + [policy for each, policy in governed if each and each.name == "default-src"]
    return known[name]


def restricts(policies: PolicySet, effective: str) -> bool:
    """Whether any policy of a set has a say on `effective`."""
    return any(policy.governing(effective) for policy in policies.policies)


def runs_scripts(policies: PolicySet) -> bool:
    """Whether scripts run at all: a sandbox without allow-scripts runs none (HTML #sandboxed-scripts-browsing-context-flag)."""
    return all("allow-scripts" in words for words in flags(policies, "sandbox"))


def sends_forms(policies: PolicySet) -> bool:
    """Whether forms are sent at all: a sandbox without allow-forms sends none (HTML #sandboxed-forms-browsing-context-flag)."""
    return all("allow-forms" in words for words in flags(policies, "sandbox"))


def swallowed(policy: Policy, name: str) -> bool:
    """Whether a directive's name stands among the sources of another one, for want of a semicolon; told as such."""
    return any(
        directive.list.sources[number].text.lower() == name
        for directive in source_lists(policy)
        for number in marked(directive, is_directive_name)
    )


def names_script_hosts(context: Context) -> bool:
    """Whether some list that governs script elements names a host."""
    governed = (policy.governing(ELEMENT) for policy in context.policies.policies)
    return any(source.kind is SourceKind.HOST for each in governed if each for source in each.list.locations)


def governing(policy: Policy, kind: Kind) -> Directive | None:
    """The directive that a request of this kind is judged by."""
    return policy.governing(EFFECTIVE_DIRECTIVE[kind])


def sources_of(policies: Iterable[Policy], wanted: Question) -> Iterator[tuple[Policy, Token]]:
    """The sources marked so in the lists that govern script elements."""
    for policy in policies:
        if directive := policy.governing(ELEMENT):
            yield from ((policy, token) for token in tokens_that(directive, wanted))


def sources_like(policies: Iterable[Policy], wanted: Callable[[Source], bool]) -> Iterator[tuple[Policy, Token]]:
    """The same for a question that holds of most sources: asked of one after the other, as far as somebody looks."""
    for policy in policies:
        directive = policy.governing(ELEMENT)
        for number, source in enumerate(directive.list.sources if directive else ()):
            if directive and wanted(source):
                yield policy, directive.token(number)


def keyword_of(directive: Directive, name: str) -> Token | None:
    """Where a keyword stands in a list."""
    if name not in directive.list.keywords:
        return None
    return directive.first(next(each for each in directive.list.sources if each.name == name))


def flags(policies: PolicySet, name: str) -> Iterator[frozenset[str]]:
    """The words of a directive, lower case, in each policy that has it in force."""
    for policy in policies.policies:
        directive = policy.in_force.get(name)
        if directive:
            yield frozenset(directive.value.lower().split())
