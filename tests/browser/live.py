"""
Ask a real browser what it makes of a policy set: one document a request, its violation events collected.

A loopback server answers for every host and port there is: Chromium resolves all of them to it, Firefox uses
it as its SOCKS proxy. The first byte tells SOCKS, TLS and plain HTTP apart. So pages, their policies and their redirects have the
addresses the cases name, and nothing leaves the machine. A request is blocked in the sense of
`tests/csp/oracle/README.md`: an enforced policy reported a violation.
"""

from __future__ import annotations

import contextlib
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import trustme

from csplint.csp.policy import Delivered
from csplint.csp.request import Request

TLS_HANDSHAKE = 0x16
SOCKS_GREETING = 0x05
TYPES = {
    "script": "text/javascript",
    "dynamic-script": "text/javascript",
    "worker": "text/javascript",
    "style": "text/css",
    "eventsource": "text/event-stream",
    "img": "image/gif",
    "font": "font/woff2",
    "media": "audio/wav",
}
PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")


@dataclass(frozen=True)
class Case:
    """A page at `page`, served with `delivered`, that makes one request."""

    page: str
    delivered: tuple[Delivered, ...]
    request: Request

    def asked(self) -> str:
        """
        The request's URL with a query that tells the server how to answer; queries take no part in matching.

        It is no other request's, so that no cache of the browser's answers for another document.
        """
        url, to = self.request.url, self.request.redirect_to
        if not url.startswith(("http", "ws")):
            return url
        url, hashed, fragment = url.partition("#")
        return f"{url}{'&' if '?' in url else '?'}live={self.request.kind}&of={id(self)}&to={quote(to, safe='')}{hashed}{fragment}"

    def html(self) -> str:
        metas = "".join(
            f'<meta http-equiv="Content-Security-Policy" content="{escape(each.text)}">'
            for each in self.delivered
            if each.delivery == "meta"
        )
        return f"<!doctype html><meta charset=utf-8>{metas}{self._markup()}"

    def _markup(self) -> str:
        request, url = self.request, escape(self.asked())
        nonce = f' nonce="{escape(request.nonce)}"' if request.nonce else ""
        integrity = f' integrity="{escape(request.integrity)}"' if request.integrity else ""
        blob = request.url.startswith("blob:")
        shapes = {
            "script": f'<script src="{url}"{nonce}{integrity}></script>',
            "inline-script": f"<script{nonce}>{request.content}</script>",
            "event-handler": f'<p id=target onclick="{escape(request.content)}">x',
            "javascript-url": f'<a id=target href="javascript:{escape(request.content)}">x</a>',
            "style": f'<link rel=stylesheet href="{url}"{nonce}{integrity}>',
            "inline-style": f"<style{nonce}>{request.content}</style>",
            "style-attr": f'<p style="{escape(request.content)}">x',
            "img": "" if blob else f'<img src="{url}">',
            "media": f'<audio src="{url}"></audio>',
            "frame": "" if blob else f'<iframe src="{url}"></iframe>',
            "object": f'<object data="{url}"></object>',
            "embed": f'<embed src="{url}">',
            "base": f'<base href="{url}">',
            "form": f'<iframe name=into></iframe><form id=target method=post target=into action="{url}"></form>',
        }
        return shapes.get(request.kind, "")


class Site(socketserver.ThreadingTCPServer):
    """The server; `cases` are the documents it has at the moment, by number."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Connection)
        self.cases: dict[str, Case] = {}
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trustme.CA().issue_cert("any.test").configure_cert(self.tls)
        self.port = self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Browsers hang up whenever they like."""


class Connection(socketserver.BaseRequestHandler):
    """One SOCKS connection and the HTTP requests on it. host: that of the request that is answered."""

    server: Site
    request: socket.socket
    host = ""

    def handle(self) -> None:
        with contextlib.suppress(OSError, ValueError, EOFError):
            sock = self.request
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if _first_byte(sock) == SOCKS_GREETING:
                self._socks()
            if _first_byte(sock) == TLS_HANDSHAKE:
                sock = self.server.tls.wrap_socket(sock, server_side=True)
            with contextlib.closing(sock), sock.makefile("rb") as reader:
                while line := reader.readline():
                    headers = {
                        name.lower(): value.strip()
                        for name, _, value in (each.decode("latin-1").partition(":") for each in _lines(reader))
                    }
                    self.host = headers.get("host", "")
                    reader.read(int(headers.get("content-length", 0)))
                    if "chunked" in headers.get("transfer-encoding", ""):
                        return
                    sock.sendall(self._answer(line.split()[1].decode("latin-1")))

    def _socks(self) -> None:
        """RFC 1928, as far as a browser uses it: no authentication, a host name, CONNECT."""
        reader = self.request
        count = _exactly(reader, 2)[1]
        _exactly(reader, count)
        reader.sendall(b"\x05\x00")
        kind = _exactly(reader, 4)[3]
        _exactly(reader, {1: 4, 4: 16}.get(kind) or _exactly(reader, 1)[0])
        _exactly(reader, 2)
        reader.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")

    def _answer(self, target: str) -> bytes:
        query = parse_qs(urlsplit(target).query)
        asked, to = query.get("live", [""])[-1], query.get("to", [""])[-1]
        if to:
            return _response("302 Found", [("Location", to)], b"")
        if case := self.server.cases.get(asked):
            sent = [
                (f"Content-Security-Policy{'-Report-Only' if each.disposition == 'report' else ''}", each.text)
                for each in case.delivered
                if each.delivery == "header"
            ]
            return _response("200 OK", [("Content-Type", "text/html; charset=utf-8"), *sent], case.html().encode())
        kind = TYPES.get(asked, "text/html")
        return _response("200 OK", [("Content-Type", kind)], PIXEL if asked == "img" else b"")


def _first_byte(sock: socket.socket) -> int:
    return (sock.recv(1, socket.MSG_PEEK) or b"\0")[0]


def _exactly(sock: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = sock.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def _lines(reader: Any) -> Iterator[bytes]:
    while (line := reader.readline()) not in {b"\r\n", b"\n", b""}:
        yield line


def _response(status: str, headers: Iterable[tuple[str, str]], body: bytes) -> bytes:
    always = [("Content-Length", str(len(body))), ("Access-Control-Allow-Origin", "*"), ("Cache-Control", "no-store")]
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in [*headers, *always])]
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + body


@contextlib.contextmanager
def serving() -> Iterator[Site]:
    """A running site."""
    site = Site()
    thread = threading.Thread(target=site.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        site.server_close()
