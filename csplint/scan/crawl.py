"""Following links: within each start's own site, so many deep, so many pages, and what robots.txt allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from csplint.engine.inputs import UrlInput
from csplint.errors import UsageError
from csplint.page.capture import Visits
from csplint.page.fetch.redirects import origin
from csplint.page.fetch.settings import FetchSettings
from csplint.scan.item import Fault, Item
from csplint.scan.judge import Judged
from csplint.scan.seen import Seen
from csplint.scan.sources import key_of

FORBIDDEN = Fault(
    "robots", "robots.txt forbids this page, or could not be read", "use --ignore-robots on a site of your own"
)


class Crawl:
    """depth: links from a start. pages: of one site. heeds_robots: False for a site of the user's own."""

    def __init__(self, depth: int, pages: int, seen: Seen, settings: FetchSettings, *, heeds_robots: bool) -> None:
        """Raises UsageError if robots.txt is to be heeded and cannot be read."""
        self._depth, self._pages, self._seen = depth, pages, seen
        self._count: Counter[str] = Counter()
        self.forbidden = 0
        """Links that robots.txt forbids."""
        self._robots = None
        if heeds_robots:
            try:
                from csplint.scan.robots import Robots  # noqa: PLC0415 - an extra
            except ModuleNotFoundError as error:
                raise UsageError("reading robots.txt is not installed: pip install 'csplint-cli[crawl]'") from error
            self._robots = Robots(settings)

    def wants_links(self, item: Item) -> bool:
        """Whether the links of a target's page are followed."""
        return item.depth < self._depth

    def leaves_out(self, item: Item, judged: Judged) -> bool:
        """Whether a link led to what is no page, such as an image, or must not be followed; then it is no target."""
        if item.depth == 0 or judged.facts.error not in {"not-html", FORBIDDEN.kind}:
            return False
        self.forbidden += judged.facts.error == FORBIDDEN.kind
        return True

    async def admits(self, item: Item) -> float | None:
        """The pause that the site wants before the next request, in seconds; None if it forbids this one."""
        if self._robots is None or item.depth == 0 or not isinstance(item.input, UrlInput):
            return 0.0
        url = item.input.url
        return await self._robots.delay(url) if await self._robots.allows(url) else None

    def follow(self, item: Item, judged: Judged) -> Iterator[Item]:
        """The targets that a finished one leads to, each once."""
        if not judged.links or not isinstance(item.fetched, Visits):
            return
        here = origin(item.fetched.first.url)
        if item.site not in {"", here}:
            return
        for url in judged.links:
            if self._count[here] < self._pages and self._seen.add(key_of("url", url)):
                self._count[here] += 1
                yield Item(UrlInput(url, url), depth=item.depth + 1, site=here)
