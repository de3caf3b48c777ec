"""Ask policies about a whole page's requests, once for all that cannot be answered differently."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from csplint.checks.context import Context
from csplint.checks.own_page.requests import Own
from csplint.csp.decide import EFFECTIVE_DIRECTIVE, Verdict
from csplint.csp.policy import Directive, Policy
from csplint.csp.request import Request
from csplint.csp.url import parse_url

MOST_POLICIES = 8
"""Policies that are held against the page, of those that restrict anything it asks for; people send one or two."""

_MOST_WORK = 400_000
"""Comparisons of a source with a request, in all; a large real page under a long list takes a tenth of it."""


class Refusal(Struct, frozen=True):
    """A request of the page that one policy refuses, and the directive that governs it there."""

    own: Own
    policy: Policy
    directive: Directive

    @property
    def effective(self) -> str:
        """The directive for requests of this kind."""
        return EFFECTIVE_DIRECTIVE[self.own.request.kind]


class Judge:
    """The verdicts of a context's policies, each alone; a page made to take for ever is judged in part."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._verdicts: dict[tuple[object, ...], Verdict] = {}
        self._by_origin: dict[tuple[int, str], bool] = {}
        self._left = _MOST_WORK

    def verdict(self, policy: Policy, request: Request) -> Verdict | None:
        """What one policy says of a request; None where nothing governs it, or too much has been asked."""
        directive = policy.governing(EFFECTIVE_DIRECTIVE[request.kind])
        if directive is None:
            return None
        key = (policy.index, request.kind, *self._trust(request), self._where(policy, directive, request))
        if key not in self._verdicts:
            self._left -= len(directive.list.sources) + 1
            if self._left < 0:
                return None
            self._verdicts[key] = self._context.policies.only(policy).decide(request).verdicts[0]
        return self._verdicts[key]

    def refusals(self, policy: Policy, requests: tuple[Own, ...]) -> Iterator[Refusal]:
        """The page's requests that a policy refuses, in document order."""
        for own in requests:
            verdict = self.verdict(policy, own.request) if own.is_under(policy) else None
            if verdict is not None and verdict.directive is not None and not verdict.allowed:
                yield Refusal(own, policy, verdict.directive)

    @staticmethod
    def _trust(request: Request) -> tuple[object, ...]:
        return request.nonce, request.nonceable, request.integrity, request.content

    def _where(self, policy: Policy, directive: Directive, request: Request) -> str:
        """The URL where a path in the list could matter, else its origin; of a data: URL its scheme is enough."""
        if not request.url:
            return ""
        if (policy.index, directive.name) not in self._by_origin:
            paths = {source.path for source in directive.list.locations}
            self._by_origin[policy.index, directive.name] = paths <= {"", "/"}
        url = parse_url(request.url)
        if url is None:
            return request.url
        if url.origin == "null":
            return f"{url.scheme}:"
        return url.origin if self._by_origin[policy.index, directive.name] else request.url


def governing_policies(context: Context) -> tuple[Policy, ...]:
    """The policies that could refuse a request, as many as are looked at."""
    restricting = (policy for policy in context.policies.policies if set(policy.in_force) & _RESTRICTING)
    return tuple(policy for policy, _ in zip(restricting, range(MOST_POLICIES), strict=False))


_RESTRICTING = frozenset(
    {*EFFECTIVE_DIRECTIVE.values(), "default-src", "script-src", "style-src", "child-src"},
)
