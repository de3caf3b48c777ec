"""
Fetch a page as a browser does: the only module that uses the network.

It uses httpx's transport, not its Client: even when it follows no redirects, the Client parses `Location` in its own way
and raises for what browsers accept. Its decoders would decompress a bomb completely, and its time limits are per read, so
that a server could send a byte a second for ever. Both are replaced here.

Whatever a server does wrong becomes a TargetError; a UsageError is only raised for what the user passed: a proxy, a header,
a file.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, aclosing

import httpx
from ada_url import URL
from msgspec import Struct
from msgspec.structs import replace

from csplint.errors import TargetError
from csplint.page.capture import Capture, Hop, Visits
from csplint.page.excerpt import excerpt
from csplint.page.fetch.addresses import GATE, Gate, PrivateAddressError
from csplint.page.fetch.connections import Connections, Line
from csplint.page.fetch.cookies import load_cookies, merge_cookies
from csplint.page.fetch.metered import FloodError, Meter
from csplint.page.fetch.network_errors import NETWORK_ERRORS, Connection, explain, is_transient, timed_out
from csplint.page.fetch.redirects import RedirectError, follow, origin
from csplint.page.fetch.request import FetchTask, Headers, headers_for
from csplint.page.fetch.resolve import PROGRESS, Progress, run
from csplint.page.fetch.response import BusyError, Redirect, TransientError, read_response
from csplint.page.fetch.settings import FetchSettings

__all__ = ["fetch", "run", "visit"]

VALIDATORS = (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since"))
STAGES = {
    "connect_tcp": "connecting",
    "start_tls": "negotiating TLS",
    "send_request_headers": "sending the request",
    "receive_response_headers": "waiting for the response headers",
    "receive_response_body": "reading the body",
}
FLOOD_HINT = "ordinary servers do not; check that this is the page you mean"
BACK_OFF = 0.25
"""Seconds before the first retry; doubled before each further one."""

LONGEST_WAIT = 5.0
"""Seconds; if a server asks for a longer wait, csplint does not retry."""


async def visit(target: str, url: str, settings: FetchSettings, *, again: Callable[[Capture], bool]) -> Visits:
    """
    Fetch a page and, if `again(first)` is true, fetch it twice more.

    The second fetch is that of a new visitor. The third sends the first response's validators to the URL it came from, if
    it had any. Raises TargetError only for the first fetch; a later one that fails is None.
    """
    visitor = Visitor(target, url, settings)
    first = await visitor.first()
    return await visitor.again(first) if again(first) else Visits(first)


class Visitor:
    """
    The fetches of one target, one after the other.

    connections: kept ones to use, of the same settings; None to open and close its own for each fetch. is_patient: wait
    when a server is busy, and try again; otherwise BusyError is raised at once.
    """

    def __init__(
        self,
        target: str,
        url: str,
        settings: FetchSettings,
        connections: Connections | None = None,
        *,
        is_patient: bool = True,
    ) -> None:
        """Raises UsageError for what cannot be sent."""
        self._task, self._settings = FetchTask.of(target, url, settings), settings
        self._gate = _gate(settings)
        self._how = _How(connections, is_patient)

    async def first(self) -> Capture:
        """Fetch the page; raises TargetError."""
        self._gate = _gate(self._settings)
        return await _exchange(self._task, self._gate, self._how)

    async def again(self, first: Capture) -> Visits:
        """Fetch the page twice more, as `visit` does; a fetch that fails is None."""
        second = await _exchange_if_possible(self._task, _gate(self._settings), self._how)
        known = [(request_name, first.header(name)) for name, request_name in VALIDATORS]
        validators = tuple((name, values[0].decode("latin-1")) for name, values in known if values)
        revalidation = replace(self._task, url=first.url, conditions=validators)
        # A URL that a redirect named is not the user's: what the redirect could not reach stays out of reach.
        same = self._gate if first.redirects else _gate(self._settings)
        return Visits(first, second, await _exchange_if_possible(revalidation, same, self._how) if validators else None)


async def fetch(target: str, url: str, settings: FetchSettings, extra_headers: Headers = ()) -> Capture:
    """
    Fetch a page once; raises TargetError or UsageError.

    extra_headers: sent to the same origin as the user's own. With a condition among them, a 304 is a valid response.
    """
    names = {name.lower() for _, name in VALIDATORS}
    conditions = tuple(pair for pair in extra_headers if pair[0].lower() in names)
    others = tuple(pair for pair in extra_headers if pair[0].lower() not in names)
    settings = replace(settings, headers=settings.headers + others)
    return await _exchange(replace(FetchTask.of(target, url, settings), conditions=conditions), _gate(settings))


async def fetch_data(url: str, settings: FetchSettings, most: int) -> Capture:
    """
    Fetch what is no page, such as a robots.txt: of any type, at most so many bytes, and error pages too.

    Raises TargetError and UsageError.
    """
    errors = frozenset(range(400, 600))
    settings = replace(settings, max_wire_bytes=most, max_body_bytes=most, accept_status=errors)
    return await _exchange(replace(FetchTask.of(url, url, settings), is_data=True), _gate(settings))


def _gate(settings: FetchSettings) -> Gate:
    return Gate(allow_private=settings.allow_private, has_proxy=settings.proxy is not None)


class _How(Struct, frozen=True):
    """How exchanges are made: with which connections, and whether they wait for a busy server."""

    connections: Connections | None = None
    is_patient: bool = True


async def _exchange_if_possible(task: FetchTask, gate: Gate, how: _How) -> Capture | None:
    try:
        return await _exchange(task, gate, how)
    except TargetError:
        return None


async def _exchange(task: FetchTask, gate: Gate, how: _How | None = None) -> Capture:
    """Fetch the task's page, with one deadline and with its own cookies."""
    seconds = task.settings.timeout
    progress = Progress()
    PROGRESS.set(progress)
    GATE.set(gate)
    how = how or _How()
    connections = how.connections or Connections(task.settings)
    deadline = asyncio.get_running_loop().time() + seconds
    exchange = _Exchange(task, replace(how, connections=connections), progress, gate, deadline)
    try:
        async with AsyncExitStack() as stack:
            if how.connections is None:
                await stack.enter_async_context(aclosing(connections))
            async with asyncio.timeout(seconds):
                return await exchange.run()
    except TimeoutError as exc:
        raise timed_out(task.target, _host(exchange.here), seconds, progress.stage) from exc


class _Exchange:
    """
    The fetch of one page, with its redirects and retries.

    deadline: in the event loop's time. here: the URL to request next. hops: the redirects so far.
    authorizations: by origin, what the credentials in redirects became.
    """

    def __init__(
        self,
        task: FetchTask,
        how: _How,
        progress: Progress,
        gate: Gate,
        deadline: float,
    ) -> None:
        self.task, self.is_patient = task, how.is_patient
        self.connections = how.connections or Connections(task.settings)
        self.cookies = httpx.Cookies(load_cookies(task.settings.cookie_file))
        self.progress, self.gate, self.deadline = progress, gate, deadline
        self.here = task.url
        self.hops: list[Hop] = []
        self.authorizations: dict[str, str] = {}
        self.retried = 0

    async def run(self) -> Capture:
        """Follow redirects until there is a page; raises TargetError."""
        target, limit = self.task.target, self.task.settings.max_redirects
        while True:
            try:
                found = await self._request_with_retries()
            except PrivateAddressError as exc:
                raise self._led_astray(exc) from exc
            if isinstance(found, Capture):
                return found
            if len(self.hops) == limit:
                raise self._redirected_too_often()
            try:
                self._follow(found)
            except RedirectError as exc:
                hint = "fix the redirect, or check the page that it should lead to"
                raise TargetError(target, "redirect", f"{excerpt(self.here)}: {exc}", hint=hint) from exc

    def _led_astray(self, error: PrivateAddressError) -> TargetError:
        before = self.hops[-1].url if self.hops else self.here
        hint = "if you trust the site, and the page is there, add --allow-private"
        return TargetError(self.task.target, "redirect", f"{excerpt(before)}: {error}", hint=hint)

    def _follow(self, redirect: Redirect) -> None:
        address = follow(self.here, redirect.location)
        if address.authorization:
            self.authorizations[origin(address.url)] = address.authorization
        self.hops.append(Hop(self.here, redirect.status, address.url))
        self.here = address.url

    async def _request_with_retries(self) -> Capture | Redirect:
        while True:
            try:
                return await self._request_once()
            except TransientError as exc:
                if not self.is_patient and isinstance(exc.failure, BusyError):
                    raise exc.failure from exc.__cause__
                now = asyncio.get_running_loop().time()
                wait = BACK_OFF * 2**self.retried if exc.wait is None else exc.wait
                if self.retried == self.task.settings.retries or wait > LONGEST_WAIT or now + wait >= self.deadline:
                    raise exc.failure from exc.__cause__
                self.retried += 1
                self.progress.stage = "waiting to try again"
                await asyncio.sleep(wait)

    async def _request_once(self) -> Capture | Redirect:
        """Send one request; returns the page or a redirect."""
        connection = Connection(
            self.task.target,
            _host(self.here),
            self.task.settings.max_header_bytes,
            proxy=self.task.settings.proxy is not None,
        )
        self.gate.enter(self.here)
        try:
            request = self._request()
            line = self.connections.take(origin(self.here), self.gate)
            try:
                return await self._answer(line, request)
            finally:
                await self.connections.give_back(line, self.gate)
        except FloodError as exc:
            message = f"{connection.host} {exc}"
            raise TargetError(self.task.target, "protocol", message, hint=FLOOD_HINT) from exc
        except NETWORK_ERRORS as exc:
            failure = explain(exc, connection)
            raise (TransientError(failure) if is_transient(exc, failure) else failure) from exc

    async def _answer(self, line: Line, request: httpx.Request) -> Capture | Redirect:
        meter = line.meter
        meter.start()
        response = await line.transport.handle_async_request(request)
        async with aclosing(response):
            response.request = request
            meter.delivered = 0
            self.cookies.extract_cookies(response)
            head = Capture(
                target=self.task.target,
                url=self.here,
                status=response.status_code,
                headers=tuple(response.headers.raw),
                body=b"",
                redirects=tuple(self.hops),
            )
            return await read_response(self.task, head, _counted(response.aiter_raw(), meter))

    def _request(self) -> httpx.Request:
        headers = headers_for(self.task, self.here, self.authorizations.get(origin(self.here)))
        given = [value for name, value in headers if name.lower() == b"cookie"]
        sent = [pair for pair in headers if pair[0].lower() != b"cookie"]
        request = httpx.Request("GET", self.here, headers=sent, extensions={"trace": self._trace})
        # The jar adds nothing to a request that has a Cookie header, so the user's own is added after it.
        self.cookies.set_cookie_header(request)
        if given:
            from_jar = request.headers.get("Cookie", "").encode("latin-1")
            request.headers.update([(b"Cookie", merge_cookies(b"; ".join(given), from_jar))])
        return request

    async def _trace(self, event: str, _info: Mapping[str, object]) -> None:
        step, _, moment = event.rpartition(".")
        stage = STAGES.get(step.rpartition(".")[2])
        if moment == "started" and stage:
            self.progress.stage = stage

    def _redirected_too_often(self) -> TargetError:
        limit = self.task.settings.max_redirects
        seen = [hop.url for hop in self.hops]
        looping = f": they lead back to {excerpt(self.here)}" if self.here in seen else ""
        return TargetError(
            self.task.target,
            "redirect",
            f"more than {limit} redirects{looping}",
            hint="the site may need a cookie that it only sets for browsers; try --cookie-file",
        )


async def _counted(chunks: AsyncIterator[bytes], meter: Meter) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        meter.delivered = (meter.delivered or 0) + len(chunk)
        yield chunk


def _host(url: str) -> str:
    return URL(url).host
