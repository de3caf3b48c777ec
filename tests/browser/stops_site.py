"""Pages that something besides a source list stops, served for every host, with a record of what browsers asked for."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.browser.live import PIXEL, Connection, Site

SHOP = "https://shop.example/"
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Page:
    """A page: its headers and its HTML. framed_by: the site whose page shows it in a frame; "" to open it directly."""

    headers: Headers
    body: str
    framed_by: str = ""

    def html(self) -> bytes:
        return f"<!doctype html><html><head><title>Shop</title></head><body>\n{self.body}\n</body></html>".encode()


def ran(name: str) -> str:
    """JavaScript that lets the server know that it ran."""
    return f"new Image().src = '{SHOP}ran/{name}'"


class StopsSite(Site):
    """`page` is what the shop's address answers at the moment; `asked` is every path under /ran/ and /to/ asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.RequestHandlerClass = StopsConnection
        self.page = Page((), "")
        self.asked: set[str] = set()

    def answer(self, target: str) -> tuple[Headers, bytes]:
        parts = urlsplit(target)
        path, query = parts.path, parts.query
        if path.startswith(("/ran/", "/to/")):
            self.asked.add(path.partition("/")[2])
        if path.startswith("/page"):
            return (("Content-Type", "text/html; charset=utf-8"), *self.page.headers), self.page.html()
        if path.startswith("/framing"):
            return (("Content-Type", "text/html"),), f'<iframe src="{SHOP}page?{query}"></iframe>'.encode()
        corp = (("Cross-Origin-Resource-Policy", "cross-origin"),) if "corp" in query else ()
        cors = (("Access-Control-Allow-Origin", "*"),) if "cors" in query else ()
        if path.endswith(".js"):
            return (("Content-Type", "text/javascript"), *corp, *cors), ran(path[1:-3]).encode()
        if path.endswith(".html"):
            return (("Content-Type", "text/html"), *corp), f"<script>{ran('frame')}</script>".encode()
        if path.endswith(".pdf"):
            return (("Content-Type", "application/octet-stream"), ("Content-Disposition", "attachment")), b"a file"
        return (("Content-Type", "image/gif"),), PIXEL

    def watch(self, wanted: str) -> bool:
        """Whether `wanted` is asked for; gives the browser time after the page has loaded."""
        for _ in range(40):
            if wanted in self.asked:
                return True
            time.sleep(0.02)
        return False


class StopsConnection(Connection):
    server: StopsSite

    def _answer(self, target: str) -> bytes:
        headers, body = self.server.answer(target)
        lines = [
            "HTTP/1.1 200 OK",
            *(f"{name}: {value}" for name, value in headers),
            f"Content-Length: {len(body)}",
            "Cache-Control: no-store",
        ]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@contextlib.contextmanager
def serving_stops() -> Iterator[StopsSite]:
    """A running site."""
    site = StopsSite()
    threading.Thread(target=site.serve_forever, daemon=True).start()
    try:
        yield site
    finally:
        site.shutdown()
        site.server_close()
