"""Pages with several vendors' snippets, and a server for the pages and, under the vendors' host names, for their stubs."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from msgspec import Struct

from csplint.packs.read import load_pack
from tests.browser.live import Connection, Site, _response
from tests.browser.vendor_stubs import Ask, asks, is_loader, stub
from tests.engine.deploy import Sent

SNIPPETS = Path(__file__).parents[1] / "packs_vendors" / "pages"
VELARO = '<script src="https://app-cdn.velaro.com/embed.js" async></script>'


class VendorPage(Struct, frozen=True):
    """
    A page of a shop with vendors' snippets.

    policy: of its header; {NONCE} is new in each response. nonced: the vendors whose tags have the nonce. own: HTML of the shop's.
    """

    id: str
    vendors: tuple[str, ...]
    policy: str
    nonced: tuple[str, ...] = ()
    own: str = ""

    def sent(self) -> Sent:
        """What the shop's server sends."""
        parts = "\n".join(snippet(each, with_nonce=each in self.nonced) for each in self.vendors)
        html = f"<!doctype html>\n<html lang=en>\n<head><meta charset=utf-8><title>Shop</title>\n{self.own}\n</head>\n<body>\n{parts}\n</body>\n</html>\n"
        return Sent((("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", self.policy)), html)


_TAG = re.compile(
    r"<script\b.*?</script>|<link\b[^>]*>|<iframe\b.*?</iframe>|<noscript>.*?</noscript>|<style\b.*?</style>|<div\b[^>]*></div>",
    re.S,
)


def snippet(vendor: str, *, with_nonce: bool) -> str:
    """A vendor's snippet: what its page among the packs' tests has of scripts, links, frames and empty boxes."""
    html = VELARO if vendor == "velaro" else (SNIPPETS / f"{vendor}.html").read_text(encoding="utf-8")
    parts = "\n".join(_TAG.findall(re.sub(r'\s+nonce="[^"]*"', "", html)))
    return re.sub(r"<(script|style)\b", r'<\1 nonce="{NONCE}"', parts) if with_nonce else parts


def has_script(vendor: str) -> bool:
    """Whether a vendor's widget has a script; else its style sheet or frame is in the page."""
    return any(each.directive == "script-src" for each in load_pack(vendor, examples=False).requirement)


class VendorShop(Site):
    """
    Serves pages by path, and for every other host what the vendors of the page would send.

    seen: the addresses that were asked for, since the page was.
    """

    def __init__(self) -> None:
        super().__init__()
        self.RequestHandlerClass = _Connection
        self.sent: dict[str, Sent] = {}
        self.vendors: tuple[str, ...] = ()
        self.chosen: dict[str, str] = {}
        self.seen: list[str] = []

    def serve(self, page: VendorPage, sent: Sent, chosen: dict[str, str]) -> str:
        """Serve a page from now on; gives its URL. chosen: of alternatives, the one that the shop's account uses."""
        path = f"/page/{len(self.sent)}"
        self.sent[path], self.vendors, self.chosen, self.seen = sent, page.vendors, chosen, []
        return f"https://shop.example{path}"

    def wanted(self, vendor: str) -> list[Ask]:
        """What a vendor's stub asks for; of a vendor without a script, what its style sheet asks for."""
        wanted = asks(vendor, self.chosen)
        return wanted if has_script(vendor) else [each for each in wanted if each.kind == "font"]

    def is_loaded(self, vendor: str) -> bool:
        """Whether a file that the vendor's snippet loads was asked for."""
        return any(is_loader(load_pack(vendor, examples=False), url) for url in self.seen)


class _Connection(Connection):
    server: VendorShop

    def _answer(self, target: str) -> bytes:
        url = f"https://{self.host}{target}"
        self.server.seen.append(url)
        if sent := self.server.sent.get(urlsplit(target).path):
            headers, html = sent.response()
            return _response("200 OK", headers, html)
        if "live" in parse_qs(urlsplit(target).query):
            return super()._answer(target)
        body = "".join(
            self._stub(each) for each in self.server.vendors if is_loader(load_pack(each, examples=False), url)
        )
        css = "fonts.googleapis.com" in self.host
        kind = (
            "text/css" if css else "text/javascript" if body or urlsplit(target).path.endswith(".js") else "text/html"
        )
        return _response("200 OK", [("Content-Type", kind)], body.encode())

    def _stub(self, vendor: str) -> str:
        wanted = self.server.wanted(vendor)
        if has_script(vendor):
            return stub(vendor, wanted)
        urls = [each.url for each in wanted] or [""]
        return f"@font-face {{font-family: stub; src: url({urls[0]})}} * {{font-family: stub !important}}"


@contextlib.contextmanager
def vendor_shop() -> Iterator[VendorShop]:
    """A running shop."""
    shop = VendorShop()
    thread = threading.Thread(target=shop.serve_forever, daemon=True)
    thread.start()
    try:
        yield shop
    finally:
        shop.shutdown()
        shop.server_close()
