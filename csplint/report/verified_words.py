"""The words of `csplint verify`'s report, the same as text and as HTML. Nothing here is escaped."""

from __future__ import annotations

from collections.abc import Iterator

from csplint.model.verified import Agreement, Sighting, VendorSeen, VerifiedPage, VerifyReport, VisitReport
from csplint.report.phrases import counted
from csplint.report.to_send import NONCE_STEP

TITLES = {"chromium": "Chromium", "chrome": "Chrome", "msedge": "Edge", "firefox": "Firefox"}

AGREEMENT: dict[Agreement, str] = {
    "agreed": "csplint says so too.",
    "browser-only": "Only the browser shows it.",
    "predicted-only": "csplint says so; not seen in this visit.",
    "disagreed": "csplint and the browser disagree.",
}
_MARKS = {"seen": "✓", "not seen": "✗", "unknown": "?"}
_MOST_FAILED = 5


def browser_title(report: VerifyReport) -> str:
    """Such as "Chromium 156.0"."""
    return f"{TITLES.get(report.browser.name, report.browser.name)} {report.browser.version}".strip()


def visit_title(visit: VisitReport) -> str:
    """What was sent to the browser."""
    if visit.policy == "sent":
        return "As the server sends it"
    what = "the corrected policy" if visit.policy == "corrected" else "the policy of the file"
    if visit.report_only:
        return f"With {what} as report-only, beside the page's own policies (only this browser got it)"
    return f"With {what} in place of the page's (only this browser got it; nothing was deployed)"


def mark(vendor: VendorSeen) -> str:
    """✓, ✗ or ?, and ! for a widget of which parts fail."""
    return "!" if vendor.state == "partly" else _MARKS[vendor.chat]


def chat_line(vendor: VendorSeen, visit: VisitReport) -> str:
    """Whether the chat loads, as a sentence."""
    policy = "with this policy " if visit.policy != "sent" and not visit.report_only else ""
    parts = ", but parts of it are blocked" if vendor.state == "partly" else ""
    if vendor.chat == "seen":
        return f"{vendor.title}: {policy}the chat loads: seen{parts} ({vendor.why})."
    if vendor.chat == "not seen":
        return f"{vendor.title}: {policy}the chat was not seen to load: {vendor.why}."
    return f"{vendor.title}: unknown whether {policy}the chat loads: {vendor.why}."


_PREDICTED = {
    "works": "it works",
    "partly": "it loads, but parts of it fail",
    "broken": "it does not load",
    "unknown": "it cannot tell",
    "absent": "it is not in the page's HTML",
}


def prediction_line(vendor: VendorSeen) -> str:
    """What csplint says of the same response."""
    said = _PREDICTED[vendor.predicted]
    if not vendor.agrees:
        return f"csplint says of this response: {said}. The browser showed something else: see below."
    return f"csplint says of this response: {said}."


def what_happened(each: Sighting) -> str:
    """The first word of a row."""
    if not each.times:
        return "expected"
    return "blocked" if each.disposition == "enforce" else "reported"


def place(each: Sighting) -> str:
    """What is blocked and where, in one line."""
    line = f", line {each.line}" if each.line and (each.blocked == "inline" or not each.source) else ""
    times = f", {each.times} times" if each.times > 1 else ""
    return f"{each.blocked}{line}{times}"


def explanation(each: Sighting) -> str:
    """Who says so, why, and what would allow it."""
    frame = f" In the frame {each.document}." if each.document else ""
    add = f" To allow it, add {each.add} to {listed_as(each.directive)}." if each.add and each.times else ""
    return f"{AGREEMENT[each.agreement]} {each.why}{frame}{add}"


def listed_as(directive: str) -> str:
    """The directive that a list of hosts belongs in: script-src for script-src-elem."""
    return directive.removesuffix("-elem").removesuffix("-attr")


def remarks(visit: VisitReport) -> Iterator[str]:
    """What else there is to know about a visit."""
    if visit.opened:
        yield f"--interact: {visit.opened}."
    if not visit.settled:
        yield "The page did not come to rest within --timeout; what came later is not here."
    others = [
        each for each in visit.failed if each.why != "csp" and "ABORTED" not in each.reason
    ]  # a script ended those
    for each in others[:_MOST_FAILED]:
        yield f"Not loaded, and not because of CSP: {each.url} ({each.why}: {each.reason})."
    if len(others) > _MOST_FAILED:
        yield f"{counted(len(others) - _MOST_FAILED, 'more request')} failed; --format json lists them."
    for issue in visit.issues:
        if issue.code != "ContentSecurityPolicyIssue":
            yield f"The browser's audit: {issue.code}: {issue.text}."
    yield from visit.notes
    if visit.left_out:
        kinds = ", ".join(f"{number} {kind}" for kind, number in visit.left_out.items())
        yield f"The page said too much; not kept: {kinds}."
    for step in visit.steps:
        if step != NONCE_STEP:
            yield f"To do by hand: {step}"


def sum_line(report: VerifyReport) -> str:
    """One line for the whole run."""
    fine = sum(is_fine(page) for page in report.pages)
    failed = sum(page.error is not None for page in report.pages)
    total = len(report.pages)
    if fine == total:
        tried = any(len(page.visits) > 1 for page in report.pages)
        policy = "with the policy that was tried, " if tried else ""
        return f"{counted(total, 'page')}: {policy}the browser blocked nothing, and csplint and the browser agree."
    parts = [f"{fine} of {counted(total, 'page')} fine"] + ([f"{failed} could not be opened"] if failed else [])
    return f"{', '.join(parts)}."


def is_fine(page: VerifiedPage) -> bool:
    """Whether nothing is wrong with a page in its last visit, which is the one with the candidate if there is one."""
    return bool(page.visits) and page.visits[-1].fine
