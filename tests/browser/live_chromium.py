"""Chromium as a live judge of cases, by playwright."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

from tests.browser.chromium import ARGUMENTS
from tests.browser.live import Site
from tests.browser.live_asker import Asker
from tests.browser.live_script import IN_EVERY_DOCUMENT

FEATURES_OFF = (
    "LocalNetworkAccessChecks",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "IsolateOrigins",
    "site-per-process",
)


def arguments(site: Site) -> list[str]:
    """Everything goes to the site, and no feature of Chromium rewrites or blocks what CSP is asked about."""
    return [
        *ARGUMENTS,
        f"--host-resolver-rules=MAP * 127.0.0.1:{site.port}",
        "--no-proxy-server",
        "--ignore-certificate-errors",
        "--allow-running-insecure-content",
        "--disable-site-isolation-trials",
        f"--disable-features={','.join(FEATURES_OFF)}",
        "--explicitly-allowed-ports=1,21,22,23,25,6000",
    ]


@contextlib.contextmanager
def chromium(playwright: Any, path: str, site: Site) -> Iterator[Asker]:
    """An asker over a Chromium of its own."""
    running = playwright.chromium.launch(executable_path=path, args=arguments(site))
    context = running.new_context(ignore_https_errors=True)
    context.add_init_script(f"({IN_EVERY_DOCUMENT})()")
    tab = context.new_page()

    def run(url: str, expression: str) -> Any:
        if tab.url != url:
            tab.goto(url)
        return json.loads(tab.evaluate(expression))

    try:
        yield Asker(site, run)
    finally:
        running.close()
