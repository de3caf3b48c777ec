"""Chromium, Chrome and Edge, driven by playwright: the only module that imports it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from collections.abc import Coroutine
from typing import Any

from msgspec.structs import replace

from csplint.browser.find import find_browser
from csplint.browser.network import navigation_error, require_public, written_addresses
from csplint.browser.observation import Observation, Product
from csplint.browser.open_page import SERVICE_WORKER, OpenPage, as_bytes, to_serve
from csplint.browser.page_globals import look
from csplint.browser.script import listener
from csplint.browser.visit import INSTALL, Launch, NoBrowserError, Opening, Visit
from csplint.errors import TargetError
from csplint.page.capture import Capture, Hop
from csplint.page.excerpt import excerpt

_ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-site-isolation-trials",
    "--disable-sync",
    "--disable-quic",
    "--metrics-recording-only",
    "--no-first-run",
    "--no-pings",
)
"""
Nothing is sent but what the page asks for. One process for a page and its frames, so that one session hears them all: there is
nothing in this profile that a frame could steal.
"""

_MOST_LISTENED = 5000
"""Messages of the console after which csplint stops listening to it."""

_PICTURE_SECONDS, _CLOSE_SECONDS, _CLICK_SECONDS = 5, 10, 5
_LOOK_MILLISECONDS = 300
"""After which Chromium ends a look that code of the page's holds up."""

_WORLD, _SEND = "csplint", "csplintSend"
_CRASHED = "The page crashed in the browser, so what it did later is not here."
_VIEW = {"width": 1280, "height": 800}
_BLOCKED_WORKER = "Service Worker registration blocked by Playwright"
_NO_SANDBOX = "The browser ran without its own sandbox, which cannot be used here (as root, or in some containers)."


async def start_chromium(launch: Launch) -> Chromium:
    """Start the browser. Raises NoBrowserError, with what to do."""
    product, path = find_browser(launch.product, launch.path)
    try:
        from playwright.async_api import async_playwright  # noqa: PLC0415 - an extra, and slow to import
    except ImportError as error:
        raise NoBrowserError(
            f"csplint verify drives {product} with the playwright package, which is not installed: {INSTALL}"
        ) from error
    playwright = await async_playwright().start()
    try:
        browser, notes = await _launched(playwright, path)
        page = await browser.new_page()
        agent = await page.evaluate("navigator.userAgent")  # a blank page: nothing of the site's
        await page.close()
    except BaseException as error:
        await playwright.stop()
        if isinstance(error, Exception):
            raise NoBrowserError(f"{path} does not start: {_first_line(error)}") from error
        raise
    started = Chromium(playwright, browser, replace(launch, product=product), str(agent))
    started.notes = notes
    return started


def _named(product: str) -> Product:
    return product if product in {"chrome", "msedge"} else "chromium"  # type: ignore[return-value]


async def _launched(playwright: Any, path: str) -> tuple[Any, tuple[str, ...]]:
    """The browser in its sandbox; without it only where it does not start in it."""
    arguments: dict[str, Any] = {"executable_path": path, "args": list(_ARGUMENTS), "handle_sigint": False}
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if not is_root:
        with contextlib.suppress(Exception):
            return await playwright.chromium.launch(chromium_sandbox=True, **arguments), ()
    return await playwright.chromium.launch(chromium_sandbox=False, **arguments), (_NO_SANDBOX,)


class Chromium:
    """A running browser; each visit has a context of its own: no cookies, no cache, no storage of an earlier one."""

    def __init__(self, playwright: Any, browser: Any, launch: Launch, agent: str) -> None:
        self._playwright, self._browser, self._launch = playwright, browser, launch
        self._product = _named(launch.product)
        self.user_agent = launch.user_agent or agent
        self.notes: tuple[str, ...] = ()
        self.opens_several = True

    async def close(self) -> None:
        """End the browser and its driver."""
        for each in (self._browser.close, self._playwright.stop):
            with contextlib.suppress(Exception):
                await asyncio.wait_for(each(), _CLOSE_SECONDS)

    async def visit(self, visit: Visit) -> Observation:
        """Open one page. Raises TargetError where it cannot be opened."""
        options: dict[str, Any] = {
            "accept_downloads": False,
            "ignore_https_errors": self._launch.insecure,
            "service_workers": "block",
            "viewport": _VIEW,
        }
        if self._launch.user_agent:
            options["user_agent"] = self._launch.user_agent
        if self._launch.proxy:
            options["proxy"] = {"server": self._launch.proxy}
        context = await self._browser.new_context(**options)
        try:
            page = OpenPage(visit)
            tab = _Tab(context, page, self._launch)
            await asyncio.wait_for(tab.run(), visit.timeout + _PICTURE_SECONDS + 2 * _CLICK_SECONDS)
            return page.observed(self._product, self._browser.version)
        except TimeoutError as error:
            raise TargetError(
                visit.target, "timeout", f"{excerpt(visit.target)} keeps the browser busy", hint=_BUSY
            ) from error
        finally:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(context.close(), _CLOSE_SECONDS)


_BUSY = "a script on the page may never end; raise --timeout if the page is only slow"


class _Tab:
    """One page in a context of its own."""

    def __init__(self, context: Any, page: OpenPage, launch: Launch) -> None:
        self._context, self._page, self._launch = context, page, launch
        self._tab: Any = None
        self._session: Any = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._heard = 0

    async def run(self) -> None:
        """Open the page, wait until it rests, open the chat, take the picture."""
        page, plan = self._page, self._page.plan
        await self._listen()
        response = await self._go()
        await page.rest(self._look)
        if not self._context.browser.is_connected():
            raise TargetError(plan.target, "browser", f"the browser ended while {excerpt(plan.target)} was open")
        if plan.served is None:
            await self._read(response)
        if plan.opening is not None:
            page.opened = await self._open_chat(plan.opening)
            await page.rest(self._look)
        if plan.picture:
            await self._take_picture()

    async def _listen(self) -> None:
        page, context = self._page, self._context
        self._tab = await context.new_page()
        context.on("page", lambda other: self._later(other.close()))
        context.on("dialog", lambda dialog: self._later(dialog.dismiss()))
        context.on("console", self._message)
        context.on(
            "weberror",
            lambda error: page.record.message("error", str(error.error), error.page.url if error.page else "", 0),
        )
        # Of the tab only: a window that the page opens is closed, and then its requests never end.
        self._tab.on("request", lambda request: page.activity.begins(_id(request)))
        self._tab.on("requestfailed", self._failed)
        self._tab.on("requestfinished", lambda request: self._later(self._finished(request)))
        self._tab.on("load", lambda _tab: self._loaded())
        self._tab.on("crash", lambda _tab: page.notes.setdefault(_CRASHED))
        self._session = await context.new_cdp_session(self._tab)
        await self._inspect(self._session)
        if page.plan.served is not None:
            await self._serve(page.plan.served)

    async def _inspect(self, session: Any) -> None:
        """
        Listen by the debugging protocol, in a world of its own: the page's scripts neither see nor change what listens.

        playwright's own bindings are in the page's world, where a page that replaces JSON.stringify ends playwright.
        """
        page = self._page
        session.on("Audits.issueAdded", self._issue)
        session.on("Runtime.bindingCalled", lambda event: page.hear(event.get("payload")))
        await session.send("Runtime.enable")
        await session.send("Page.enable")
        await session.send("Runtime.addBinding", {"name": _SEND, "executionContextName": _WORLD})
        source = f"({listener(page.plan.marks)})(globalThis.{_SEND})"
        await session.send("Page.addScriptToEvaluateOnNewDocument", {"source": source, "worldName": _WORLD})
        await session.send("Audits.enable")
        await session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    async def _look(self, name: str) -> Any:
        """
        Look for a value in the page's own world; `page_globals.py` says why that changes nothing there.

        Chromium itself sees to it that no code of the page's does more than answer: an effect ends the look, and so does time.
        Nor may such code use the protocol's freedom: the page's policy decides about its eval() as ever.
        """
        answer = await self._session.send(
            "Runtime.evaluate",
            {
                "expression": look("window", name),
                "silent": True,
                "returnByValue": True,
                "throwOnSideEffect": True,
                "timeout": _LOOK_MILLISECONDS,
                "disableBreaks": True,
                "allowUnsafeEvalBlockedByCSP": False,
            },
        )
        return answer.get("result", {}).get("value")

    async def _serve(self, served: Capture) -> None:
        """Answer the navigation to the document with this response; everything else goes its own way."""
        headers: dict[str, str] = {}
        for name, value in to_serve(served):
            key = next((each for each in headers if each.lower() == name.lower()), name)
            between = "\n" if name.lower() == "set-cookie" else ", "
            headers[key] = f"{headers[key]}{between}{value}" if key in headers else value

        async def answer(route: Any) -> None:
            request = route.request
            if request.is_navigation_request() and request.frame == self._tab.main_frame:
                await route.fulfill(status=served.status or 200, headers=headers, body=served.body)
            else:
                await route.continue_()

        url = re.escape(served.url.partition("#")[0])
        await self._context.route(re.compile(f"^{url}(#.*)?$"), answer)

    async def _go(self) -> Any:
        page, plan = self._page, self._page.plan
        try:
            response = await self._tab.goto(plan.url, wait_until="commit", timeout=page.time_left * 1000)
        except Exception as error:
            raise navigation_error(plan, _first_line(error)) from error
        if response is None:
            raise TargetError(plan.target, "browser", f"the browser opened no page at {excerpt(plan.target)}")
        if plan.served is not None:
            page.use(plan.served)
        else:
            await self._hops(response)
            require_public(plan.target, await self._addresses(response), self._launch)
        return response

    async def _hops(self, response: Any) -> None:
        hops: list[Hop] = []
        after, request = response.request, response.request.redirected_from
        while request is not None:
            answer = await request.response()
            hops.append(Hop(request.url, answer.status if answer else 0, after.url))
            after, request = request, request.redirected_from
        self._page.redirects = tuple(reversed(hops))
        self._page.url, self._page.status = response.url, response.status

    async def _addresses(self, response: Any) -> list[tuple[str, str]]:
        """(URL, IP address) of each response on the way to the document, first to last."""
        if self._launch.proxy:
            return written_addresses([*(hop.url for hop in self._page.redirects), response.url])
        found: list[tuple[str, str]] = []
        request = response.request
        while request is not None:
            answer = await request.response()
            address = await answer.server_addr() if answer else None
            if address:
                found.append((request.url, str(address["ipAddress"])))
            request = request.redirected_from
        return found[::-1]

    async def _read(self, response: Any) -> None:
        page = self._page
        try:
            pairs = await asyncio.wait_for(response.headers_array(), page.time_left + 1)
            page.headers = tuple((as_bytes(each["name"]), as_bytes(each["value"])) for each in pairs)
            page.body = await asyncio.wait_for(response.body(), page.time_left + 1)
        except Exception:  # noqa: BLE001 - the page has gone on to another one, or never ends
            page.notes[
                "The browser did not keep the page's HTML, so csplint judges the HTML that it fetched itself."
            ] = None

    def _loaded(self) -> None:
        self._page.activity.loaded = True
        self._page.activity.moves()

    def _message(self, message: Any) -> None:
        self._heard += 1
        if self._heard > _MOST_LISTENED:
            self._context.remove_listener("console", self._message)
            return
        if message.text == _BLOCKED_WORKER:
            self._page.notes[SERVICE_WORKER] = None
            return
        at = message.location or {}
        self._page.record.message(message.type, message.text, str(at.get("url", "")), int(at.get("lineNumber", 0)) + 1)

    def _failed(self, request: Any) -> None:
        self._page.activity.ends(_id(request))
        self._page.record.request_failed(request.url, request.resource_type, request.failure or "")

    async def _finished(self, request: Any) -> None:
        self._page.activity.ends(_id(request))
        answer = await request.response()
        if answer is not None:
            self._page.record.request_loaded(request.url, request.resource_type, answer.status)

    def _issue(self, event: Any) -> None:
        issue = event.get("issue", {})
        code, details = issue.get("code", ""), issue.get("details", {})
        read = _ISSUES.get(code)
        if read is not None:
            key, fields = read
            inside = details.get(key, {})
            words = [str(inside.get(each, "")) for each in fields]
            if code == "BlockedByResponseIssue":
                words.append(str(inside.get("request", {}).get("url", "")))
            self._page.record.issue(code, " ".join(filter(None, words)))

    async def _open_chat(self, opening: Opening) -> str:
        """
        Click what opens the chat, or call the function that does.

        The call itself comes from the debugging protocol, which no policy stops; what the function then does is the page's
        own doing, under the page's policies.
        """
        try:
            if opening.selector:
                await self._tab.locator(opening.selector).first.click(timeout=_CLICK_SECONDS * 1000)
                return f"clicked {opening.selector}"
            call = self._tab.evaluate(_CALL, [opening.call.split("."), list(opening.arguments)])
            await asyncio.wait_for(call, _CLICK_SECONDS)
        except Exception as error:  # noqa: BLE001 - whatever keeps the chat closed is a note
            self._page.notes[f"The chat could not be opened: {_first_line(error)}"] = None
            return ""
        return f"called {opening.call}()"

    async def _take_picture(self) -> None:
        try:
            self._page.picture = await self._tab.screenshot(type="png", timeout=_PICTURE_SECONDS * 1000)
        except Exception as error:  # noqa: BLE001 - a page without a picture is still a page
            self._page.notes[f"There is no picture: {_first_line(error)}"] = None

    def _later(self, what: Coroutine[Any, Any, Any]) -> None:
        """Do something that an event asks for; whatever becomes of it, the visit goes on."""
        task = asyncio.ensure_future(what)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()


_CALL = """([path, args]) => {
  let owner = window;
  for (const name of path.slice(0, -1)) owner = owner[name];
  void owner[path[path.length - 1]](...args);
}"""

_ISSUES = {
    "ContentSecurityPolicyIssue": (
        "contentSecurityPolicyIssueDetails",
        ("contentSecurityPolicyViolationType", "violatedDirective", "blockedURL"),
    ),
    "MixedContentIssue": ("mixedContentIssueDetails", ("resolutionStatus", "insecureURL")),
    "BlockedByResponseIssue": ("blockedByResponseIssueDetails", ("reason",)),
}
"""The issues that say why something does not load, and what to keep of each."""


def _id(request: Any) -> str:
    return str(id(request))


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n", 1)[0][:500]
