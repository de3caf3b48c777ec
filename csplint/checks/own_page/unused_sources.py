"""
Hosts of a list that nothing in the page asks for.

A page's scripts load what they like, and csplint runs none of them. So nothing is
said of a page that has a script, however short; of one without, the HTML and CSS
are all there is.
"""

from __future__ import annotations

from collections.abc import Iterator

from csplint.checks.context import Context
from csplint.checks.own_page.requests import Own, own_requests
from csplint.checks.own_page.verdicts import governing_policies
from csplint.checks.problem import Problem, policy_edits
from csplint.checks.registry import check
from csplint.csp.decide import EFFECTIVE_DIRECTIVE
from csplint.csp.edit import plain_name, remove_sources
from csplint.csp.match import Target, mismatch
from csplint.csp.policy import Directive, Policy, Token
from csplint.csp.source import SourceKind
from csplint.csp.url import Url, parse_url

_LISTS = frozenset({"script-src", "style-src", "connect-src", "frame-src", "media-src", "object-src"})
_BEHIND_SHEETS = frozenset({"style-src"})
"""A sheet of another host may import more of them."""

_SCRIPTS = frozenset({"script", "inline-script", "event-handler", "javascript-url"})
_DOCUMENTS = frozenset({"frame", "object"})
_MOST_WORK = 50_000
_SHOWN = 4


@check(needs=("page",), rules=("unused-source",))
def unused_sources(context: Context) -> Iterator[Problem]:
    """Report the hosts of a list together, where the page has no script that could ask for them."""
    document = context.document
    if document is None or document.limits or any(script.kind != "data" for script in document.scripts):
        return
    requests = own_requests(context)
    kinds = {own.request.kind for own in requests}
    if kinds & _SCRIPTS:
        return
    for policy in governing_policies(context):
        for directive in policy.in_force.values():
            if directive.name in _LISTS and not (directive.name in _BEHIND_SHEETS and "style" in kinds):
                yield from _unused(context, policy, directive, requests)


def _unused(context: Context, policy: Policy, directive: Directive, requests: tuple[Own, ...]) -> Iterator[Problem]:
    asked = {own.request.url for own in requests if plain_name(EFFECTIVE_DIRECTIVE[own.request.kind]) == directive.name}
    urls = [url for url in map(parse_url, asked) if url is not None]
    hosts = [token for token in directive.tokens if token.source.kind == SourceKind.HOST and token.source.host]
    if len(hosts) * (len(urls) + 1) > _MOST_WORK:
        return
    wanted = _wanted(context)
    unused = [each for each in hosts if each.source.text not in wanted and not _is_asked(context, each, urls)]
    if unused:
        yield _problem(policy, directive, unused)


def _is_asked(context: Context, token: Token, urls: list[Url]) -> bool:
    return any(mismatch(token.source, Target(url, context.policies.page)) is None for url in urls)


def _wanted(context: Context) -> frozenset[str]:
    """What the vendor asks for: its widget may be added by a tag manager."""
    return context.vendor_sources


def _problem(policy: Policy, directive: Directive, unused: list[Token]) -> Problem:
    texts = list(dict.fromkeys(token.source.text for token in unused))
    more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
    what = "a host" if len(texts) == 1 else f"{len(texts)} hosts"
    return Problem(
        rule="unused-source",
        message=f"{directive.name} lists {what} that nothing in the page's HTML asks for: {', '.join(texts[:_SHOWN])}{more}.",
        policy=policy,
        directive=directive.name,
        value=directive.name,
        span=unused[0].span,
        safety="unsafe",
        edits=policy_edits(policy, remove_sources(directive, texts)),
    )
