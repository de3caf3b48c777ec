"""
Questions that the security checks ask of a whole policy set.

Would inline code, or a file from a host that no source names, get through? Which policies restrict scripts, and by which
tokens? A page needs every policy's consent, so a weakness counts only where no policy of the set prevents it. Then it is
reported once, in the policy that comes closest to preventing it, where the edit is smallest.

A policy is judged again with each of its fixes made, and most of its lists stay the same: so answers are kept per list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from csplint.checks.context import Context
from csplint.checks.prefilter import Predicate, tokens_that
from csplint.checks.problem import Problem, within
from csplint.csp.allowances import ALLOWANCES, RequestHop
from csplint.csp.browsers import FIREFOX
from csplint.csp.decide import EFFECTIVE_DIRECTIVE, PolicySet
from csplint.csp.memo import memo
from csplint.csp.policy import Directive, Policy, SourceList, Token
from csplint.csp.request import Kind, Request
from csplint.csp.source import ANY_PORT, NO_PORT, Source, SourceKind
from csplint.csp.unlisted import EXAMPLE, compose_url, unlisted_url, unused_word
from csplint.csp.url import DEFAULT_PORTS, Url
from csplint.model import Edit, Severity

ELEMENT = "script-src-elem"
"""The directive that script elements, and requests of the kind `script`, are judged by."""

_MOST_VERDICTS = 40_000
_FEWEST_QUERIES = 4


class ListedSource(Struct, frozen=True):
    """A token in the source list of a directive that governs script elements (or frames)."""

    policy: Policy
    directive: Directive
    token: Token

    @property
    def source(self) -> Source:
        """What the token says."""
        return self.token.source

    @property
    def directive_name(self) -> str:
        """The directive's name; for default-src also why it applies to scripts."""
        return within(self.directive, ELEMENT)

    def problem(  # noqa: PLR0913 - the parts of a Problem
        self,
        rule: str,
        message: str,
        *,
        severity: Severity | None = None,
        cause: str = "",
        fix: str = "",
        edits: Callable[[], tuple[Edit, ...]] | tuple[Edit, ...] = (),
    ) -> Problem:
        """A problem of this token whose edits, if any, are not safe: a script that the page needs may be blocked."""
        return Problem(
            rule=rule,
            severity=severity,
            message=message,
            cause=cause,
            policy=self.policy,
            directive=self.directive.name,
            value=self.source.text,
            span=self.token.span,
            safety="unsafe" if edits else "safe",
            fix=fix,
            edits=edits,
        )


@memo(key=lambda context, effective: (context, effective))
def restricting_policies(context: Context, effective: str) -> list[Policy]:
    """
    The policies judged that restrict `effective`, those with a list of their own for it first.

    Not the shortest list first: an edit that adds a source would then move a finding to another policy.
    """
    governed = [(each, policy) for policy in context.policies.policies if (each := policy.governing(effective))]
    own = [policy for each, policy in governed if each.name != "default-src"]
    return own + [policy for each, policy in governed if each.name == "default-src"]


def script_sources(context: Context, predicate: Predicate) -> Iterator[ListedSource]:
    """The sources in the lists that govern script elements for which a token predicate holds."""
    for policy in restricting_policies(context, ELEMENT):
        if directive := policy.governing(ELEMENT):
            yield from (ListedSource(policy, directive, token) for token in tokens_that(directive, predicate))


def governing(policy: Policy, kind: Kind) -> Directive | None:
    """The directive that a request of this kind is judged by."""
    return policy.governing(EFFECTIVE_DIRECTIVE[kind])


def keyword_token(directive: Directive, name: str) -> Token | None:
    """The first token of a list that is this keyword."""
    number = _keyword_numbers(directive.list).get(name)
    return None if number is None else directive.token(number)


@memo
def _keyword_numbers(listed: SourceList) -> dict[str, int]:
    numbers = range(len(listed.sources) - 1, -1, -1)
    return {source.name: number for number in numbers if (source := listed.sources[number]).kind == SourceKind.KEYWORD}


def allows_code(policies: PolicySet, kind: Kind) -> bool:
    """Whether any inline code, or eval(), would run."""
    for policy in policies.policies:
        directive = governing(policy, kind)
        if directive and policy.disposition == "enforce" and not source_allowing_code(directive, kind):
            return False
    return True


@memo(key=lambda directive, kind: (directive.list, (kind, directive.name)))
def source_allowing_code(directive: Directive, kind: Kind) -> Source | None:
    """The source by which a list allows any inline code, or eval(); None if it does not."""
    return ALLOWANCES[kind](directive, RequestHop(Request(kind, content=EXAMPLE), None))


@memo(key=lambda policies, kind: (policies, kind))
def allows_any_host(policies: PolicySet, kind: Kind) -> bool:
    """Whether a file from a host that no source names would load."""
    if kind == "object":
        # Chromium asks frame-src about the object's document too, Firefox does not: what any browser loads counts.
        if not policies.restricts("object-src"):
            return True
        policies = replace(policies, browser=FIREFOX)
    return allows_file(policies, kind, unlisted_url(unused_word(policies)))


def first_allowed(policies: PolicySet, kind: Kind, listed: Iterable[ListedSource], most: int) -> ListedSource | None:
    """The first source, among the first `most`, by which a file that it matches gets past all the policies."""
    word = unused_word(policies)
    for each in islice(listed, query_limit(policies, most)):
        if any(allows_file(policies, kind, url) for url in example_files(each.source, policies, word)):
            return each
    return None


def allows_file(policies: PolicySet, kind: Kind, url: Url) -> bool:
    """Whether a file would load."""
    if kind not in _KINDS_OF_ONE_LIST or url.scheme in _INSECURE or policies.browser.reparses_for_frames:
        return not policies.decide_url(kind, url).blocked
    return all(each.disposition != "enforce" or _policy_allows(policies, each, kind, url) for each in policies.policies)


def _policy_allows(policies: PolicySet, policy: Policy, kind: Kind, url: Url) -> bool:
    directive = governing(policy, kind)
    if directive is None and kind != "object":
        return True  # as of base-uri and form-action, which many policies lack
    if directive is None or len(_frame_list(policy, kind)) > _LONGEST_KEY:
        return not policies.only(policy).decide_url(kind, url).blocked
    return _list_allows(directive, policies, policy, kind, url)


@memo(
    key=lambda directive, policies, policy, kind, url: (
        directive.list,
        (kind, directive.name, _frame_list(policy, kind), url.href, policies.page.tuple_origin),
    )
)
def _list_allows(directive: Directive, policies: PolicySet, policy: Policy, kind: Kind, url: Url) -> bool:
    return policies.only(policy).decide_url(kind, url).verdicts[0].allowed


def _frame_list(policy: Policy, kind: Kind) -> str:
    """The other list that decides: Chromium asks frame-src about the document in an object."""
    document = policy.governing("frame-src") if kind == "object" else None
    return document.value if document else ""


_KINDS_OF_ONE_LIST = frozenset({"script", "dynamic-script", "form", "base", "frame-ancestors", "object"})
"""Kinds that one list of a policy decides (for objects see `_frame_list`)."""

_INSECURE = frozenset({"http", "ws"})
"""What upgrade-insecure-requests changes, whichever policy has it."""

_LONGEST_KEY = 4096
"""Characters of another list that may be part of a memo key."""


def query_limit(policies: PolicySet, most: int) -> int:
    """How many questions to ask: `most`, but fewer of a page with thousands of policies, each of which must answer."""
    number = len(policies.policies)
    return most if number * most <= _MOST_VERDICTS else max(_FEWEST_QUERIES, _MOST_VERDICTS // number)


def example_files(source: Source, policies: PolicySet, word: str) -> Iterator[Url]:
    """Files that a host, a scheme or * matches, at its port and path; `word` fills in what the source leaves open."""
    host = f"{word}.{source.host or word}" if source.subdomains or not source.host else source.host
    path = source.path + word if source.path.endswith("/") else source.path or f"/{word}"
    written = source.scheme or policies.page.scheme
    for scheme in ("https", "http") if written in {"http", ""} else ("https",):
        default = DEFAULT_PORTS[scheme]
        for port in (default,) if source.port in {None, ANY_PORT, NO_PORT} else (default, source.port):
            yield compose_url(scheme, host, port, path)
