"""
Trusted Types: which policies require them, and whether a default policy can make plain strings trusted.

Chrome 83, Firefox 148 and Safari 26 are the first that enforce them. `script_text` finds the plain strings.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from csplint.checks.context import Context
from csplint.csp.decide import PolicySet
from csplint.csp.policy import Directive, Policy
from csplint.page.document import Script

REQUIRE, NAMES = "require-trusted-types-for", "trusted-types"


def requiring(policies: PolicySet) -> Iterator[tuple[Policy, Directive]]:
    """The policies that require Trusted Types for scripts, and their directive."""
    for policy in policies.policies:
        directive = policy.in_force.get(REQUIRE)
        if directive is not None and "'script'" in directive.value.lower().split():
            yield policy, directive


def refusing(policies: PolicySet, name: str) -> tuple[Policy, Directive] | None:
    """
    The policy whose trusted-types keeps scripts from creating a Trusted Types policy of this name; None if none does.

    'none' counts only if it is the whole list; * allows every name (Trusted Types #should-block-create-policy).
    """
    for policy in policies.policies:
        directive = policy.in_force.get(NAMES)
        if directive is not None and not {"*", name} & set(directive.value.split()):
            return policy, directive
    return None


class Default(Struct, frozen=True):
    """Whether a default policy turns plain strings into trusted ones. is_possible: some script may create it."""

    is_created: bool
    is_possible: bool


def default_policy(context: Context, policies: PolicySet, besides: Script | None = None) -> Default:
    """
    Whether the page's scripts create the default policy.

    policies: those in force. besides: a script that is not asked. A file may create it: csplint does not read files.
    """
    if refusing(policies, "default"):
        return Default(is_created=False, is_possible=False)
    if context.document is None:
        return Default(is_created=False, is_possible=True)
    from csplint.checks.script_text import created  # noqa: PLC0415 - compiles its expressions, for pages only

    others = [each for each in context.document.scripts if each is not besides and each.kind in {"classic", "module"}]
    own = any("default" in created(each.text) for each in others if each.src is None)
    embeds = {embed.script.order for embed in context.every_embed}
    files = any(each.src is not None and each.order not in embeds for each in others)
    return Default(is_created=own, is_possible=own or files)
