"""
Fetch a page as a browser would get it: the only module that talks to the network.

httpx is used below its Client, which even when told not to follow redirects
reads `Location` in its own way and raises for what browsers accept. Its
decoders would unpack a bomb whole, and its time limits are per read, so that a
byte a second goes on for ever: both are replaced here.

Whatever a server does, a TargetError comes of it; UsageError only for what the
user gave: a proxy, a header, a file.
"""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace

import httpx
from ada_url import URL
from msgspec import structs

from csplint.errors import TargetError, UsageError
from csplint.page.capture import Capture, Hop, Visits
from csplint.page.excerpt import excerpt
from csplint.page.fetch.cookies import load_cookies, merge_cookies
from csplint.page.fetch.network_errors import NETWORK_ERRORS, Where, explain, is_passing, timed_out
from csplint.page.fetch.redirects import RedirectError, follow, origin
from csplint.page.fetch.request import Errand, Headers, headers_for
from csplint.page.fetch.resolve import PROGRESS, Progress, run
from csplint.page.fetch.response_checks import PassingError, Redirect, judge
from csplint.page.fetch.settings import FetchSettings
from csplint.page.fetch.tls import trust

__all__ = ["fetch", "run", "visit"]

VALIDATORS = (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since"))
STAGES = {
    "connect_tcp": "connecting",
    "start_tls": "agreeing on TLS",
    "send_request_headers": "sending the request",
    "receive_response_headers": "waiting for the answer's headers",
    "receive_response_body": "reading the body",
}
PROXY_HINT = "--proxy: write http://HOST:PORT or http://USER:PASSWORD@HOST:PORT"
BACK_OFF = 0.25
LONGEST_WAIT = 5.0


async def visit(target: str, url: str, settings: FetchSettings, *, again: Callable[[Capture], bool]) -> Visits:
    """
    Fetch a page and, where `again(first)` asks for it, once more as a visitor who was never there before.

    Then, too, the first answer's validators are sent to the URL it came from.
    Only the first fetch can fail the target; a later one that fails is None.
    """
    errand = Errand.of(target, url, settings)
    first = await _exchange(errand)
    if not again(first):
        return Visits(first)
    second = await _exchange_if_possible(errand)
    known = [(request_name, first.header(name)) for name, request_name in VALIDATORS]
    validators = tuple((name, values[0].decode("latin-1")) for name, values in known if values)
    revalidation = replace(errand, url=first.url, conditions=validators)
    return Visits(first, second, await _exchange_if_possible(revalidation) if validators else None)


async def fetch(target: str, url: str, settings: FetchSettings, extra_headers: Headers = ()) -> Capture:
    """Fetch a page once; `extra_headers` go where the user's own go. With a condition among them, 304 is an answer."""
    names = {name.lower() for _, name in VALIDATORS}
    conditions = tuple(pair for pair in extra_headers if pair[0].lower() in names)
    others = tuple(pair for pair in extra_headers if pair[0].lower() not in names)
    settings = structs.replace(settings, headers=settings.headers + others)
    return await _exchange(replace(Errand.of(target, url, settings), conditions=conditions))


async def _exchange_if_possible(errand: Errand) -> Capture | None:
    try:
        return await _exchange(errand)
    except TargetError:
        return None


async def _exchange(errand: Errand) -> Capture:
    """Go from the errand's URL to a page, under one deadline, with connections and cookies of its own."""
    seconds = errand.settings.timeout
    progress = Progress()
    PROGRESS.set(progress)
    cookies = httpx.Cookies(load_cookies(errand.settings.cookie_file))
    transport = _transport(errand.settings)
    trip = _Trip(errand, transport, cookies, progress, asyncio.get_running_loop().time() + seconds)
    try:
        async with aclosing(transport), asyncio.timeout(seconds):
            return await trip.travel()
    except TimeoutError as exc:
        raise timed_out(errand.target, _host(trip.here), seconds, progress.stage) from exc


def _transport(settings: FetchSettings) -> httpx.AsyncHTTPTransport:
    if settings.http2 and importlib.util.find_spec("h2") is None:
        raise UsageError("HTTP/2 is not installed: pip install 'csplint-cli[http2]'")
    if settings.proxy is not None and not URL.can_parse(settings.proxy):
        raise UsageError(PROXY_HINT)
    verify = trust(settings)
    try:
        return httpx.AsyncHTTPTransport(verify=verify, proxy=settings.proxy, http2=settings.http2, trust_env=False)
    except (ValueError, httpx.InvalidURL, ImportError) as exc:
        raise UsageError(PROXY_HINT) from exc


@dataclass(slots=True)
class _Trip:
    """One visitor's way through redirects and retries to a page."""

    errand: Errand
    transport: httpx.AsyncHTTPTransport
    cookies: httpx.Cookies
    progress: Progress
    deadline: float
    here: str = ""
    hops: list[Hop] = field(default_factory=list)
    authorizations: dict[str, str] = field(default_factory=dict, repr=False)
    retried: int = 0

    def __post_init__(self) -> None:
        self.here = self.errand.url

    async def travel(self) -> Capture:
        target, limit = self.errand.target, self.errand.settings.max_redirects
        while True:
            found = await self._ask_patiently()
            if isinstance(found, Capture):
                return found
            if len(self.hops) == limit:
                raise self._redirected_too_often()
            try:
                self._turn_to(found)
            except RedirectError as exc:
                hint = "mend the redirect, or name the page that it should lead to"
                raise TargetError(target, "redirect", f"{excerpt(self.here)}: {exc}", hint=hint) from exc

    def _turn_to(self, redirect: Redirect) -> None:
        address = follow(self.here, redirect.location)
        if address.authorization:
            self.authorizations[origin(address.url)] = address.authorization
        self.hops.append(Hop(self.here, redirect.status, address.url))
        self.here = address.url

    async def _ask_patiently(self) -> Capture | Redirect:
        while True:
            try:
                return await self._ask()
            except PassingError as exc:
                now = asyncio.get_running_loop().time()
                wait = BACK_OFF * 2**self.retried if exc.wait is None else exc.wait
                if self.retried == self.errand.settings.retries or wait > LONGEST_WAIT or now + wait >= self.deadline:
                    raise exc.failure from exc.__cause__
                self.retried += 1
                self.progress.stage = "waiting to try again"
                await asyncio.sleep(wait)

    async def _ask(self) -> Capture | Redirect:
        """Ask once; give the page or a redirect."""
        where = Where(
            self.errand.target,
            _host(self.here),
            self.errand.settings.max_header_bytes,
            proxy=self.errand.settings.proxy is not None,
        )
        try:
            request = self._request()
            response = await self.transport.handle_async_request(request)
            async with aclosing(response):
                response.request = request
                self.cookies.extract_cookies(response)
                head = Capture(
                    target=self.errand.target,
                    url=self.here,
                    status=response.status_code,
                    headers=tuple(response.headers.raw),
                    body=b"",
                    redirects=tuple(self.hops),
                )
                return await judge(self.errand, head, response.aiter_raw())
        except NETWORK_ERRORS as exc:
            failure = explain(exc, where)
            raise (PassingError(failure) if is_passing(exc, failure) else failure) from exc

    def _request(self) -> httpx.Request:
        headers = headers_for(self.errand, self.here, self.authorizations.get(origin(self.here)))
        given = [value for name, value in headers if name.lower() == b"cookie"]
        sent = [pair for pair in headers if pair[0].lower() != b"cookie"]
        request = httpx.Request("GET", self.here, headers=sent, extensions={"trace": self._trace})
        # The jar adds nothing to a request that has a Cookie header, so the user's own comes after it.
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
        limit = self.errand.settings.max_redirects
        seen = [hop.url for hop in self.hops]
        looping = f": it comes back to {excerpt(self.here)}" if self.here in seen else ""
        return TargetError(
            self.errand.target,
            "redirect",
            f"more than {limit} redirects{looping}",
            hint="the site may want a cookie that it only sets for a browser: try --cookie-file",
        )


def _host(url: str) -> str:
    return URL(url).host
