"""What csplint says that the policies block on this page, in the terms of a browser's violation events."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Literal

from msgspec import Struct

from csplint.csp.browsers import CHROMIUM, FIREFOX, Browser
from csplint.csp.decide import PolicySet
from csplint.csp.policy import Policy, parse_policies
from csplint.csp.request import Request
from csplint.csp.url import Url, parse_url
from csplint.engine.subject import Subject
from csplint.page.document import LITERAL, RECORDED, PageRequest

MOST_REQUESTS = 2000
"""Requests of the page's HTML that are predicted."""

WAITS_FOR_VISITOR = frozenset({"event-handler", "javascript-url", "form", "frame-ancestors", "prefetch"})
"""Kinds of requests that no visit makes by itself."""

_NAMED_BY_SCHEME = frozenset({"data", "blob", "filesystem", "about"})
"""Schemes of which a violation event gives nothing else (CSP3 #strip-url-for-use-in-reports)."""


class Predicted(Struct, frozen=True):
    """One request of the page that a policy refuses. key: how a violation event names what is blocked."""

    directive: str
    key: str
    disposition: Literal["enforce", "report"]
    found: PageRequest

    @property
    def lines(self) -> range:
        """The lines of the page in which a browser may place it."""
        first = self.found.place.line
        return range(first, first + self.found.request.content.count("\n") + 2)

    @property
    def is_certain(self) -> bool:
        """
        Whether every visit makes this request: the HTML says so, and no script and no visitor.

        A browser without a window does not ask for the icon of its tab.
        """
        return (
            self.found.role != "icon"
            and self.found.element not in {LITERAL, RECORDED}
            and self.found.request.kind not in WAITS_FOR_VISITOR
        )


class Judge(Struct, frozen=True):
    """The policies of one response in one browser. page: its URL."""

    page: Url
    policies: tuple[Policy, ...]
    browser: Browser

    @classmethod
    def of(cls, subject: Subject, browser: str) -> Judge:
        """browser: as in an Observation; all but Firefox decide as Chromium does."""
        model = FIREFOX if browser == "firefox" else CHROMIUM
        page = parse_url(subject.page) or Url(subject.page, "", "", None, "")
        return cls(page, parse_policies(subject.delivered, model), model)

    def at(self, order: int) -> PolicySet:
        """The policies that govern what stands at this position in the page: a meta element governs what follows it."""
        return PolicySet(self.page, tuple(each for each in self.policies if each.order < order), self.browser)

    @property
    def everywhere(self) -> PolicySet:
        """All of them: those that govern what a script does once the page is read."""
        return PolicySet(self.page, self.policies, self.browser)


def predictions(subject: Subject, judge: Judge) -> Iterator[Predicted]:
    """Everything that the page's HTML and CSS name and a policy refuses."""
    if subject.document is None:
        return
    for found in islice(subject.document.every_request(), MOST_REQUESTS):
        decision = judge.at(found.order).decide(found.request)
        for disposition, directive in decision.violated:
            if disposition in {"enforce", "report"}:
                key = named(found.request)
                yield Predicted(directive, key, "report" if disposition == "report" else "enforce", found)


def named(request: Request) -> str:
    """How a violation event names what is blocked: a URL without its fragment, a scheme, or a word."""
    if request.kind in {"eval", "wasm"}:
        return "eval" if request.kind == "eval" else "wasm-eval"
    if not request.url:
        return "inline"
    return plain_url(request.url)


def plain_url(url: str) -> str:
    """A blocked URL as predictions and events are compared."""
    parsed = parse_url(url)
    if parsed is None:
        return url
    if parsed.scheme in _NAMED_BY_SCHEME:
        return parsed.scheme
    return parsed.href.partition("#")[0]
