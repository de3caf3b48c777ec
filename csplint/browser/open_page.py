"""What every browser's driver shares: what belongs to one open page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from csplint.browser.observation import Observation, Product
from csplint.browser.page_globals import LOOK_AGAIN, LOOK_SECONDS
from csplint.browser.record import Record
from csplint.browser.settle import PATIENCE, QUIET, Activity
from csplint.browser.visit import Visit
from csplint.csp.url import parse_url
from csplint.page.capture import Capture, Hop
from csplint.page.fetch.settings import MAX_BODY_BYTES

_STEP = 0.05
_LONGEST_REPORT = 200_000
_NOT_SENT_AGAIN = frozenset(
    {b"content-encoding", b"content-length", b"transfer-encoding", b"connection", b"keep-alive", b"alt-svc"}
)
"""Headers that described the body on its way."""


Look = Callable[[str], Awaitable[Any]]
"""Runs the expression of `page_globals.look` for a name in the page's own world, and gives its result."""


class OpenPage:
    """One page while it is open: what it said, what it is doing, and the response of its document."""

    def __init__(self, visit: Visit) -> None:
        self.plan = visit
        self.record = Record(visit.marks)
        self.activity = Activity()
        self.deadline = asyncio.get_running_loop().time() + visit.timeout
        self.notes: dict[str, None] = {}
        self.url, self.status = visit.url, 0
        self.headers: tuple[tuple[bytes, bytes], ...] = ()
        self.body = b""
        self.redirects: tuple[Hop, ...] = ()
        self.settled = True
        self.opened = ""
        self.picture: bytes | None = None

    @property
    def time_left(self) -> float:
        """Seconds until the deadline, at least a tenth."""
        return max(0.1, self.deadline - asyncio.get_running_loop().time())

    def hear(self, text: Any) -> None:
        """A report of the script in the page, as JSON; the page may send anything."""
        told = None
        if isinstance(text, str) and len(text) <= _LONGEST_REPORT:
            try:
                told = msgspec.json.decode(text)
            except (msgspec.DecodeError, RecursionError, UnicodeError):
                told = None
        self.record.hear(told)

    async def rest(self, look: Look) -> None:
        """Wait until the page rests, or until the deadline; meanwhile and last, `look` for the names of the plan."""
        clock = asyncio.get_running_loop().time
        looked = clock()
        while self.activity.quiet_for() < (PATIENCE if self._may_get_ready() else QUIET):
            if clock() >= self.deadline:
                self.settled = False
                break
            await asyncio.sleep(_STEP)
            if clock() - looked >= LOOK_AGAIN:
                await self._look(look)
                looked = clock()
        await self._look(look)

    async def _look(self, look: Look) -> None:
        """Look for each name that has not been found. Whatever the page does about it, the visit goes on."""
        for name in self.plan.names:
            if name not in self.record.names:
                try:
                    self.record.looked(name, await asyncio.wait_for(look(name), min(LOOK_SECONDS, self.time_left)))
                except TimeoutError:
                    return  # the page is busy
                except Exception:  # noqa: BLE001, S112 - the page is on its way to another one, or kept Chromium from looking
                    continue

    def _may_get_ready(self) -> bool:
        """Whether a widget that has not shown yet that it is ready still may: no policy has stopped a script."""
        seen = {*self.record.marks, *self.record.names}
        if all(any(each in seen for each in widget) for widget in self.plan.ready):
            return False
        return not any(each.directive.startswith("script-src") for each in self.record.violations)

    def use(self, served: Capture) -> None:
        """Take the document's response from what was served in its place."""
        self.url, self.status, self.body = served.url, served.status or 200, served.body
        self.headers, self.redirects = served.headers, served.redirects

    def observed(self, browser: Product, version: str) -> Observation:
        """Everything that was seen."""
        record = self.record
        return Observation(
            browser=browser,
            version=version,
            url=self.url,
            status=self.status,
            headers=self.headers,
            body=self.body[:MAX_BODY_BYTES],
            redirects=self.redirects,
            violations=tuple(record.violations),
            console=tuple(record.console),
            failed=tuple(record.failed),
            loaded=tuple(record.loaded),
            issues=tuple(record.issues),
            marks=tuple(record.marks.items()),
            names=tuple(record.names),
            settled=self.settled,
            left_out=dict(record.left_out),
            notes=tuple(self.notes),
            opened=self.opened,
            picture=self.picture,
        )


def is_on(url: str, hosts: tuple[str, ...]) -> bool:
    """Whether a URL is on one of these hosts, or on a host below one that begins with a dot."""
    parsed = parse_url(url)
    host = parsed.host if parsed else ""
    return bool(host) and any(host == each or (each.startswith(".") and host.endswith(each)) for each in hosts)


def to_serve(served: Capture) -> list[tuple[str, str]]:
    """The headers of a response that is served in place of the server's."""
    kept = [(name, value) for name, value in served.headers if name.lower() not in _NOT_SENT_AGAIN]
    return [(name.decode("latin-1"), _text(value)) for name, value in kept]


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def as_bytes(value: str) -> bytes:
    """A header's value as bytes, from the text that a browser gives."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace")


SERVICE_WORKER = (
    "The page registers a service worker, which csplint kept from starting. At later visits it may answer with an old page "
    "and its old policy: visitors who were there before may see other errors."
)
"""A note for the report."""
