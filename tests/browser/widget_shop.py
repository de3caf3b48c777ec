"""A shop with a widget of its own making: what the widget needs, and a server for the shop's pages and for the widget's hosts."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

from tests.browser.live import Connection, Site, _response
from tests.browser.test_guide_in_chromium import ASKS
from tests.engine.deploy import Sent
from tests.guide.pages import CDN

OPTIONAL = {"style-fonts", "font-files", "media-sounds", "frame-calendly"}
"""Needs of parts of the widget that these pages do not use."""

EMBED = f"const s = document.createElement('script'); s.src = '{CDN}/widgets/shim'; document.head.append(s);"
SHIM = """
window.shimRan = true;
window.blocked = [];
document.addEventListener('securitypolicyviolation', event => {
  if (event.disposition === 'enforce') { window.blocked.push(event.effectiveDirective + ' ' + event.blockedURI); }
});
const div = document.body.appendChild(document.createElement('div'));
const frame = url => { document.body.appendChild(document.createElement('iframe')).src = url; };
(async () => {
  for (const ask of ASKS) {
    try { const asked = ask(); if (asked && asked.catch) asked.catch(() => 0); } catch (error) {}
  }
  await new Promise(done => setTimeout(done, 300));
  window.asked = true;
})();
"""
WATCH = """
(async () => {
  const until = async (seen, most) => {
    for (let n = 0; n < most && !seen(); n++) await new Promise(done => setTimeout(done, 25));
  };
  await until(() => window.shimRan, 24);
  if (window.shimRan) await until(() => window.asked, 200);
  return JSON.stringify({ran: !!window.shimRan, blocked: window.blocked || []});
})()
"""
"""Resolves to whether the widget ran, and what was blocked of what it then asked for."""


def shim() -> str:
    """The widget: it asks for one thing of each kind that the guide names; each is a function, because eval would need more."""
    asks = ",".join(f"() => {ask}" for name, ask in ASKS.items() if name not in OPTIONAL)
    return SHIM.replace("ASKS", f"[{asks}]")


class WidgetShop(Site):
    """Serves the pages by path, and the widget's files for every other host. sent: the pages."""

    def __init__(self) -> None:
        super().__init__()
        self.RequestHandlerClass = _Connection
        self.sent: dict[str, Sent] = {}

    def add(self, sent: Sent) -> str:
        """Serve a page; gives its URL in a browser."""
        path = f"/page/{len(self.sent)}"
        self.sent[path] = sent
        return f"https://shop.example{path}"


class _Connection(Connection):
    server: WidgetShop

    def _answer(self, target: str) -> bytes:
        path = urlsplit(target).path
        if sent := self.server.sent.get(path):
            headers, html = sent.response()
            return _response("200 OK", headers, html)
        body, kind = "", "text/html"
        if path.endswith((".js", "/shim")):
            kind = "text/javascript"
            body = {"/embed.js": EMBED, "/widgets/shim": shim()}.get(path, "")
        return _response("200 OK", [("Content-Type", kind)], body.encode())


@contextlib.contextmanager
def widget_shop() -> Iterator[WidgetShop]:
    """A running shop."""
    shop = WidgetShop()
    thread = threading.Thread(target=shop.serve_forever, daemon=True)
    thread.start()
    try:
        yield shop
    finally:
        shop.shutdown()
        shop.server_close()
