"""The shop's server: plain HTTP on a free loopback port, for as long as the demo runs."""

from __future__ import annotations

import html
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from csplint.demo.pages import PAGES, DemoPage

_FIXED = secrets.token_urlsafe(24)


class _Shop(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page = next((page for page in PAGES if page.path == self.path), None)
        if page is None:
            self.send_error(404)
            return
        nonce = _FIXED if page.fixed_nonce else secrets.token_urlsafe(24)
        body = _document(page).replace("{nonce}", nonce).replace("{other}", secrets.token_urlsafe(24)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        name = "Content-Security-Policy-Report-Only" if page.report_only else "Content-Security-Policy"
        self.send_header(name, page.policy.replace("{nonce}", nonce))
        self.send_header("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
        self.send_header("Cache-Control", "private, no-store")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing: the demo's output is the report."""


def _document(page: DemoPage) -> str:
    title = html.escape(page.title)
    return f"<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n<title>{title}</title>\n<h1>{title}</h1>\n{page.body}\n"


@contextmanager
def shop() -> Iterator[str]:
    """Serve the shop and give its address, such as http://127.0.0.1:40123."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Shop)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
