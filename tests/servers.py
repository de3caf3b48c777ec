"""
Servers on loopback that send exactly the bytes a test asks for.

    with serve(Answer(headers=[("Content-Security-Policy", "default-src 'self'")], body=b"<p>")) as server:
        fetch(server.url("/path"))
    server.requests[0].header("Cookie")

A reply is an Answer (framed for you), bytes (sent as they are), a Drip (sent a
little at a time, for ever) or a Tunnel (what a proxy answers to CONNECT). Give
`serve` one reply for every request, a list to be used up in order (the last
one stays), or a function from the request to a reply.
"""

from __future__ import annotations

import contextlib
import functools
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import trustme

HTML = ("Content-Type", "text/html; charset=utf-8")
Text = str | bytes


@dataclass(frozen=True)
class Answer:
    """A well-formed answer; Content-Length and `Connection: close` are added, and nothing else."""

    status: int = 200
    headers: Sequence[tuple[Text, Text]] = (HTML,)
    body: bytes = b"<!doctype html><p>a page"

    def to_bytes(self) -> bytes:
        length = [] if self.status == 304 else [("Content-Length", str(len(self.body)))]
        lines = [
            _bytes(name) + b": " + _bytes(value) for name, value in [*self.headers, *length, ("Connection", "close")]
        ]
        return b"\r\n".join([b"HTTP/1.1 %d Whatever" % self.status, *lines, b"", b""]) + self.body


@dataclass(frozen=True)
class Drip:
    """`start`, and then `piece` every so many seconds until the client has gone."""

    start: bytes
    piece: bytes
    every: float = 0.1


@dataclass(frozen=True)
class Tunnel:
    """Open a way to this port of the loopback, as a proxy does for CONNECT."""

    port: int


@dataclass(frozen=True)
class Received:
    """One request as it came in."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


Reply = Answer | bytes | Drip | Tunnel
Replies = Reply | Sequence[Reply] | Callable[[Received], Reply]


def redirect(location: Text, status: int = 302, headers: Sequence[tuple[Text, Text]] = ()) -> Answer:
    return Answer(status, [("Location", location), *headers], b"")


@dataclass
class Server:
    """A running server: where it is and what it was asked."""

    port: int
    host: str
    scheme: str
    requests: list[Received] = field(default_factory=list)

    def url(self, path: str = "/", *, credentials: str = "") -> str:
        return f"{self.scheme}://{credentials}{self.host}:{self.port}{path}"


@functools.cache
def authority() -> trustme.CA:
    """Give the one CA of the test run."""
    return trustme.CA()


def write_ca_bundle(folder: Path) -> str:
    path = folder / "ca.pem"
    authority().cert_pem.write_to_path(str(path))
    return str(path)


def tls_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@contextlib.contextmanager
def serve(
    replies: Replies = Answer(), *, tls: bool | trustme.LeafCert = False, host: str = "127.0.0.1"
) -> Iterator[Server]:
    """
    Serve until the block is left.

    tls: True for a certificate of `authority()` that is valid for localhost
    and 127.0.0.1, or a certificate of the test's own making. host: the name in
    `server.url()`; the server itself always listens on 127.0.0.1.
    """
    context = None
    if tls:
        context = tls_context(authority().issue_cert("localhost", "127.0.0.1") if tls is True else tls)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener.getsockname()[1], host, "https" if tls else "http")
        running = _Running(listener, server, _chooser(replies), context)
        try:
            yield server
        finally:
            running.stop()


def unused_port() -> int:
    """Give a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _chooser(replies: Replies) -> Callable[[Received], Reply]:
    if callable(replies):
        return replies
    if isinstance(replies, Answer | bytes | Drip | Tunnel):
        return lambda _request: replies
    waiting, lock = list(replies), threading.Lock()

    def next_one(_request: Received) -> Reply:
        with lock:
            return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    return next_one


class _Running:
    """The threads behind a server: one that accepts, one a connection."""

    def __init__(
        self,
        listener: socket.socket,
        server: Server,
        choose: Callable[[Received], Reply],
        context: ssl.SSLContext | None,
    ) -> None:
        self._listener, self._server, self._choose, self._context = listener, server, choose, context
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def stop(self) -> None:
        self._over.set()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._server.port), timeout=5):
            pass
        for thread in list(self._threads):
            thread.join(timeout=10)

    def _start(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._over.is_set():
                connection.close()
                return
            connection.settimeout(10)
            self._start(self._handle, connection)

    def _handle(self, connection: socket.socket) -> None:
        # A client that goes away in the middle is what many tests are about.
        with contextlib.suppress(OSError), connection:
            if self._context is None:
                self._answer(connection)
                return
            with self._context.wrap_socket(connection, server_side=True) as wrapped:
                self._answer(wrapped)

    def _answer(self, connection: socket.socket) -> None:
        request = _read_request(connection)
        if request is None:
            return
        self._server.requests.append(request)
        reply = self._choose(request)
        if isinstance(reply, Drip):
            self._drip(connection, reply)
        elif isinstance(reply, Tunnel):
            _tunnel(connection, reply)
        else:
            connection.sendall(reply.to_bytes() if isinstance(reply, Answer) else reply)

    def _drip(self, connection: socket.socket, drip: Drip) -> None:
        connection.sendall(drip.start)
        while not self._over.wait(drip.every):
            connection.sendall(drip.piece)


def _tunnel(connection: socket.socket, tunnel: Tunnel) -> None:
    with socket.create_connection(("127.0.0.1", tunnel.port), timeout=10) as other:
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        back = threading.Thread(target=_copy, args=(other, connection), daemon=True)
        back.start()
        _copy(connection, other)
        back.join(timeout=10)


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def _read_request(connection: socket.socket) -> Received | None:
    data = b""
    while b"\r\n\r\n" not in data:
        if data.startswith(b"\x16"):
            return Received("(a TLS greeting)", "", ())
        more = connection.recv(65536)
        if not more:
            return None
        data += more
    first, *lines = data.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    return Received(method, path, tuple((name, value.strip()) for name, _, value in pairs))


def _bytes(text: Text) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")
