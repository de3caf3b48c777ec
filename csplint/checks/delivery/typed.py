"""Trusted Types against the text of the page's own scripts: plain strings, javascript: URLs, policies that are not listed."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.prefilter import any_directive
from csplint.checks.problem import Problem
from csplint.checks.registry import check
from csplint.checks.script_text import MOST_SEARCHED, created, page_code, sinks
from csplint.checks.trusted_types import NAMES, default_policy, refusing, requiring
from csplint.checks.wording import in_words
from csplint.csp.policy import Directive, Policy
from csplint.page.document import PageRequest


@check(
    when=(any_directive("require-trusted-types-for"),),
    needs=("page",),
    only_if="page",
    rules=("trusted-types-block-script",),
)
def typed_scripts(context: Context) -> Iterator[Problem]:
    """Report scripts of the page that may assign plain strings, one problem a policy; none where a default policy is created."""
    for policy, directive in requiring(context.policies):
        default = default_policy(context, context.policies)
        if default.is_created:
            continue
        found = [(each, names) for each, names in _assigning(context) if each.order > policy.order]
        if found:
            yield _assigns(policy, directive, found, context)


_Assigning = tuple[PageRequest, tuple[str, ...]]


def _assigning(context: Context) -> Iterator[_Assigning]:
    left = MOST_SEARCHED
    for each in page_code(context):
        left -= len(each.request.content)
        if left >= 0 and (names := sinks(each.request.content)):
            yield each, names
    for each in context.document.requests if context.document else ():
        if each.request.kind == "javascript-url":
            yield each, ("a javascript: URL",)


def _assigns(policy: Policy, directive: Directive, found: list[_Assigning], context: Context) -> Problem:
    names = list(dict.fromkeys(name for _, each in found for name in each))
    lines = list(dict.fromkeys(str(each.place.line) for each, _ in found))
    scripts = f"the script at line {lines[0]} uses" if len(lines) == 1 else f"scripts at {len(lines)} lines use"
    refused = refusing(context.policies, "default")
    return Problem(
        rule="trusted-types-block-script",
        message=f"{directive.name} may stop the page's own scripts: {scripts} {in_words(names)}.",
        cause="Browsers throw a TypeError where such a place gets a plain string"
        + (f"; {NAMES} allows no default policy that could make it trusted." if refused else "."),
        policy=policy,
        directive=directive.name,
        value="'script'",
        span=directive.span,
        place=found[0][0].place,
        brief=f"may stop the page's scripts: {names[0]}",
    )


@check(when=(any_directive("trusted-types"),), needs=("page",), only_if="page", rules=("trusted-types-policy-refused",))
def typed_policies(context: Context) -> Iterator[Problem]:
    """Report Trusted Types policies that a script of the page creates and no trusted-types list names."""
    seen: set[str] = set()
    left = MOST_SEARCHED
    for each in page_code(context):
        left -= len(each.request.content)
        for name in created(each.request.content) if left >= 0 else ():
            refused = refusing(context.policies, name)
            if refused is None or name in seen or each.order < refused[0].order:
                continue
            seen.add(name)
            policy, directive = refused
            yield Problem(
                rule="trusted-types-policy-refused",
                message=f"{NAMES} does not list {in_words([name])}, so the script that creates this Trusted Types policy fails.",
                policy=policy,
                directive=NAMES,
                value=in_words([name]),
                span=directive.span,
                place=each.place,
                brief=f"does not list {in_words([name])}, which a script creates",
                fix=f"Add the name to {NAMES}.",
            )
            if len(seen) == _MOST_NAMES:
                return


_MOST_NAMES = 10
