"""robots.txt (RFC 9309), read by protego: what a crawl may fetch, and how fast."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from protego import Protego

from csplint.errors import TargetError
from csplint.page.fetch.client import fetch_data
from csplint.page.fetch.redirects import origin
from csplint.page.fetch.settings import FetchSettings

AGENT = "csplint"
_MOST_BYTES = 512 * 1024
"""Of a robots.txt; RFC 9309 asks for 500 KiB at least."""

_MOST_SITES = 1_000
LONGEST_DELAY = 30.0
"""Seconds; a Crawl-delay beyond it is taken for this one."""

_ALLOWS_ALL, _ALLOWS_NONE = "", "User-agent: *\nDisallow: /"


class Robots:
    """The rules of the sites of a crawl; the last thousand sites are remembered."""

    def __init__(self, settings: FetchSettings) -> None:
        self._settings = settings
        self._sites: OrderedDict[str, asyncio.Task[Protego]] = OrderedDict()

    async def allows(self, url: str) -> bool:
        """Whether a page may be fetched."""
        return bool((await self._rules(url)).can_fetch(url, AGENT))

    async def delay(self, url: str) -> float:
        """The seconds that the site wants between two requests; 0.0 if it does not say."""
        rules = await self._rules(url)
        rate = rules.request_rate(AGENT)
        wanted = rules.crawl_delay(AGENT) or (rate.seconds / rate.requests if rate else 0.0)
        return min(max(float(wanted), 0.0), LONGEST_DELAY)

    async def _rules(self, url: str) -> Protego:
        site = origin(url)
        if site not in self._sites:
            self._sites[site] = asyncio.create_task(self._read(site))
            while len(self._sites) > _MOST_SITES:
                self._sites.popitem(last=False)
        return await self._sites[site]

    async def _read(self, site: str) -> Protego:
        """A site without the file allows everything; one that does not answer allows nothing for now."""
        try:
            found = await fetch_data(f"{site}/robots.txt", self._settings, _MOST_BYTES)
        except TargetError:
            return Protego.parse(_ALLOWS_NONE)
        if (found.status or 0) >= 500 or found.status == 429:  # noqa: PLR2004
            return Protego.parse(_ALLOWS_NONE)
        return Protego.parse(found.body.decode("utf-8", "replace") if found.status == 200 else _ALLOWS_ALL)  # noqa: PLR2004
