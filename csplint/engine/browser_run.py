"""
`csplint verify`: each page in a browser, beside what csplint says of the response that the browser got.

csplint fetches each page itself first, by the rules of `csplint check` (redirects into private networks, TLS, limits). The browser
then asks the server for the page as a visitor does. A candidate, such as the corrected policy, is served to the browser in
place of the server's response; nothing else of the page's traffic is touched. It is made of the response to csplint's own request, so
cookies that redirects on the way to the page set are not in the browser then.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from csplint.browser.observation import Observation
from csplint.browser.start import start
from csplint.browser.visit import Launch, Opening, RunningBrowser, Visit
from csplint.engine.browser_comparison import Comparison
from csplint.engine.candidate import Policies, with_correction, with_policies, with_steps
from csplint.engine.inputs import UrlInput
from csplint.engine.run import RunOptions, check_visits, fetch_settings
from csplint.engine.subject import ENFORCED, REPORT_ONLY, Subject, read_visits
from csplint.engine.vendors import with_any_vendor, with_vendors
from csplint.engine.widget_seen import widget_seen
from csplint.errors import TargetError
from csplint.model import RedirectReport, TargetFault, TargetReport
from csplint.model.verified import (
    AuditIssue,
    BrowserReport,
    ConsoleSeen,
    HeaderSeen,
    RequestFailed,
    Sighting,
    VendorSeen,
    VerifiedPage,
    VisitReport,
)
from csplint.packs.merge import PackSet
from csplint.packs.pack import Pack
from csplint.page.capture import Capture, Visits
from csplint.page.fetch.redirects import without_credentials
from csplint.page.fetch.settings import FetchSettings

Try = Literal["sent", "corrected", "file"]

_MOST_AT_ONCE = 4
"""Pages that are open at the same time, each with processes of its own."""


class VerifyOptions(Struct, frozen=True, kw_only=True):
    """
    What to do with each page.

    launch: how to start the browser. with_fix: also visit it with csplint's correction. policies: also visit it with these.
    report_only: send either beside the page's own policies, as report-only. interact: open the chat. pictures: take one of
    each visit. on_page: called with each target before it is opened.
    """

    launch: Launch
    with_fix: bool = False
    policies: Policies | None = None
    report_only: bool = False
    interact: bool = False
    pictures: bool = False
    on_page: Callable[[str], None] = lambda _target: None


class Verified(Struct, frozen=True):
    """One page, and the picture of each of its visits, None where there is none."""

    page: VerifiedPage
    pictures: tuple[bytes | None, ...] = ()


async def verify_pages(
    inputs: Sequence[UrlInput], packs: PackSet, run: RunOptions, options: VerifyOptions
) -> tuple[BrowserReport, list[Verified]]:
    """
    Visit every page, each as a new visitor; several at a time where the browser keeps them apart.

    Raises NoBrowserError without a browser; a page that cannot be opened is one with an error.
    """
    browser = await start(options.launch)
    gate = asyncio.Semaphore(min(run.jobs, _MOST_AT_ONCE) if browser.opens_several else 1)

    async def one(each: UrlInput) -> tuple[Verified, BrowserReport | None]:
        async with gate:
            options.on_page(each.shown)
            page = _Page(each, packs, run, options, browser)
            try:
                return await page.verified(), page.about
            except TargetError as error:
                fault = TargetFault(error.kind, error.message, error.hint)
                return Verified(VerifiedPage(target=each.shown, error=fault)), page.about

    try:
        found = await asyncio.gather(*(one(each) for each in inputs))
    finally:
        await browser.close()
    about = next((about for _, about in found if about), BrowserReport(options.launch.product, ""))
    return about, [verified for verified, _ in found]


class _Page:
    """One page of the run."""

    def __init__(
        self, each: UrlInput, packs: PackSet, run: RunOptions, options: VerifyOptions, browser: RunningBrowser
    ) -> None:
        self._input, self._packs, self._run, self._options, self._browser = each, packs, run, options, browser
        self._features: Mapping[str, str] = {
            **run.features,
            **dict.fromkeys(each.features, "asked for by the configuration"),
        }
        self._settings = fetch_settings(each, run)
        self._notes: list[str] = []
        self._done: tuple[str, ...] = ()
        self._expected: Sequence[Pack] = ()
        self.about: BrowserReport | None = None

    async def verified(self) -> Verified:
        """Raises TargetError if the page cannot be opened."""
        fetched = await self._fetch()
        has_secrets = self._has_secrets
        if has_secrets:
            self._notes.append(_SECRETS)
        self._expected = self._may_have(fetched)
        observed = await self._observe(fetched if has_secrets else None)
        seen = observed.capture(self._input.shown)
        if not observed.body and fetched is not None:
            seen = fetched
        other = None if has_secrets or fetched is None or fetched is seen else fetched
        if other is not None:
            self._notes += _other_policies(seen, other)
        subject, chosen, report = self._judged(Visits(seen, other))
        visits = [self._visit("sent", subject, chosen, report, observed)]
        pictures = [observed.picture]
        base = self._judged(Visits(fetched or seen, seen if fetched else None))
        for what, candidate, steps in self._candidates(*base):
            visit, picture = await self._try(what, candidate, base[0])
            if what == "corrected":
                visit = replace(visit, notes=(*visit.notes, *self._done))
            visits.append(replace(visit, steps=steps))
            pictures.append(picture)
        if self._options.with_fix and base[2].corrected is None:
            visits[0] = replace(visits[0], notes=(*visits[0].notes, "There is nothing to correct."))
        page = VerifiedPage(
            target=self._input.shown,
            final_url=seen.url,
            status=seen.status,
            redirects=tuple(RedirectReport(hop.url, hop.status, hop.location) for hop in seen.redirects),
            verdict=report.verdict.text if report.verdict else report.no_widget,
            visits=tuple(visits),
        )
        return Verified(page, tuple(pictures))

    @property
    def _has_secrets(self) -> bool:
        """Whether the user gives something for the page's origin, which must not go to any other."""
        settings = self._settings
        return bool(settings.headers or settings.cookie_file) or without_credentials(self._input.url) != self._input.url

    async def _fetch(self) -> Capture | None:
        """csplint's own fetch, as the browser; None where the server refuses only that."""
        from csplint.page.fetch.client import visit  # noqa: PLC0415 - httpx

        settings = self._settings
        if settings.user_agent == FetchSettings().user_agent:
            settings = replace(settings, user_agent=self._browser.user_agent)
        try:
            visits = await visit(self._input.shown, self._input.url, settings, again=lambda _first: False)
        except TargetError as error:
            if error.kind != "status" or self._has_secrets:
                raise
            self._notes.append(
                f"csplint's own request got no page ({error.message}), so there is only the browser's response."
            )
            return None
        return visits.first

    async def _observe(self, served: Capture | None) -> Observation:
        opening = self._opening(self._vendors(self._packs)) if self._options.interact else None
        shown = [each for pack in self._expected for each in pack.ready]
        ready = (tuple(each.shows for each in pack.ready if each.means == "ready") for pack in self._expected)
        plan = Visit(
            target=self._input.shown,
            url=served.url if served else self._input.url,
            served=served,
            marks=tuple(each.mark for each in shown if each.mark),
            names=tuple(each.name for each in shown if each.name),
            ready=tuple(filter(None, ready)),
            opening=opening,
            picture=self._options.pictures,
            timeout=self._settings.timeout,
        )
        observed = await self._browser.visit(plan)
        self.about = BrowserReport(observed.browser, observed.version, self._browser.notes)
        return observed

    def _may_have(self, fetched: Capture | None) -> Sequence[Pack]:
        """The vendors whose widget the page has, for the browser to look for what shows that it is ready; without a page, all."""
        if fetched is not None:
            return with_vendors(self._packs, self._run.vendors, read_visits(Visits(fetched))).vendors
        return self._vendors(with_any_vendor(self._packs, self._run.vendors))

    def _vendors(self, packs: PackSet) -> list[Pack]:
        """Those of the packs that the user asks about."""
        wanted = self._run.vendors
        return [pack for pack in packs.vendors if not wanted or "auto" in wanted or pack.pack.id in wanted]

    def _opening(self, vendors: Sequence[Pack]) -> Opening | None:
        for pack in vendors:
            if pack.opening is not None:
                return Opening(pack.opening.selector, pack.opening.call, pack.opening.arguments)
        names = " or ".join(pack.pack.id for pack in vendors) or "loaded"
        note = f"--interact: the {names} pack does not say how to open the chat, so it stayed closed."
        if note not in self._notes:
            self._notes.append(note)
        return None

    def _judged(self, visits: Visits) -> tuple[Subject, PackSet, TargetReport]:
        return check_visits(visits, self._packs, self._run, self._features)

    # ------------------------------------------------------------------ candidates

    def _candidates(
        self, subject: Subject, _chosen: PackSet, report: TargetReport
    ) -> list[tuple[Try, Capture, tuple[str, ...]]]:
        options, found = self._options, list[tuple[Try, Capture, tuple[str, ...]]]()
        if options.policies is not None:
            found.append(("file", with_policies(subject, options.policies, report_only=options.report_only), ()))
        if options.with_fix and report.corrected is not None:
            placeholders = self._packs.placeholders
            changed = with_correction(subject, report.corrected, placeholders, report_only=options.report_only)
            steps = report.corrected.steps
            if not options.report_only:
                after, _, still = self._judged(Visits(changed))
                changed, done = with_steps(after, still)
                self._done = done
            found.append(("corrected", changed, steps))
        return found

    async def _try(self, what: Try, candidate: Capture, before: Subject) -> tuple[VisitReport, bytes | None]:
        observed = await self._observe(candidate)
        subject, chosen, report = self._judged(Visits(candidate))
        visit = self._visit(what, subject, chosen, report, observed)
        if what == "file" and before.document is not None and any(meta.counts for meta in before.document.metas):
            note = "The page's meta elements with a policy stay: browsers apply them beside the policy of the file."
            visit = replace(visit, notes=(*visit.notes, note))
        return visit, observed.picture

    # ------------------------------------------------------------------ one visit

    def _visit(
        self, what: Try, subject: Subject, chosen: PackSet, report: TargetReport, observed: Observation
    ) -> VisitReport:
        sightings = Comparison(subject, report, chosen, observed).sightings()
        vendors = tuple(widget_seen(pack, report, observed, sightings) for pack in chosen.vendors)
        trial = self._options.report_only and what != "sent"
        return VisitReport(
            policy=what,
            report_only=trial,
            fine=is_fine(vendors, sightings, report_only=trial),
            vendors=vendors,
            sightings=sightings,
            headers=tuple(_policy_headers(observed.headers)),
            marks=(
                *(f"{mark} ({how})" for mark, how in observed.marks),
                *(f"{name} (global)" for name in observed.names),
            ),
            console=tuple(ConsoleSeen(each.level, each.text, each.url, each.line) for each in observed.console),
            failed=tuple(RequestFailed(each.url, each.kind, each.why, each.reason) for each in observed.failed),
            issues=tuple(AuditIssue(each.code, each.text) for each in observed.issues),
            settled=observed.settled,
            left_out=observed.left_out,
            notes=tuple(dict.fromkeys((*self._notes, *observed.notes))),
            opened=observed.opened,
        )


def is_fine(vendors: Sequence[VendorSeen], sightings: Sequence[Sighting], *, report_only: bool) -> bool:
    """
    Whether every widget came up, nothing was blocked, and csplint and the browser agree.

    report_only: whether what would be blocked counts too. What a frame's own policy blocks in it does not count.
    """
    if any(each.chat != "seen" or not each.agrees for each in vendors):
        return False
    return not any(
        each.disposition == "enforce" or report_only or each.agreement == "disagreed"
        for each in sightings
        if not each.document
    )


def _policy_headers(headers: Sequence[tuple[bytes, bytes]]) -> list[HeaderSeen]:
    found = [(name.decode("latin-1"), value) for name, value in headers]
    return [HeaderSeen(name, value.decode("utf-8", "replace")) for name, value in found if name.lower() in _POLICIES]


_SECRETS = (
    "Your headers, cookies and credentials went with csplint's own request for the page only: the browser got that response, and "
    "asked for everything else without them."
)
_POLICIES = frozenset({ENFORCED, REPORT_ONLY})
_NONCE = re.compile(r"nonce-[^'\s;,]*")


def _other_policies(seen: Capture, fetched: Capture) -> list[str]:
    """A note where the browser and csplint got different policies, their nonces aside."""
    texts = [
        {_NONCE.sub("nonce-", part.strip()) for each in _policy_headers(one.headers) for part in each.value.split(",")}
        for one in (seen, fetched)
    ]
    if texts[0] == texts[1]:
        return []
    return [
        "The browser got other policy headers than csplint did a moment before: the server, a cache or a service in between "
        "does not send every visitor the same. What follows is about the browser's."
    ]
