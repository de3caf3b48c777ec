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
import importlib.util
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing

import httpx
from ada_url import URL
from msgspec.structs import replace

from csplint.errors import TargetError, UsageError
from csplint.page.capture import Capture, Hop, Visits
from csplint.page.excerpt import excerpt
from csplint.page.fetch.addresses import GATE, Gate, PrivateAddressError
from csplint.page.fetch.cookies import load_cookies, merge_cookies
from csplint.page.fetch.metered import FloodError, Meter, metered
from csplint.page.fetch.network_errors import NETWORK_ERRORS, Connection, explain, is_transient, timed_out
from csplint.page.fetch.redirects import RedirectError, follow, origin
from csplint.page.fetch.request import FetchTask, Headers, headers_for
from csplint.page.fetch.resolve import PROGRESS, Progress, run
from csplint.page.fetch.response import Redirect, TransientError, read_response
from csplint.page.fetch.settings import FetchSettings
from csplint.page.fetch.tls import tls_verification

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
PROXY_HINT = "--proxy: use http://HOST:PORT or http://USER:PASSWORD@HOST:PORT"
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
    task = FetchTask.of(target, url, settings)
    gate = _gate(settings)
    first = await _exchange(task, gate)
    if not again(first):
        return Visits(first)
    second = await _exchange_if_possible(task, _gate(settings))
    known = [(request_name, first.header(name)) for name, request_name in VALIDATORS]
    validators = tuple((name, values[0].decode("latin-1")) for name, values in known if values)
    revalidation = replace(task, url=first.url, conditions=validators)
    # A URL that a redirect named is not the user's: what the redirect could not reach stays out of reach.
    same = gate if first.redirects else _gate(settings)
    return Visits(first, second, await _exchange_if_possible(revalidation, same) if validators else None)


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


def _gate(settings: FetchSettings) -> Gate:
    return Gate(allow_private=settings.allow_private, has_proxy=settings.proxy is not None)


async def _exchange_if_possible(task: FetchTask, gate: Gate) -> Capture | None:
    try:
        return await _exchange(task, gate)
    except TargetError:
        return None


async def _exchange(task: FetchTask, gate: Gate) -> Capture:
    """Fetch the task's page, with one deadline and with its own connections and cookies."""
    seconds = task.settings.timeout
    progress = Progress()
    PROGRESS.set(progress)
    GATE.set(gate)
    transport = _transport(task.settings)
    exchange = _Exchange(task, transport, progress, gate, asyncio.get_running_loop().time() + seconds)
    try:
        async with aclosing(transport), asyncio.timeout(seconds):
            return await exchange.run()
    except TimeoutError as exc:
        raise timed_out(task.target, _host(exchange.here), seconds, progress.stage) from exc


def _transport(settings: FetchSettings) -> httpx.AsyncHTTPTransport:
    if settings.http2 and importlib.util.find_spec("h2") is None:
        raise UsageError("HTTP/2 is not installed: pip install 'csplint-cli[http2]'")
    if settings.proxy is not None and not URL.can_parse(settings.proxy):
        raise UsageError(PROXY_HINT)
    verify = tls_verification(settings)
    try:
        return httpx.AsyncHTTPTransport(verify=verify, proxy=settings.proxy, http2=settings.http2, trust_env=False)
    except (ValueError, httpx.InvalidURL, ImportError) as exc:
        raise UsageError(PROXY_HINT) from exc


class _Exchange:
    """
    The fetch of one page, with its redirects and retries.

    deadline: in the event loop's time. here: the URL to request next. hops: the redirects so far.
    authorizations: by origin, what the credentials in redirects became.
    """

    def __init__(
        self,
        task: FetchTask,
        transport: httpx.AsyncHTTPTransport,
        progress: Progress,
        gate: Gate,
        deadline: float,
    ) -> None:
        self.task, self.transport = task, transport
        self.cookies = httpx.Cookies(load_cookies(task.settings.cookie_file))
        self.progress, self.gate, self.deadline = progress, gate, deadline
        self.here = task.url
        self.hops: list[Hop] = []
        self.authorizations: dict[str, str] = {}
        self.retried = 0
        self.meter = Meter()
        metered(transport, self.meter)

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
            self.meter.start()
            response = await self.transport.handle_async_request(request)
            async with aclosing(response):
                response.request = request
                self.meter.delivered = 0
                self.cookies.extract_cookies(response)
                head = Capture(
                    target=self.task.target,
                    url=self.here,
                    status=response.status_code,
                    headers=tuple(response.headers.raw),
                    body=b"",
                    redirects=tuple(self.hops),
                )
                return await read_response(self.task, head, self._counted(response.aiter_raw()))
        except FloodError as exc:
            message = f"{connection.host} {exc}"
            raise TargetError(self.task.target, "protocol", message, hint=FLOOD_HINT) from exc
        except NETWORK_ERRORS as exc:
            failure = explain(exc, connection)
            raise (TransientError(failure) if is_transient(exc, failure) else failure) from exc

    async def _counted(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            self.meter.delivered = (self.meter.delivered or 0) + len(chunk)
            yield chunk

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


def _host(url: str) -> str:
    return URL(url).host
