"""
What a browser said of one page.

Everything here comes from the page or the browser, so it is text of strangers: bounded here, escaped where it is written.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from csplint.page.capture import Capture, Hop

Product = Literal["chromium", "chrome", "msedge", "firefox"]

MOST_VIOLATIONS, MOST_MESSAGES, MOST_REQUESTS, MOST_ISSUES = 500, 200, 2000, 200
LONGEST_TEXT = 2000
"""Characters of one text that is kept: an address, a message, a sample."""

LONGEST_POLICY = 64 * 1024


class Violation(Struct, frozen=True, kw_only=True):
    """
    One `securitypolicyviolation` event.

    directive: its effectiveDirective. blocked: its blockedURI, such as a URL, "inline" or "eval". policy: the policy that
    was violated. document: the URL of the document, which may be a frame's. source, line, column: where in a script, or
    "" and 0. sample: the beginning of inline code, which browsers give only for 'report-sample'.
    """

    directive: str
    blocked: str
    disposition: Literal["enforce", "report"]
    policy: str
    document: str
    source: str = ""
    line: int = 0
    column: int = 0
    sample: str = ""


class ConsoleLine(Struct, frozen=True):
    """One message of the console. level: "error", "warning", "log" …; url, line: where it comes from."""

    level: str
    text: str
    url: str = ""
    line: int = 0


Why = Literal["csp", "mixed-content", "coep", "extension", "network"]
"""What stopped a request. coep: COEP, CORP or ORB. extension: an ad blocker or another extension."""


class FailedRequest(Struct, frozen=True):
    """One request without a response. kind: the browser's word for it, such as "script". reason: the browser's own text."""

    url: str
    kind: str
    reason: str
    why: Why


class LoadedRequest(Struct, frozen=True):
    """One request with a response; kind as in FailedRequest."""

    url: str
    kind: str
    status: int


class Issue(Struct, frozen=True):
    """One issue of Chromium's own audit: its code, such as "MixedContentIssue", and what it is about."""

    code: str
    text: str


class Observation(Struct, frozen=True, kw_only=True):
    """
    One page in one browser.

    browser, version: which. url: of the document, after redirects. status, headers, body: of its response as the browser got
    it. redirects: those that the browser followed. marks: those of the wanted marks that were seen, in order, with how:
    "console" or "event". names: those of the wanted values of the page's scripts that exist. settled: whether the page came
    to rest within the time. left_out: how many of each kind were not kept. notes: sentences about what the visit could not show. opened:
    for --interact, what was done. picture: a PNG.
    """

    browser: Product
    version: str
    url: str
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    redirects: tuple[Hop, ...] = ()
    violations: tuple[Violation, ...] = ()
    console: tuple[ConsoleLine, ...] = ()
    failed: tuple[FailedRequest, ...] = ()
    loaded: tuple[LoadedRequest, ...] = ()
    issues: tuple[Issue, ...] = ()
    marks: tuple[tuple[str, Literal["console", "event"]], ...] = ()
    names: tuple[str, ...] = ()
    settled: bool = True
    left_out: dict[str, int] = {}
    notes: tuple[str, ...] = ()
    opened: str = ""
    picture: bytes | None = None

    def capture(self, target: str) -> Capture:
        """The document's response, as csplint judges one."""
        return Capture(
            target=target,
            url=self.url,
            status=self.status,
            headers=self.headers,
            body=self.body,
            redirects=self.redirects,
        )
