"""
Two enforced policies that contradict each other: each allows what the other blocks.

All policies apply to a page, so two complete policies, one from the server and one
from the application, leave only what both allow. A second policy that is merely
stricter, or about other directives, is not reported. Where one text has a comma in
place of a semicolon, comma-in-policy reports that as the cause.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from msgspec import Struct
from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.delivery.one_policy import in_place_of_both, is_right
from csplint.checks.own_page.requests import OwnRequest as Own
from csplint.checks.own_page.requests import Verdicts as Judge
from csplint.checks.own_page.requests import governing_policies, own_requests
from csplint.checks.problem import Problem, server_edit
from csplint.checks.registry import check
from csplint.checks.syntax.joined_policies import overruled, texts
from csplint.csp.decide import Verdict
from csplint.csp.policy import Policy
from csplint.csp.probes import ComparedList, compared_lists
from csplint.csp.request import Kind, Request
from csplint.csp.source import Source, SourceKind
from csplint.csp.url import UNKNOWN_PAGE, Url
from csplint.page.document import Place

_MOST_POLICIES = 4
_CLEAREST = ("script", "inline-script", "style", "frame", "form", "img", "font")
_SPECIFIC = frozenset({SourceKind.HOST, SourceKind.NONCE, SourceKind.HASH, SourceKind.KEYWORD})


class Clash(Struct, frozen=True):
    """A request that one policy allows by a source written for it, and another blocks."""

    request: Request
    allows: Verdict
    blocks: Verdict
    place: Place | None = None


@check(of="answer", when=("several policies",))
def policies_conflict(context: Context) -> Iterator[Problem]:
    """One problem for the page: the clearest of its requests that two policies disagree on, else one from their lists."""
    policies = governing_policies(context)[:_MOST_POLICIES]
    if len(policies) < 2:  # noqa: PLR2004
        return
    judge = Judge(context)
    clash = _on_the_page(context, policies, judge) or _between_lists(context, policies, judge)
    if clash:
        yield _merged(context, clash, judge) or _problem(context, clash)


def _merged(context: Context, clash: Clash, judge: Judge) -> Problem | None:
    """The problem with one policy in place of both; None where neither is right, or the user has to find out which."""
    allows, blocks = clash.allows.policy, clash.blocks.policy
    one_text = _text(context, allows, blocks) >= 0
    if clash.place is None or one_text or not is_right(allows, blocks, own_requests(context), judge):
        return None
    problem = _problem(context, clash)
    stays, goes = allows.index + 1, blocks.index + 1
    return replace(
        problem,
        severity="error" if clash.request.kind in _ERRORS else None,
        fix=f"Send one policy: keep policy {stays}, and stop sending policy {goes}. Look for it in the server, a proxy or a "
        "plug-in (nginx: remove add_header, or drop the application's header with proxy_hide_header).",
        safety="unsafe",
        edits=in_place_of_both(allows, blocks),
        explains=(problem.span,) if problem.span else (),
    )


_ERRORS = frozenset({"script", "inline-script", "style", "inline-style", "form"})


def _on_the_page(context: Context, policies: tuple[Policy, ...], judge: Judge) -> Clash | None:
    requests = sorted(own_requests(context), key=_clearness)
    found = (_clash(judge, own.request, [p for p in policies if own.is_under(p)], own) for own in requests)
    return next((clash for clash in found if clash and not _is_from_comma(context, clash)), None)


def _is_from_comma(context: Context, clash: Clash) -> bool:
    """Whether a comma in place of a semicolon made two policies out of one."""
    return _text(context, clash.allows.policy, clash.blocks.policy) in overruled(context)


def _text(context: Context, *pair: Policy) -> int:
    """The text that both policies are in, by the number of its first policy; -1 where they are in different texts."""
    one, other = (texts(context).get(policy.index, -1) for policy in pair)
    return one if one == other else -1


def _clearness(own: Own) -> int:
    kind = own.request.kind
    return _CLEAREST.index(kind) if kind in _CLEAREST else len(_CLEAREST)


def _clash(judge: Judge, request: Request, policies: list[Policy], own: Own | None = None) -> Clash | None:
    verdicts = [verdict for policy in policies if (verdict := judge.verdict(policy, request))]
    allows = next((each for each in verdicts if each.matched and each.matched.kind in _SPECIFIC), None)
    blocks = next((each for each in verdicts if not each.allowed), None)
    if allows is None or blocks is None:
        return None
    return Clash(request, allows, blocks, own.place if own and own.is_certain else None)


def _between_lists(context: Context, policies: tuple[Policy, ...], judge: Judge) -> Clash | None:
    """Each must name what the other blocks: if only one does, the other is stricter, which may be intended."""
    for one, other in combinations(policies, 2):
        text = _text(context, one, other)
        if one.text == other.text or text in overruled(context):
            continue
        for mine, theirs in compared_lists(one, other, context.policies.page):
            if clash := _mutual(context, judge, (mine, theirs), (one, other)):
                return clash
            if text >= 0 and mine.directive.name == theirs.directive.name:
                clash = _blocked(context, judge, theirs.named_probes(), (other, one))
                if clash:  # nobody adds, after a comma, what the list before it already blocks
                    return clash
    return None


def _mutual(
    context: Context, judge: Judge, sides: tuple[ComparedList, ComparedList], pair: tuple[Policy, Policy]
) -> Clash | None:
    """What each blocks of the other, shown by something that one of them names: two wide lists are not a fault."""
    mine, theirs = sides
    back = pair[1], pair[0]
    first, second = (
        _blocked(context, judge, mine.named_probes(), pair),
        _blocked(context, judge, theirs.named_probes(), back),
    )
    if first and second:
        return second
    if first and _blocked(context, judge, theirs.wide_probes(), back):
        return first
    if second and _blocked(context, judge, mine.wide_probes(), pair):
        return second
    return None


def _blocked(
    context: Context, judge: Judge, tries: tuple[tuple[Request, ...], ...], pair: tuple[Policy, Policy]
) -> Clash | None:
    """
    The first thing that one policy's list names and the pair blocks.

    tries: for each named thing, the requests for it. It is blocked where the first policy of the pair allows one of the
    requests, and the pair allows none of them.
    """
    for requests in tries:
        clashes = [_clash_of(judge, request, pair) for request in requests]
        if any(clashes) and all(context.policies.only(*pair).decide(request).blocked for request in requests):
            return next(clash for clash in clashes if clash)
    return None


def _clash_of(judge: Judge, request: Request, pair: tuple[Policy, Policy]) -> Clash | None:
    allows, blocks = judge.verdict(pair[0], request), judge.verdict(pair[1], request)
    if allows is None or blocks is None or allows.matched is None or blocks.allowed:
        return None
    return Clash(request, allows, blocks)


def _problem(context: Context, clash: Clash) -> Problem:
    allowing, blocking = clash.allows.policy.index + 1, clash.blocks.policy.index + 1
    directive = clash.blocks.directive
    first, second = sorted((allowing, blocking))
    return Problem(
        rule="policies-conflict",
        severity="info" if context.document and clash.place is None else None,
        message=f"Policies {first} and {second} are both in force, and both must allow a request: "
        f"policy {allowing} allows {_what(clash)}, policy {blocking} blocks it.",
        cause=_cause(clash, context.policies.page),
        policy=clash.blocks.policy,
        directive=directive.name if directive else None,
        span=directive.name_span if directive else None,
        place=clash.place,
        fix=_IN_ONE_TEXT if _text(context, clash.allows.policy, clash.blocks.policy) >= 0 else "",
        edits=server_edit("Send one policy, from one place, with the sources of both."),
    )


def _cause(clash: Clash, page: Url) -> str:
    allows, blocks = clash.allows, clash.blocks
    if allows.matched is None or allows.directive is None or blocks.directive is None:
        return ""
    one_has_self = _SELF in allows.directive.list.keywords ^ blocks.directive.list.keywords
    return (
        f"{_shown(allows.matched)} in {allows.directive.name} of policy {allows.policy.index + 1} allows it; "
        f"{blocks.directive.name} of policy {blocks.policy.index + 1} does not."
        + (_NO_PAGE if one_has_self and page.href == UNKNOWN_PAGE else "")
    )


_IN_ONE_TEXT = "Send one policy. Both are in one header value, which its comma splits in two."
_SELF = "'self'"
_NO_PAGE = " The page's URL is not known, so csplint takes 'self' for an origin that neither policy names."


def _shown(source: Source) -> str:
    """A source for a sentence, without a nonce's value: that is new in each response, and nobody should copy it."""
    return "'nonce-…'" if source.kind == SourceKind.NONCE else source.text


def _what(clash: Clash) -> str:
    request = clash.request
    if request.url and clash.place:
        return request.url if len(request.url) <= _LONGEST else f"{request.url[:_LONGEST]}…"
    matched = clash.allows.matched
    if matched is None:
        return "a request"
    if matched.kind == SourceKind.NONCE:
        return f"tags with {_shown(matched)}"
    if request.kind in _IN_WORDS:
        return _IN_WORDS[request.kind]
    return f"{'being framed by ' if request.kind == 'frame-ancestors' else ''}what {matched.text} matches"


_LONGEST = 100
_IN_WORDS: dict[Kind, str] = {"inline-script": "inline scripts", "inline-style": "inline styles", "eval": "eval()"}
