"""
The report of `csplint verify`: what a browser said of each page, beside what csplint says.

A format of its own (`csplint schema verify`), and not part of `csplint.model`'s report. Keys may be added while
`format_version` is 1.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from csplint.model.answer import WidgetState
from csplint.model.report import RedirectReport, TargetFault, Tool

ChatState = Literal["seen", "not seen", "unknown"]
"""
seen: in this browser, at this visit, the widget came up. not seen: it did not. unknown: nothing shows it either way.
"""

Agreement = Literal["agreed", "browser-only", "predicted-only", "disagreed"]
"""
agreed: csplint says so and the browser did so. browser-only: the page's HTML does not show it; a script made it while it ran.
predicted-only: csplint says so, and the visit did not come to it. disagreed: csplint says one thing, the browser did another.
"""


class Sighting(Struct, frozen=True, kw_only=True):
    """
    One thing that a policy blocks, or would block.

    directive: the effective directive. blocked: a URL, or "inline", "eval" … as browsers report it. times: how often the
    browser reported it; 0 if it did not. document: the frame's URL where it is not the page. source, line: the script that
    asked, or the page's line. why: in a sentence. add: the source that the directive needs to allow it, "" if no source is
    the answer. vendors: the ids of those whose widget asks for it.
    """

    agreement: Agreement
    directive: str
    blocked: str
    disposition: Literal["enforce", "report"] = "enforce"
    times: int = 0
    document: str = ""
    source: str = ""
    line: int = 0
    why: str = ""
    add: str = ""
    vendors: tuple[str, ...] = ()


class VendorSeen(Struct, frozen=True, kw_only=True):
    """
    One vendor's widget in the browser.

    chat: whether it came up, and why csplint says so. state: the same in the words of the verdict, from what the browser
    said. predicted: csplint's verdict for this browser. agrees: whether the two can both be right.
    """

    vendor: str
    title: str
    chat: ChatState
    why: str
    state: WidgetState
    predicted: WidgetState
    agrees: bool


class HeaderSeen(Struct, frozen=True):
    """A policy header as the browser received it."""

    name: str
    value: str


class ConsoleSeen(Struct, frozen=True):
    """One message of the console."""

    level: str
    text: str
    url: str = ""
    line: int = 0


class RequestFailed(Struct, frozen=True):
    """One request that got no response: why, and the browser's own reason."""

    url: str
    kind: str
    why: Literal["csp", "mixed-content", "coep", "extension", "network"]
    reason: str


class AuditIssue(Struct, frozen=True):
    """One issue of Chromium's own audit."""

    code: str
    text: str


class VisitReport(Struct, frozen=True, kw_only=True):
    """
    One visit of a page.

    policy: "sent" as the server sends it, "corrected" with csplint's correction in its place, "file" with the policy of a
    file. report_only: the candidate was sent beside the page's own policies, as report-only. fine: the chat was seen (if one was
    asked about), nothing was blocked, and csplint and the browser agree. marks: what was seen of how far widgets have come, and how: in the
    "console", as an "event", or as a "global". steps: what is left to do by hand. settled: the page
    came to rest in time. left_out: how many messages and so on were not kept. picture: the file it was written to, "" for
    none. opened: what --interact did.
    """

    policy: Literal["sent", "corrected", "file"]
    report_only: bool
    fine: bool
    vendors: tuple[VendorSeen, ...]
    sightings: tuple[Sighting, ...]
    headers: tuple[HeaderSeen, ...]
    marks: tuple[str, ...]
    console: tuple[ConsoleSeen, ...]
    failed: tuple[RequestFailed, ...]
    issues: tuple[AuditIssue, ...]
    settled: bool
    left_out: dict[str, int]
    notes: tuple[str, ...]
    steps: tuple[str, ...] = ()
    opened: str = ""
    picture: str = ""


class VerifiedPage(Struct, frozen=True, kw_only=True):
    """One page. error: why it could not be opened; there are no visits then."""

    target: str
    final_url: str | None = None
    status: int | None = None
    redirects: tuple[RedirectReport, ...] = ()
    error: TargetFault | None = None
    verdict: str = ""
    visits: tuple[VisitReport, ...] = ()


class BrowserReport(Struct, frozen=True):
    """The browser: chromium, chrome, msedge or firefox, its version, and notes about how it ran."""

    name: str
    version: str
    notes: tuple[str, ...] = ()


class VerifyReport(Struct, frozen=True, kw_only=True):
    """A whole run of `csplint verify`."""

    format: Literal["csplint-verify"] = "csplint-verify"
    format_version: Literal[1] = 1
    tool: Tool
    browser: BrowserReport
    started_at: str
    exit_code: int
    pages: tuple[VerifiedPage, ...]
