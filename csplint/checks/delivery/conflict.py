"""
Two enforced policies that contradict each other: each allows what the other blocks.

A page must satisfy them all, so two complete policies, one of the server's and one
of the application's, leave only what they have in common. A second policy that is
merely stricter, or speaks of other things, is nothing to tell. Where a comma within
one text stands for a semicolon, that is the fault, and comma-in-policy tells it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from msgspec import Struct

from csplint.checks.context import Context
from csplint.checks.own_page.requests import Own, own_requests
from csplint.checks.own_page.verdicts import Judge, governing_policies
from csplint.checks.problem import Problem, server_edit
from csplint.checks.syntax.comma_joints import overruled, texts
from csplint.csp.decide import Verdict
from csplint.csp.policy import Policy
from csplint.csp.probes import ComparedList, compared_lists
from csplint.csp.request import Kind, Request
from csplint.csp.source import SourceKind
from csplint.csp.url import UNKNOWN_PAGE, Url
from csplint.page.document import Place

_MOST_POLICIES = 4
_CLEAREST = ("script", "inline-script", "style", "frame", "form", "img", "font")
_MEANT = frozenset({SourceKind.HOST, SourceKind.NONCE, SourceKind.HASH, SourceKind.KEYWORD})


class Clash(Struct, frozen=True):
    """A request that one policy allows by a source written for it, and another refuses."""

    request: Request
    allows: Verdict
    refuses: Verdict
    place: Place | None = None


def policies_conflict(context: Context) -> Iterator[Problem]:
    """One problem for the page: the clearest of its own requests that falls between two policies, else of the lists."""
    policies = governing_policies(context)[:_MOST_POLICIES]
    if len(policies) < 2:  # noqa: PLR2004
        return
    judge = Judge(context)
    clash = _on_the_page(context, policies, judge) or _between_lists(context, policies, judge)
    if clash:
        yield _problem(context, clash)


def _on_the_page(context: Context, policies: tuple[Policy, ...], judge: Judge) -> Clash | None:
    requests = sorted(own_requests(context), key=_clearness)
    found = (_clash(judge, own.request, [p for p in policies if own.is_under(p)], own) for own in requests)
    return next((clash for clash in found if clash and not _parted(context, clash)), None)


def _parted(context: Context, clash: Clash) -> bool:
    """Whether a comma that stands for a semicolon made two policies of one."""
    return _text(context, clash.allows.policy, clash.refuses.policy) in overruled(context)


def _text(context: Context, *pair: Policy) -> int:
    """Which text both policies stand in, by its first policy; -1 where they came apart."""
    one, other = (texts(context).get(policy.index, -1) for policy in pair)
    return one if one == other else -1


def _clearness(own: Own) -> int:
    kind = own.request.kind
    return _CLEAREST.index(kind) if kind in _CLEAREST else len(_CLEAREST)


def _clash(judge: Judge, request: Request, policies: list[Policy], own: Own | None = None) -> Clash | None:
    verdicts = [verdict for policy in policies if (verdict := judge.verdict(policy, request))]
    allows = next((each for each in verdicts if each.matched and each.matched.kind in _MEANT), None)
    refuses = next((each for each in verdicts if not each.allowed), None)
    if allows is None or refuses is None:
        return None
    return Clash(request, allows, refuses, own.found.place if own else None)


def _between_lists(context: Context, policies: tuple[Policy, ...], judge: Judge) -> Clash | None:
    """Both must name what the other blocks: if one alone does, the other is the stricter one, which may be meant."""
    for one, other in combinations(policies, 2):
        text = _text(context, one, other)
        if one.text == other.text or text in overruled(context):
            continue
        for mine, theirs in compared_lists(one, other, context.policies.page):
            if clash := _mutual(context, judge, (mine, theirs), (one, other)):
                return clash
            if text >= 0 and mine.directive.name == theirs.directive.name:
                clash = _lost(context, judge, theirs.named_probes(), (other, one))
                if clash:  # nobody writes behind a comma what the list before it blocks already
                    return clash
    return None


def _mutual(
    context: Context, judge: Judge, sides: tuple[ComparedList, ComparedList], pair: tuple[Policy, Policy]
) -> Clash | None:
    """What both lose, told by something that one of them names: two lists that are wide each in its way are no fault."""
    mine, theirs = sides
    back = pair[1], pair[0]
    first, second = _lost(context, judge, mine.named_probes(), pair), _lost(context, judge, theirs.named_probes(), back)
    if first and second:
        return second
    if first and _lost(context, judge, theirs.wide_probes(), back):
        return first
    if second and _lost(context, judge, mine.wide_probes(), pair):
        return second
    return None


def _lost(
    context: Context, judge: Judge, tries: tuple[tuple[Request, ...], ...], pair: tuple[Policy, Policy]
) -> Clash | None:
    """
    The first thing one list names that is lost between the two.

    `tries` holds for each named thing the ways to ask for it; it is lost where the first policy allows a way, and no
    way passes both.
    """
    for ways in tries:
        clashes = [_clash_of(judge, request, pair) for request in ways]
        if any(clashes) and all(context.policies.only(*pair).decide(request).blocked for request in ways):
            return next(clash for clash in clashes if clash)
    return None


def _clash_of(judge: Judge, request: Request, pair: tuple[Policy, Policy]) -> Clash | None:
    allows, refuses = judge.verdict(pair[0], request), judge.verdict(pair[1], request)
    if allows is None or refuses is None or allows.matched is None or refuses.allowed:
        return None
    return Clash(request, allows, refuses)


def _problem(context: Context, clash: Clash) -> Problem:
    allowing, refusing = clash.allows.policy.index + 1, clash.refuses.policy.index + 1
    directive = clash.refuses.directive
    first, second = sorted((allowing, refusing))
    return Problem(
        rule="policies-conflict",
        severity="info" if context.document and clash.place is None else None,
        message=f"Policies {first} and {second} are both in force, and each must allow what the page asks for: "
        f"policy {allowing} allows {_what(clash)}, policy {refusing} blocks it.",
        cause=_cause(clash, context.policies.page),
        policy=clash.refuses.policy,
        directive=directive.name if directive else None,
        span=directive.name_span if directive else None,
        place=clash.place,
        fix=_IN_ONE_TEXT if _text(context, clash.allows.policy, clash.refuses.policy) >= 0 else "",
        edits=server_edit("Send one policy that holds the sources of both, from one place."),
    )


def _cause(clash: Clash, page: Url) -> str:
    allows, refuses = clash.allows, clash.refuses
    if allows.matched is None or allows.directive is None or refuses.directive is None:
        return ""
    one_has_self = _SELF in allows.directive.list.keywords ^ refuses.directive.list.keywords
    return (
        f"{allows.matched.text} in {allows.directive.name} of policy {allows.policy.index + 1} allows it; "
        f"{refuses.directive.name} of policy {refuses.policy.index + 1} does not."
        + (_NO_PAGE if one_has_self and page.href == UNKNOWN_PAGE else "")
    )


_IN_ONE_TEXT = "Send one policy; both stand in one value, where a comma makes two of it."
_SELF = "'self'"
_NO_PAGE = " The page's URL is not known; 'self' is taken for an origin that neither policy names."


def _what(clash: Clash) -> str:
    request = clash.request
    if request.url and clash.place:
        return request.url if len(request.url) <= _LONGEST else f"{request.url[:_LONGEST]}…"
    matched = clash.allows.matched
    if matched is None:
        return "a request"
    if matched.kind == SourceKind.NONCE:
        return f"tags with {matched.text}"
    if request.kind in _IN_WORDS:
        return _IN_WORDS[request.kind]
    return f"{'being framed by ' if request.kind == 'frame-ancestors' else ''}what {matched.text} stands for"


_LONGEST = 100
_IN_WORDS: dict[Kind, str] = {"inline-script": "inline scripts", "inline-style": "inline styles", "eval": "eval()"}
