"""
A shop, the vendor and everybody else on loopback, behind a proxy: what `csplint verify` and its browser are sent to.

Both take the proxy, so every host name is the shop's; the first bytes of a connection say whether it is a tunnel (CONNECT),
TLS or plain HTTP.
"""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from csplint.browser.visit import Launch
from csplint.engine.browser_run import Verified, VerifyOptions, verify_pages
from csplint.engine.inputs import UrlInput
from csplint.engine.run import RunOptions
from csplint.model.verified import VisitReport
from csplint.packs.merge import PackSet, load_packs
from csplint.page.fetch.resolve import run
from csplint.page.fetch.settings import FetchSettings
from tests.browser.chromium import missing
from tests.browser.live import PIXEL, TLS_HANDSHAKE, Connection, Site, _lines, _response
from tests.browser.test_guide_in_chromium import ASKS
from tests.engine.deploy import Sent
from tests.guide.pages import CDN

PACKS = load_packs([])
SHOP = "https://shop.example"
OF_FEATURES = {
    "style-fonts": "fonts",
    "font-files": "fonts",
    "media-sounds": "sounds",
    "frame-calendly": "calendly",
}
"""Requirement -> the feature of the widget that has it."""

EMBED = f"{{ const s = document.createElement('script'); s.src = '{CDN}/widgets/shim'; document.head.append(s); }}"
SHIM = """
console.log('velaro:initializing');
const div = document.body.appendChild(document.createElement('div'));
const frame = url => { document.body.appendChild(document.createElement('iframe')).src = url; };
const sheet = url => { const l = document.createElement('link'); l.rel = 'stylesheet'; l.href = url; document.head.append(l); };
for (const ask of ASKS) {
  try { const asked = ask(); if (asked && asked.catch) asked.catch(() => 0); } catch (error) {}
}
window.Chat = { open: () => { document.body.append('open'); new Image().src = 'https://chat-only.example/opened.gif'; } };
console.log('velaro:initialized');
"""


def shim(features: Sequence[str]) -> str:
    """The widget: it asks for one thing of each kind that the guide names, and then says that it is ready."""
    asks = ",".join(f"() => {ask}" for name, ask in ASKS.items() if OF_FEATURES.get(name) in (None, *features))
    return SHIM.replace("ASKS", f"[{asks}]")


Answer = Callable[[str], tuple[list[tuple[str, str]], bytes]]
"""A path with its query -> headers and body."""


class VerifyShop(Site):
    """
    Serves the pages by path, the widget's files, and an empty answer for the rest.

    answers: other paths. asked: every path with its query, in order. heads: the headers of
    every request, with its `target`. features: the parts of the widget that are in use.
    """

    def __init__(self) -> None:
        super().__init__()
        self.RequestHandlerClass = _Connection
        self.sent: dict[str, Sent] = {}
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.heads: list[dict[str, str]] = []
        self.features: tuple[str, ...] = ()

    @property
    def proxy(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def add(self, sent: Sent) -> str:
        """Serve a page; gives its URL."""
        path = f"/page/{len(self.sent)}"
        self.sent[path] = sent
        return f"{SHOP}{path}"

    def page(self, policy: str, body: str, *headers: tuple[str, str]) -> str:
        """Serve a page with this policy; gives its URL."""
        html = f"<!doctype html>\n<title>Shop</title>\n{body}\n"
        policies = (("Content-Security-Policy", policy),) if policy else ()
        return self.add(Sent((("Content-Type", "text/html; charset=utf-8"), *policies, *headers), html))

    def launch(self, product: str = "chromium") -> Launch:
        return Launch(product, "", self.proxy, insecure=True)

    def verify(
        self,
        urls: Sequence[str | UrlInput],
        options: VerifyOptions | None = None,
        packs: PackSet = PACKS,
        timeout: float = 30,
        vendors: tuple[str, ...] = (),
    ) -> list[Verified]:
        """Verify pages as the command does."""
        inputs = [each if isinstance(each, UrlInput) else UrlInput(each, each) for each in urls]
        settings = FetchSettings(proxy=self.proxy, insecure=True, timeout=timeout, retries=0)
        options = options or VerifyOptions(launch=self.launch())
        return run(verify_pages(inputs, packs, RunOptions(fetch=settings, vendors=vendors), options))[1]

    def visits(self, urls: Sequence[str], options: VerifyOptions | None = None, **more: Any) -> list[VisitReport]:
        """Verify pages, and give the last visit of each."""
        found = self.verify(urls, options, **more)
        assert [each.page.error for each in found] == [None] * len(urls)
        return [each.page.visits[-1] for each in found]


class _Connection(Connection):
    server: VerifyShop

    def handle(self) -> None:
        with contextlib.suppress(OSError, ValueError, EOFError):
            sock = self.request
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if sock.recv(8, socket.MSG_PEEK) == b"CONNECT ":
                head = b""
                while not head.endswith(b"\r\n\r\n"):
                    head += sock.recv(1) or b"\r\n\r\n"
                sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            if sock.recv(1, socket.MSG_PEEK) == bytes([TLS_HANDSHAKE]):
                sock = self.server.tls.wrap_socket(sock, server_side=True)
            with contextlib.closing(sock), sock.makefile("rb") as reader:
                while line := reader.readline():
                    pairs = [each.decode("latin-1").partition(":") for each in _lines(reader)]
                    target = line.split()[1].decode("latin-1")
                    head_of = {name.lower(): value.strip() for name, _, value in pairs}
                    self.server.heads.append({"target": target, **head_of})
                    reader.read(int(head_of.get("content-length", 0)))
                    sock.sendall(self._answer(target))

    def _answer(self, target: str) -> bytes:
        parts = urlsplit(target)
        path = parts.path
        self.server.asked.append(f"{path}?{parts.query}" if parts.query else path)
        if sent := self.server.sent.get(path):
            headers, html = sent.response()
            return _response("200 OK", headers, html)
        if answer := self.server.answers.get(path):
            headers, body = answer(target)
            status = next((value for name, value in headers if name == ":status"), "200 OK")
            return _response(status, [each for each in headers if each[0] != ":status"], body)
        if path.endswith((".js", "/shim")):
            scripts = {"/embed.js": EMBED, "/messenger/embed.js": EMBED, "/widgets/shim": shim(self.server.features)}
            return _response("200 OK", [("Content-Type", "text/javascript")], scripts.get(path, "").encode())
        if path.endswith((".gif", ".png", ".jpg", ".ico")):
            return _response("200 OK", [("Content-Type", "image/gif")], PIXEL)
        kind = "text/css" if path.endswith((".css", "/css2")) else "text/html"
        return _response("200 OK", [("Content-Type", kind)], b"")


@contextlib.contextmanager
def verify_shop() -> Iterator[VerifyShop]:
    """A running shop."""
    running = VerifyShop()
    threading.Thread(target=running.serve_forever, daemon=True).start()
    try:
        yield running
    finally:
        running.shutdown()
        running.server_close()


def require(product: str) -> None:
    """Skip, or fail where browsers are required, without this browser and what drives it."""
    if shutil.which("firefox-esr" if product == "firefox" else "chromium") is None:
        missing(f"there is no {product}")
    if importlib.util.find_spec("websockets" if product == "firefox" else "playwright") is None:
        missing(f"the package that drives {product} is not installed")
