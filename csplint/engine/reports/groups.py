"""
Gathers reports into groups, in bounded memory.

A group is one thing that one page was refused under one policy. Once there are `MAX_GROUPS`, new reports are gathered by the
origins of the page and of what was blocked, without their paths; beyond `MAX_COARSE` of these they are only counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from csplint.csp.url import parse_url
from csplint.engine.reports.model import BrokenLine, Coverage, NoiseCount
from csplint.engine.reports.request import NO_URL, Blocked, without_nonces
from csplint.engine.vendor_requests import VendorRequests
from csplint.messages.message import Message, SaidBy
from csplint.messages.noise import NoiseKind, is_weak, noise
from csplint.messages.report_lines import Entry

MAX_GROUPS = 5_000
MAX_COARSE = 5_000
MAX_POLICIES = 200
MAX_PAGES = 20_000
MAX_DAYS = 4_000
MAX_REASONS = 100
MAX_BROKEN_LINES = 100
MAX_KEY = 300
"""Characters of a page's or a blocked URL in a group; the rest is cut."""

OVERFULL = "other reasons"

_Disposition = Literal["enforce", "report"] | None
_Key = tuple[str, str, str, str, _Disposition, int]
_NONE: tuple[str, _Disposition] = ("", None)


class Group(Struct):
    """What is known of one group; see `model.ReportGroup`. policy: a number in `Gathered.policies`."""

    what: Blocked
    disposition: _Disposition
    policy: int
    whole: bool
    reports: int = 0
    weak: int = 0
    browsers: dict[SaidBy, int] = {}
    first: str = ""
    last: str = ""
    sample: str = ""
    is_vendors: bool = False
    """Whether a vendor's file caused one of them."""


class Gathered:
    """All reports of a run. `read` is `grouped` + `noise` + `broken`; `ungrouped` of the grouped are in no group."""

    def __init__(self, vendors: VendorRequests) -> None:
        """Gather nothing yet. vendors: whose hosts are never noise."""
        self._vendors = vendors
        self.read = self.grouped = self.noise = self.broken = self.ungrouped = 0
        self.groups: dict[_Key, Group] = {}
        self.policies: dict[tuple[str, _Disposition], int] = {}
        self.policy_reports: Counter[int] = Counter()
        self.noise_reasons: dict[tuple[NoiseKind, str], tuple[int, int]] = {}
        self.broken_lines: list[BrokenLine] = []
        self.broken_reasons: Counter[str] = Counter()
        self._pages: set[int] = set()
        self._days: set[str] = set()

    def add(self, entry: Entry, file: int = 0) -> None:
        """Count one entry of a file."""
        self.read += 1
        if entry.message is None:
            self._add_broken(entry, file)
        elif (found := noise(entry.message, self._vendors.is_vendors)) is not None:
            self.noise += 1
            self._add_noise((found.kind, found.text), entry.number)
        else:
            self.grouped += 1
            self._add_report(entry.message, entry.day)

    def coverage(self) -> Coverage:
        """The pages and days of the reports that are not noise."""
        days = sorted(self._days)
        return Coverage(
            pages=len(self._pages),
            pages_exact=len(self._pages) < MAX_PAGES,
            days=len(days) or None,
            first_day=days[0] if days else "",
            last_day=days[-1] if days else "",
        )

    def noise_counts(self) -> tuple[NoiseCount, ...]:
        """The reasons, the most frequent first."""
        counts = [
            NoiseCount(kind=kind, text=text, reports=number, line=line)
            for (kind, text), (number, line) in self.noise_reasons.items()
        ]
        return tuple(sorted(counts, key=lambda each: (-each.reports, each.text)))

    def _add_broken(self, entry: Entry, file: int) -> None:
        self.broken += 1
        self.broken_reasons[entry.reason] += 1
        if len(self.broken_lines) < MAX_BROKEN_LINES:
            self.broken_lines.append(BrokenLine(file=file, line=entry.number, reason=entry.reason))

    def _add_noise(self, reason: tuple[NoiseKind, str], line: int) -> None:
        if reason not in self.noise_reasons and len(self.noise_reasons) >= MAX_REASONS:
            reason = (reason[0], OVERFULL)
        number, first = self.noise_reasons.get(reason, (0, line))
        self.noise_reasons[reason] = (number + 1, first)

    def _add_report(self, message: Message, day: str) -> None:
        page = page_of(message.page)
        if len(self._pages) < MAX_PAGES:
            self._pages.add(hash(page))
        if day and len(self._days) < MAX_DAYS:
            self._days.add(day)
        policy = self._policy(message)
        group = self._group(message, page, policy)
        if group is None:
            self.ungrouped += 1
            return
        group.reports += 1
        group.weak += is_weak(message)
        group.sample = group.sample or message.sample
        group.first, group.last = _widened(group, day)
        if message.browser:
            group.browsers[message.browser] = group.browsers.get(message.browser, 0) + 1
        if message.source_file and not group.is_vendors:
            source = parse_url(message.source_file)
            group.is_vendors = source is not None and self._vendors.is_vendors(source)

    def _policy(self, message: Message) -> int:
        """The number of the report's policy; -1 beyond `MAX_POLICIES`."""
        key = (without_nonces(" ".join(message.policy.split())), message.disposition)
        number = self.policies.get(key, -1)
        if number < 0 and len(self.policies) < MAX_POLICIES:
            number = self.policies[key] = len(self.policies)
        self.policy_reports[number] += 1
        return number

    def _group(self, message: Message, page: str, policy: int) -> Group | None:
        blocked = blocked_of(message.blocked)
        code = message.code
        for make, most, whole in ((str, MAX_GROUPS, True), (_origin, MAX_GROUPS + MAX_COARSE, False)):
            shorten: Callable[[str], str] = make
            what = Blocked(message.directive, shorten(blocked), code, shorten(page))
            key = (what.page, what.directive, what.blocked, code, message.disposition, policy)
            if (found := self.groups.get(key)) is not None:
                return found
            if len(self.groups) < most:
                new = self.groups[key] = Group(what, message.disposition, policy, whole, browsers={})
                return new
        return None


def page_of(text: str) -> str:
    """A page without its query, fragment and credentials; what is not a URL as it is, cut."""
    return _without_query(text) if text else ""


def blocked_of(text: str) -> str:
    """What was blocked, without query; a word of CSP3, such as `inline`, or a scheme, stays."""
    if text in NO_URL or ":" not in text:
        return text.lower()[:MAX_KEY]
    scheme = text.partition(":")[0].lower()
    if scheme in {"data", "blob"}:
        return scheme
    return _without_query(text)


def _without_query(text: str) -> str:
    url = parse_url(text)
    if url is None:
        return text[:MAX_KEY]
    if url.origin == "null":
        return f"{url.scheme}:"
    return f"{url.origin}{url.path}"[:MAX_KEY]


def _origin(text: str) -> str:
    url = parse_url(text) if ":" in text else None
    return f"{url.origin}/" if url is not None and url.origin != "null" else text


def _widened(group: Group, day: str) -> tuple[str, str]:
    """The first and the last day with another."""
    if not day:
        return group.first, group.last
    return min(group.first or day, day), max(group.last, day)
