"""
Connections of exchanges, and their reuse.

A line is a transport with its own meter. One exchange at a time has it, so that what a server sends is counted for the
exchange that asked, with HTTP/2 too. Afterwards it is kept for the next request to the same origin.

A kept connection skips the look-up that judges where a redirect leads (`addresses`), so a line remembers whether its
address is public. An exchange that may only go to public addresses gets no other line.
"""

from __future__ import annotations

import importlib.util
from collections import OrderedDict

import httpx
from ada_url import URL

from csplint.errors import UsageError
from csplint.page.fetch.addresses import Gate
from csplint.page.fetch.metered import Meter, metered
from csplint.page.fetch.settings import FetchSettings
from csplint.page.fetch.tls import tls_verification

PROXY_HINT = "--proxy: use http://HOST:PORT or http://USER:PASSWORD@HOST:PORT"


class Line:
    """
    One transport.

    meter: what its connection has received for the present request. public: its address is a public one.
    """

    def __init__(self, origin: str, transport: httpx.AsyncHTTPTransport) -> None:
        self.origin, self.transport = origin, transport
        self.meter, self.public = Meter(), False
        metered(transport, self.meter)


class Connections:
    """The lines of exchanges with the same settings; at most `most_idle` that nobody uses are kept."""

    def __init__(self, settings: FetchSettings, most_idle: int = 8) -> None:
        """Raises UsageError for a proxy, a certificate bundle or HTTP/2 that cannot be used."""
        if settings.http2 and importlib.util.find_spec("h2") is None:
            raise UsageError("HTTP/2 is not installed: pip install 'csplint-cli[http2]'")
        if settings.proxy is not None and not URL.can_parse(settings.proxy):
            raise UsageError(PROXY_HINT)
        self._settings, self._most_idle = settings, most_idle
        self._verify = tls_verification(settings)
        self._idle: OrderedDict[Line, None] = OrderedDict()
        self._by_origin: dict[str, list[Line]] = {}

    def take(self, origin: str, gate: Gate) -> Line:
        """A line to an origin for one request; the gate has entered its URL."""
        for line in reversed(self._by_origin.get(origin, ())):
            if gate.admits_kept(public=line.public):
                self._forget(line)
                return line
        return Line(origin, self._transport())

    async def give_back(self, line: Line, gate: Gate) -> None:
        """Keep a line after a request; the one that was not used for the longest time is closed if there are too many."""
        line.public = gate.met_public
        self._idle[line] = None
        self._by_origin.setdefault(line.origin, []).append(line)
        while len(self._idle) > self._most_idle:
            oldest = next(iter(self._idle))
            self._forget(oldest)
            await oldest.transport.aclose()

    async def aclose(self) -> None:
        """Close every line that is kept."""
        idle = list(self._idle)
        self._idle.clear()
        self._by_origin.clear()
        for line in idle:
            await line.transport.aclose()

    def _forget(self, line: Line) -> None:
        del self._idle[line]
        lines = self._by_origin[line.origin]
        lines.remove(line)
        if not lines:
            del self._by_origin[line.origin]

    def _transport(self) -> httpx.AsyncHTTPTransport:
        settings = self._settings
        try:
            return httpx.AsyncHTTPTransport(
                verify=self._verify, proxy=settings.proxy, http2=settings.http2, trust_env=False
            )
        except (ValueError, httpx.InvalidURL, ImportError) as exc:
            raise UsageError(PROXY_HINT) from exc
