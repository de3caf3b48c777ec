"""The policies that decide together, and whether they let scripts run and forms be sent at all."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.csp.decide import PolicySet
from csplint.csp.memo import memo


@memo
def whole(context: Context) -> PolicySet:
    """All that would be enforced together: a report-only policy is meant to join the enforced ones."""
    if not context.dry_run:
        return context.policies
    return context.policies.only(*context.policies.policies, *context.others)


def restricts(policies: PolicySet, effective: str) -> bool:
    """Whether any policy of a set has a say on `effective`."""
    return any(policy.governing(effective) for policy in policies.policies)


def runs_scripts(policies: PolicySet) -> bool:
    """Whether scripts run at all: a sandbox without allow-scripts runs none (HTML #sandboxed-scripts-browsing-context-flag)."""
    return all("allow-scripts" in words for words in flags(policies, "sandbox"))


def sends_forms(policies: PolicySet) -> bool:
    """Whether forms are sent at all: a sandbox without allow-forms sends none (HTML #sandboxed-forms-browsing-context-flag)."""
    return all("allow-forms" in words for words in flags(policies, "sandbox"))


def flags(policies: PolicySet, name: str) -> Iterator[frozenset[str]]:
    """The words of a directive, lower case, in each policy that has it in force."""
    for policy in policies.policies:
        directive = policy.in_force.get(name)
        if directive:
            yield frozenset(directive.value.lower().split())
