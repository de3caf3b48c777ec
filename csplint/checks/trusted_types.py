"""
Trusted Types: which policies require them, and where a script's text hands a plain string to a place that needs one.

The text is searched, not run: what is found may be unreachable, in a comment, or given a trusted value, so findings say
"may". Browsers: Chrome 83, Firefox 148 and Safari 26 are the first that enforce it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from csplint.checks.context import Context
from csplint.csp.decide import PolicySet
from csplint.csp.memo import BoundedCache
from csplint.csp.policy import Directive, Policy
from csplint.page.document import PageRequest, Script

REQUIRE, NAMES = "require-trusted-types-for", "trusted-types"

_LONGEST = 200_000
"""Characters of one script that are searched."""

_NAME = r"[A-Za-z_$][\w$]{0,60}"
_MAKES_SCRIPT = re.compile(
    rf"\b({_NAME})\s*=\s*(?:{_NAME}\.)*+createElement\(\s*(?:[\"'`]script[\"'`]|{_NAME})\s*\)", re.IGNORECASE
)
_SINKS = {
    "innerHTML": re.compile(r"\.innerHTML\s*\+?=(?!=)"),
    "outerHTML": re.compile(r"\.outerHTML\s*\+?=(?!=)"),
    "insertAdjacentHTML()": re.compile(r"\.insertAdjacentHTML\("),
    "document.write()": re.compile(r"\bdocument\.write(?:ln)?\("),
    "eval()": re.compile(r"(?<![\w$.])eval\("),
    "new Function()": re.compile(r"\bnew\s+Function\("),
    "setTimeout() with a string": re.compile(r"\bset(?:Timeout|Interval)\(\s*[\"'`]"),
    "srcdoc": re.compile(r"\.srcdoc\s*=(?!=)"),
    "new Worker()": re.compile(r"\bnew\s+(?:Shared)?Worker\("),
    "parseFromString()": re.compile(r"\.parseFromString\("),
    "createContextualFragment()": re.compile(r"\.createContextualFragment\("),
}
"""Trusted Types #injection-sinks, those that a search finds without knowing what an object is; each seen to throw."""

_CREATES = re.compile(r"\.createPolicy\(\s*[\"'`]([^\"'`]{1,100})[\"'`]")


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


def _sinks(text: str) -> tuple[str, ...]:
    """What the script may hand plain strings to, each once: `src of a script element`, `innerHTML`, `eval()`."""
    return (*_script_sinks(text), *(name for name, pattern in _SINKS.items() if pattern.search(text)))


_FOUND = BoundedCache(_sinks, most=1024, longest=_LONGEST, altogether=4_000_000)
"""A page is checked again after each fix, and its scripts stay the same."""


def sinks(text: str) -> tuple[str, ...]:
    """The same for the first part of a text of any length."""
    return _FOUND[text[:_LONGEST]]


def _script_sinks(text: str) -> Iterator[str]:
    """Assignments to script elements; only names that the text gives to a new script element count."""
    if not re.search(r"[\"'`]script[\"'`]", text, re.IGNORECASE):
        return
    names = list(dict.fromkeys(match[1] for match in _MAKES_SCRIPT.finditer(text)))[:20]
    if not names:
        return
    made = "|".join(map(re.escape, names))
    for what in ("src", "text", "textContent", "innerText"):
        if re.search(rf"(?<![\w$.])(?:{made})\.{what}\s*=(?!=)", text):
            yield f"{what} of a script element"
    if re.search(rf"(?<![\w$.])(?:{made})\.setAttribute\(\s*[\"'`]src[\"'`]", text):
        yield "src of a script element"


def created(text: str) -> tuple[str, ...]:
    """The names of the Trusted Types policies that a script creates."""
    return tuple(dict.fromkeys(match[1] for match in _CREATES.finditer(text[:_LONGEST])))


def page_code(context: Context) -> Sequence[PageRequest]:
    """The page's inline scripts and event handlers, in document order, without those of vendors' embeds."""
    embeds = {embed.script.order for embed in context.every_embed}
    requests = context.document.requests if context.document else ()
    return [each for each in requests if each.request.kind in _CODE and each.order not in embeds]


_CODE = frozenset({"inline-script", "event-handler"})


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
    others = [each for each in context.document.scripts if each is not besides and each.kind in {"classic", "module"}]
    own = any("default" in created(each.text) for each in others if each.src is None)
    embeds = {embed.script.order for embed in context.every_embed}
    files = any(each.src is not None and each.order not in embeds for each in others)
    return Default(is_created=own, is_possible=own or files)
