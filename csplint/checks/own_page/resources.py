"""Does the policy let the page's own HTML and CSS work?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.own_page.explain_files import tell_files
from csplint.checks.own_page.explain_inline import tell_handlers, tell_hash, tell_styles
from csplint.checks.own_page.explain_tags import tell_dead, tell_lost_nonce, tell_nonce, tell_preload, tell_unnonceable
from csplint.checks.own_page.groups import Group, expression_for, group
from csplint.checks.own_page.requests import own_requests
from csplint.checks.own_page.verdicts import Judge, Refusal, governing_policies
from csplint.checks.problem import Problem
from csplint.checks.registry import check
from csplint.checks.vendor.needs import applies

_MOST_EDITED = 30
"""Findings that come with edits: each is made and the whole judged again."""

_LONGEST_EDITED = 16_384
"""Characters of all policies together up to which fixes come as edits; beyond, in words alone."""


@check(
    needs=("page",),
    rules=(
        "page-blocks-own-resource",
        "nonce-not-nonceable",
        "page-needs-inline-style",
    ),
)
def own_resources(context: Context) -> Iterator[Problem]:
    """Hold each policy against what the page asks for; refusals that one change mends are one problem."""
    edited = _MOST_EDITED if sum(len(each.text) for each in context.policies.policies) <= _LONGEST_EDITED else 0
    for number, each in enumerate(group(_refusals(context), context.policies.page)):
        problem = _tell(context, each)
        yield problem if number < edited else replace(problem, edits=())


def _refusals(context: Context) -> Iterator[Refusal]:
    requests, judge, told = own_requests(context), Judge(context), _told_by_the_vendor(context)
    for policy in governing_policies(context):
        for refusal in judge.refusals(policy, requests):
            request = refusal.own.request
            if (request.kind, expression_for(request.url, context.policies.page)) not in told:
                yield refusal


def _told_by_the_vendor(context: Context) -> frozenset[tuple[str, str]]:
    """What the vendor's rules say of every policy already: its widget needs the same source."""
    return frozenset(
        (kind, expression)
        for vendor in context.vendors
        for requirement in vendor.pack.requirement
        if applies(vendor, requirement)
        for kind in requirement.kinds
        for expression in vendor.sources(requirement)
    )


def _tell(context: Context, found: Group) -> Problem:
    if found.way == "host":
        return tell_files(context, found)
    if found.way == "unnonceable":
        return tell_unnonceable(context, found)
    return _TELL[found.way](found)


_TELL: dict[str, Callable[[Group], Problem]] = {
    "hash": tell_hash,
    "nonce": tell_nonce,
    "other-nonce": tell_nonce,
    "lost-nonce": tell_lost_nonce,
    "dead": tell_dead,
    "handler": tell_handlers,
    "code": tell_handlers,
    "no-code": tell_handlers,
    "preload": tell_preload,
    "style": tell_styles,
}
