"""One page in Firefox, from WebDriver BiDi's events."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import Coroutine
from typing import Any

from csplint.browser.bidi import BidiError, Session
from csplint.browser.network import navigation_error, require_public, written_addresses
from csplint.browser.open_page import OpenPage, as_bytes, to_serve
from csplint.browser.page_globals import look
from csplint.browser.script import listener
from csplint.browser.visit import Launch, Opening
from csplint.page.capture import Hop
from csplint.page.excerpt import excerpt
from csplint.page.fetch.settings import MAX_BODY_BYTES

_CHANNEL = "csplint"
"""Also the sandbox in which csplint listens: the page's scripts neither see nor change what is in there."""

_EVENTS = (
    "browsingContext.contextCreated",
    "browsingContext.load",
    "log.entryAdded",
    "network.beforeRequestSent",
    "network.fetchError",
    "network.responseCompleted",
    "network.responseStarted",
    "script.message",
)
_VIEW = {"width": 1280, "height": 800}
_REDIRECTS = range(300, 400)


class Tab:
    """One tab in a user context of its own."""

    def __init__(self, session: Session, user_context: str, page: OpenPage, launch: Launch) -> None:
        self._session, self._user_context, self._page, self._launch = session, user_context, page, launch
        self._tab = ""
        self._arrived: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._hops: list[tuple[str, int]] = []
        self._tasks: set[asyncio.Task[Any]] = set()

    async def run(self) -> None:
        """Open the page, wait until it rests, open the chat, take the picture."""
        page, plan = self._page, self._page.plan
        await self._listen()
        event = await self._go()
        await page.rest(self._look)
        if plan.served is None:
            await self._read(event)
        if plan.opening is not None:
            page.opened = await self._open_chat(plan.opening)
            await page.rest(self._look)
        if plan.picture:
            await self._take_picture()

    async def _listen(self) -> None:
        command, contexts = self._session.command, [self._user_context]
        channel = {"type": "channel", "value": {"channel": _CHANNEL}}
        await command(
            "script.addPreloadScript",
            functionDeclaration=listener(self._page.plan.marks),
            arguments=[channel],
            sandbox=_CHANNEL,
            userContexts=contexts,
        )
        made = await command("browsingContext.create", type="tab", userContext=self._user_context)
        self._tab = made["context"]
        for event, function in (
            ("browsingContext.contextCreated", self._created),
            ("browsingContext.load", self._loaded),
            ("log.entryAdded", self._message),
            ("network.beforeRequestSent", self._request),
            ("network.fetchError", self._failed),
            ("network.responseStarted", self._started),
            ("network.responseCompleted", self._finished),
            ("script.message", self._heard),
        ):
            self._session.on(event, function)
        await command("session.subscribe", events=list(_EVENTS), userContexts=contexts)
        with contextlib.suppress(BidiError):  # what an older Firefox does not know
            await command("browsingContext.setViewport", context=self._tab, viewport=_VIEW)
        with contextlib.suppress(BidiError):
            await command("browser.setDownloadBehavior", downloadBehavior={"type": "denied"}, userContexts=contexts)
        with contextlib.suppress(BidiError):
            await command("network.setCacheBehavior", cacheBehavior="bypass", contexts=[self._tab])
        if self._page.plan.served is None:
            await command(
                "network.addDataCollector",
                dataTypes=["response"],
                maxEncodedDataSize=MAX_BODY_BYTES,
                contexts=[self._tab],
            )
        else:
            await command("network.addIntercept", phases=["beforeRequestSent"], contexts=[self._tab])

    async def _go(self) -> dict[str, Any]:
        page, plan = self._page, self._page.plan
        try:
            async with asyncio.timeout(page.time_left):
                await self._session.command("browsingContext.navigate", context=self._tab, url=plan.url, wait="none")
                event = await self._arrived
        except TimeoutError as error:
            raise navigation_error(plan, "Timeout") from error
        except BidiError as error:
            raise navigation_error(plan, str(error)) from error
        if plan.served is not None:
            page.use(plan.served)
            return event
        urls = [url for url, _status in self._hops] + [str(event["response"]["url"])]
        page.redirects = tuple(Hop(url, status, urls[number + 1]) for number, (url, status) in enumerate(self._hops))
        page.url, page.status = urls[-1], int(event["response"]["status"])
        require_public(plan.target, written_addresses(urls), self._launch)
        return event

    async def _read(self, event: dict[str, Any]) -> None:
        page = self._page
        page.headers = tuple(
            (as_bytes(each["name"]), _value(each["value"])) for each in event["response"].get("headers", ())
        )
        try:
            command = self._session.command("network.getData", dataType="response", request=event["request"]["request"])
            page.body = _value((await asyncio.wait_for(command, page.time_left + 1))["bytes"])
        except (BidiError, TimeoutError):
            page.notes[
                "The browser did not keep the page's HTML, so csplint judges the HTML that it fetched itself."
            ] = None

    async def _look(self, name: str) -> Any:
        """
        Look for a value from csplint's sandbox, whose Object the page cannot replace.

        A sandbox sees the page as the browser made it; `wrappedJSObject` is the same with what the page's scripts have set.
        """
        answer = await self._session.command(
            "script.callFunction",
            functionDeclaration=f"() => {look('window.wrappedJSObject', name)}",
            target={"context": self._tab, "sandbox": _CHANNEL},
            awaitPromise=False,
        )
        return answer.get("result", {}).get("value")

    # ------------------------------------------------------------------ events

    def _created(self, event: dict[str, Any]) -> None:
        if (
            event.get("parent") is None
            and event.get("context") != self._tab
            and event.get("userContext") == self._user_context
        ):
            self._later(self._session.command("browsingContext.close", context=event["context"]))

    def _loaded(self, event: dict[str, Any]) -> None:
        if event.get("context") == self._tab and not str(event.get("url", "")).startswith("about:blank"):
            self._page.activity.loaded = True
            self._page.activity.moves()

    def _message(self, event: dict[str, Any]) -> None:
        frames = (event.get("stackTrace") or {}).get("callFrames") or [{}]
        at = frames[0]
        level = event.get("method") or event.get("level") or ""
        line = int(at.get("lineNumber", -1)) + 1
        self._page.record.message(str(level), str(event.get("text") or ""), str(at.get("url", "")), line)

    def _heard(self, event: dict[str, Any]) -> None:
        if event.get("channel") == _CHANNEL:
            self._page.hear((event.get("data") or {}).get("value"))

    def _is_document(self, event: dict[str, Any]) -> bool:
        return event.get("context") == self._tab and event.get("navigation") is not None

    def _request(self, event: dict[str, Any]) -> None:
        self._page.activity.begins(_id(event))
        if event.get("isBlocked"):
            self._later(self._answer(event))

    async def _answer(self, event: dict[str, Any]) -> None:
        """Answer the navigation to the document with the response to serve; everything else goes its own way."""
        served, request = self._page.plan.served, event["request"]["request"]
        url = str(event["request"]["url"]).partition("#")[0]
        if served is None or not self._is_document(event) or url != served.url.partition("#")[0]:
            await self._session.command("network.continueRequest", request=request)
            return
        headers = [{"name": name, "value": {"type": "string", "value": value}} for name, value in to_serve(served)]
        body = {"type": "base64", "value": base64.b64encode(served.body).decode()}
        await self._session.command(
            "network.provideResponse",
            request=request,
            statusCode=served.status or 200,
            reasonPhrase="OK",
            headers=headers,
            body=body,
        )

    def _started(self, event: dict[str, Any]) -> None:
        if not self._is_document(event) or self._arrived.done():
            return
        response = event["response"]
        if int(response["status"]) in _REDIRECTS and any(
            each["name"].lower() == "location" for each in response.get("headers", ())
        ):
            self._hops.append((str(response["url"]), int(response["status"])))
        else:
            self._arrived.set_result(event)

    def _finished(self, event: dict[str, Any]) -> None:
        self._page.activity.ends(_id(event))
        response = event["response"]
        kind = str(event["request"].get("destination") or event["request"].get("initiatorType") or "")
        self._page.record.request_loaded(str(response["url"]), kind, int(response["status"]))

    def _failed(self, event: dict[str, Any]) -> None:
        self._page.activity.ends(_id(event))
        reason = str(event.get("errorText", ""))
        if self._is_document(event) and not self._arrived.done():
            self._arrived.set_exception(BidiError(reason))
            return
        kind = str(event["request"].get("destination") or event["request"].get("initiatorType") or "")
        self._page.record.request_failed(str(event["request"]["url"]), kind, reason)

    # ------------------------------------------------------------------ the chat and the picture

    async def _open_chat(self, opening: Opening) -> str:
        """Click what opens the chat, or call the function that does; see `chromium.py` on what a policy says to that."""
        arguments = [_string(opening.selector)] if opening.selector else [
            {"type": "array", "value": [_string(each) for each in opening.call.split(".")]},
            {"type": "array", "value": [_string(each) for each in opening.arguments]},
        ]  # fmt: skip
        command = self._session.command(
            "script.callFunction",
            functionDeclaration=_CLICK if opening.selector else _CALL,
            arguments=arguments,
            target={"context": self._tab},
            awaitPromise=False,
            userActivation=True,
        )
        try:
            done = await asyncio.wait_for(command, 5)
        except (BidiError, TimeoutError) as error:
            self._page.notes[f"The chat could not be opened: {excerpt(str(error) or 'no response')}"] = None
            return ""
        if done.get("type") != "success":
            text = str((done.get("exceptionDetails") or {}).get("text", ""))
            self._page.notes[f"The chat could not be opened: {excerpt(text)}"] = None
            return ""
        return f"clicked {opening.selector}" if opening.selector else f"called {opening.call}()"

    async def _take_picture(self) -> None:
        try:
            command = self._session.command("browsingContext.captureScreenshot", context=self._tab)
            self._page.picture = base64.b64decode((await asyncio.wait_for(command, 10))["data"])
        except (BidiError, TimeoutError) as error:
            self._page.notes[f"There is no picture: {excerpt(str(error) or 'no response')}"] = None

    def _later(self, what: Coroutine[Any, Any, Any]) -> None:
        """Do something that an event asks for; whatever becomes of it, the visit goes on."""
        task = asyncio.ensure_future(what)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()


_CLICK = "selector => { document.querySelector(selector).click(); }"
_CALL = """(path, args) => {
  let owner = window;
  for (const name of path.slice(0, -1)) owner = owner[name];
  void owner[path[path.length - 1]](...args);
}"""


def _string(text: str) -> dict[str, str]:
    return {"type": "string", "value": text}


def _id(event: dict[str, Any]) -> str:
    return str(event["request"]["request"])


def _value(value: dict[str, Any]) -> bytes:
    """A header's value, or a body: as text, or in base64."""
    text = str(value.get("value", ""))
    return base64.b64decode(text) if value.get("type") == "base64" else as_bytes(text)
