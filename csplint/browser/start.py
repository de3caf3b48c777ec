"""Start the browser that is asked for, or the first that is installed."""

from __future__ import annotations

from msgspec.structs import replace

from csplint.browser.find import find_browser
from csplint.browser.visit import Launch, RunningBrowser


async def start(launch: Launch) -> RunningBrowser:
    """Raises NoBrowserError, with what to do."""
    product, path = find_browser(launch.product, launch.path)
    launch = replace(launch, product=product, path=path)
    if product == "firefox":
        from csplint.browser.firefox import start_firefox  # noqa: PLC0415 - only the one that is used

        return await start_firefox(launch)
    from csplint.browser.chromium import start_chromium  # noqa: PLC0415

    return await start_chromium(launch)
