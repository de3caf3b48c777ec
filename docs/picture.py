"""
Make docs/check.png, the README's terminal picture, from what csplint really prints.

Needs the extras `dev` and `browser` and Debian's chromium:  .venv/bin/python docs/picture.py
"""

from __future__ import annotations

import io
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from csplint.engine.inputs import PageInput
from csplint.engine.run import run_checks
from csplint.packs.merge import load_packs
from csplint.page.capture import Capture
from csplint.report.terminal import Look
from csplint.report.text.report import write_text

POLICY = (
    "default-src 'self'; script-src 'self' https://app-cdn.velaro.com; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'self'"
)
BODY = (
    "<!doctype html>\n<title>Shop</title>\n<script>Velaro('boot', { siteId: 1234 });</script>\n<script>menu()</script>"
)
STYLE = "margin:0;padding:18px 22px;background:#11151c;color:#d6dbe4;font:14px/1.45 'DejaVu Sans Mono',monospace"


def printed() -> str:
    """The report on a faulty page, in colour."""
    headers = (
        (b"Content-Type", b"text/html"),
        (b"Server", b"nginx/1.26"),
        (b"Content-Security-Policy", POLICY.encode()),
    )
    url = "https://shop.example/"
    capture = Capture(target=url, url=url, status=200, headers=headers, body=BODY.encode())
    out = io.StringIO()
    write_text(run_checks([PageInput(capture)], load_packs(())), out, Look(colour=True, width=100))
    return f"$ csplint check https://shop.example/\n{out.getvalue().rstrip()}"


def main() -> None:
    """Write the picture beside this file."""
    console = Console(record=True, width=116, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(printed()))
    page = console.export_html(
        theme=MONOKAI, inline_styles=True, code_format=f'<body style="margin:0"><pre style="{STYLE}">{{code}}</pre>'
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_page(device_scale_factor=1.25, viewport={"width": 960, "height": 600})
        tab.set_content(page)
        tab.locator("pre").screenshot(path=str(Path(__file__).with_name("check.png")))
        browser.close()


if __name__ == "__main__":
    main()
