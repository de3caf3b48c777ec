"""
Make docs/report.png, the README's picture of the HTML report: on a desk by day, on a telephone by night.

Needs the extras `dev` and `browser` and Debian's chromium:  .venv/bin/python docs/html_picture.py
"""

from __future__ import annotations

import base64
import shutil
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from csplint.demo.pages import CONNECT, REST
from csplint.engine.inputs import PageInput
from csplint.engine.run import run_checks
from csplint.packs.merge import load_packs
from csplint.page.capture import Capture
from csplint.report.html.report import write_html

POLICY = f"script-src 'self' https://app-cdn.velaro.com; {REST.replace(CONNECT, 'connect-src https:')}"
BODY = "<!doctype html>\n<title>Shop</title>\n<script>Velaro('boot', { siteId: 1234 });</script>"
URL = "https://shop.example/"
DESK, TELEPHONE = {"width": 1000, "height": 1060}, {"width": 390, "height": 1060}
FRAME = """
<body style="margin:0;display:flex;gap:24px;padding:24px;background:#cfd6df;width:max-content">
<img src="{desk}" width=800 style="border-radius:10px"><img src="{telephone}" width=312 style="border-radius:18px">
"""


def report() -> str:
    """The report on a faulty page."""
    packs = load_packs(())
    headers = [("Content-Type", "text/html"), ("Server", "nginx/1.26"), ("Content-Security-Policy", POLICY)]
    sent = tuple((name.encode(), value.encode()) for name, value in headers)
    capture = Capture(target=URL, url=URL, status=200, headers=sent, body=BODY.encode())
    return write_html(run_checks([PageInput(capture)], packs), packs)


def shot(browser: Any, address: str, size: dict[str, int], scheme: str, at: str) -> str:
    """A screenshot as a data: URL, scrolled to the element `at`."""
    tab = browser.new_page(viewport=size, color_scheme=scheme, device_scale_factor=1, reduced_motion="reduce")
    tab.goto(address)
    tab.locator(at).evaluate("(element) => window.scrollTo(0, element.getBoundingClientRect().top + scrollY - 16)")
    return "data:image/png;base64," + base64.b64encode(tab.screenshot()).decode()


def main() -> None:
    """Write the picture beside this file."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = Path(folder) / "report.html"
        page.write_text(report(), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        desk = shot(browser, page.as_uri(), DESK, "light", "body")
        telephone = shot(browser, page.as_uri(), TELEPHONE, "dark", "#t1-f2")
        tab = browser.new_page(viewport={"width": 1184, "height": 900})
        tab.set_content(FRAME.format(desk=desk, telephone=telephone))
        tab.locator("body").screenshot(path=str(Path(__file__).with_name("report.png")))
        browser.close()


if __name__ == "__main__":
    main()
