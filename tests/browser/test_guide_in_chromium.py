"""
The guide's pages in a real Chromium: what it blocks is what csplint says.

Requests are answered by the test, none leaves the machine. The page's embed is
the real shape; the shim it loads is a stub that asks for one thing of each
kind the guide names, under the requirement's id.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from csplint.engine.findings import check_subject
from csplint.engine.subject import read_visits
from csplint.packs.merge import load_packs
from csplint.page.capture import Capture, Visits
from tests.browser.chromium import browser  # noqa: F401 - a fixture
from tests.guide.pages import CDN, FAULTY, WORKING, Page

pytestmark = pytest.mark.browser
PACKS = load_packs(["velaro"])
SHOP = "https://shop.example/"
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACw="

ASKS = {
    "connect-api": "fetch('https://api-main-us-east.velaro.com/v1', {mode: 'no-cors'})",
    "connect-websocket": "new WebSocket('wss://signalr-engagement-us-east.velaro.com/hub')",
    "connect-cdn": f"fetch('{CDN}/strings.json', {{mode: 'no-cors'}})",
    "connect-signalr": "fetch('https://x1.service.signalr.net/client', {mode: 'no-cors'})",
    "style-inline": "div.setAttribute('style', 'color: red')",
    "img-data": f"new Image().src = '{PIXEL}'",
    "img-cdn": f"new Image().src = '{CDN}/agent.png'",
    "frame-self": "frame('/frame.html')",
    "frame-blob": "frame(URL.createObjectURL(new Blob(['<p>chat'], {type: 'text/html'})))",
    "style-fonts": "sheet('https://fonts.googleapis.com/css2?family=Inter')",
    "font-files": "new FontFace('Inter', 'url(https://fonts.gstatic.com/inter.woff2)').load().catch(() => 0)",
    "media-sounds": f"new Audio('{CDN}/ding.mp3').load()",
    "frame-calendly": "frame('https://calendly.com/velaro')",
}
"""Requirement -> what the stub does to need it."""

SHIM = """
window.shimRan = true;
const div = document.body.appendChild(document.createElement('div'));
const frame = url => { document.body.appendChild(document.createElement('iframe')).src = url; };
const sheet = url => { const l = document.createElement('link'); l.rel = 'stylesheet'; l.href = url; document.head.append(l); };
(async () => {
  for (const [id, ask] of ASKS) {
    window.asking = id;
    try { const asked = ask(); if (asked && asked.catch) asked.catch(() => 0); } catch (error) {}
    await new Promise(done => setTimeout(done, 60));
  }
  window.asked = true;
})();
"""


def shim() -> str:
    """The stub: each ask as a function of its own, because eval would be one more thing to block."""
    asks = ",".join(f"[{json.dumps(name)}, () => {ask}]" for name, ask in ASKS.items())
    return SHIM.replace("ASKS", f"[{asks}]")


WATCH = """
window.violations = [];
const asked = event => {
  if (event.effectiveDirective !== 'frame-src') { return window.asking || 'script'; }
  if (event.blockedURI.startsWith('blob')) { return 'frame-blob'; }
  return event.blockedURI.includes('calendly') ? 'frame-calendly' : 'frame-self';
};
document.addEventListener('securitypolicyviolation', event => {
  if (event.disposition === 'enforce') { window.violations.push([asked(event), event.effectiveDirective, event.blockedURI]); }
});
"""
"""A frame's violation comes from another process, perhaps after the next thing was asked for: it is known by its address."""

CORS = {"Access-Control-Allow-Origin": "*"}


def answer(route: Any, page: Page) -> None:
    url = route.request.url
    if url == SHOP:
        headers = [{"name": name, "value": value} for name, value in page.response_headers()]
        # Playwright joins repeated names with a comma, which for CSP means the same.
        joined: dict[str, str] = {}
        for pair in headers:
            joined[pair["name"]] = ", ".join(filter(None, (joined.get(pair["name"]), pair["value"])))
        route.fulfill(status=200, headers=joined, body=page.html())
    elif url.endswith("/embed.js"):
        body = f"const s = document.createElement('script'); s.src = '{CDN}/widgets/shim'; document.head.append(s);"
        route.fulfill(status=200, headers={"Content-Type": "text/javascript", **CORS}, body=body)
    elif url.endswith("/widgets/shim"):
        route.fulfill(status=200, headers={"Content-Type": "text/javascript", **CORS}, body=shim())
    else:
        route.fulfill(status=200, headers={"Content-Type": "text/html", **CORS}, body="")


def seen_by_chromium(browser: Any, page: Page) -> dict[str, bool]:  # noqa: F811
    """Requirement -> whether Chromium blocked it; only "script" where the shim did not run."""
    context = browser.new_context(ignore_https_errors=True)
    try:
        tab = context.new_page()
        tab.add_init_script(WATCH)
        tab.route("**/*", lambda route: answer(route, page))
        tab.goto(SHOP, wait_until="load")
        tab.wait_for_timeout(300)
        if not tab.evaluate("!!window.shimRan"):
            return {"script": True}
        for _ in range(200):  # wait_for_function() evaluates a string, which the policies block
            if tab.evaluate("window.asked === true"):
                break
            tab.wait_for_timeout(50)
        assert tab.evaluate("window.asked") is True
        tab.wait_for_timeout(100)
        blocked = {each[0] for each in tab.evaluate("window.violations")}
        return {"script": False} | {name: name in blocked for name in ASKS}
    finally:
        context.close()


def said_by_csplint(page: Page) -> dict[str, bool]:
    headers = tuple((name.encode(), value.encode()) for name, value in page.response_headers())
    capture = Capture(target=SHOP, url=SHOP, status=200, headers=headers, body=page.html().encode())
    asked = dict.fromkeys(("sounds", "calendly", "fonts"), "asked for")
    rows = check_subject(read_visits(Visits(capture)), PACKS, asked).requirements
    # "partly" promises nothing about one URL: some of what the requirement stands for is blocked.
    return {row.id: row.state == "unmet" for row in rows if row.id in {"script", *ASKS} and row.state != "partly"}


def pages() -> Iterator[Page]:
    for page in (*WORKING, *FAULTY):
        # The one page whose embed is not the guide's host, and those that differ in what Chromium is not asked here.
        if page.id not in {"the page's own host is not the guide's", "two policies with no way through both"}:
            yield page


@pytest.mark.parametrize("page", list(pages()), ids=lambda page: page.id)
def test_chromium_blocks_what_csplint_says(browser: Any, page: Page) -> None:  # noqa: F811
    seen = seen_by_chromium(browser, page)
    said = said_by_csplint(page)
    assert {name: blocked for name, blocked in said.items() if name in seen} == {
        name: seen[name] for name in said if name in seen
    }
