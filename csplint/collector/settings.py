"""How the collector runs, and its limits: every one is a number here, and nothing grows beyond it."""

from __future__ import annotations

import ipaddress

from msgspec import Struct

from csplint.errors import UsageError

MAX_BODY = 65_536
"""Bytes of a request's body; Chromium sends up to 100 reports of a few hundred bytes at once."""

MAX_HEADERS = 16_384
"""Bytes of a request's line and headers."""

MAX_REPORTS = 200
"""Reports in one request."""

DEFAULT_PORT = 8787


class Settings(Struct, frozen=True, kw_only=True):
    """
    How a collector runs.

    output: the file that reports are appended to, one a line. rotate_size: bytes after which a new file begins. keep: how
    many older files stay, as `output.1` (the newest), `output.2` … keep_query: whether query strings are written.
    rate, client_rate: requests a second that are accepted, altogether and from one address. burst_seconds: how many seconds'
    worth of them may come at once. connections, client_connections: open at once. request_seconds: for a whole request, from
    its first byte. idle_seconds: between two requests. flush_seconds: after which written reports are in the file.
    """

    host: str
    port: int
    output: str
    rotate_size: int = 16 * 1024 * 1024
    keep: int = 4
    keep_query: bool = False
    rate: int = 3000
    client_rate: int = 1500
    burst_seconds: float = 10.0
    connections: int = 512
    client_connections: int = 256
    request_seconds: float = 10.0
    idle_seconds: float = 20.0
    flush_seconds: float = 0.5


def address(text: str) -> tuple[str, int]:
    """
    The host and port of `HOST:PORT`, `[::1]:PORT`, `PORT` or `HOST`.

    Raises UsageError for anything else.
    """
    if not text.strip():
        raise UsageError(f"--collect: give an address, such as 127.0.0.1:{DEFAULT_PORT}")
    host, colon, port = text.strip().rpartition(":")
    if not colon:
        host, port = ("", text.strip()) if text.strip().isdecimal() else (text.strip(), str(DEFAULT_PORT))
    host = host.removeprefix("[").removesuffix("]") or "127.0.0.1"
    if not port.isascii() or not port.isdecimal() or len(port) > 5 or int(port) > 65_535:  # noqa: PLR2004
        raise UsageError(f"--collect: {text!r} is not an address: write HOST:PORT, such as 127.0.0.1:{DEFAULT_PORT}")
    if not host.replace(".", "").replace("-", "").replace(":", "").isalnum() or not host.isascii():
        raise UsageError(f"--collect: {host!r} is not a host: write 127.0.0.1:{DEFAULT_PORT}, without http://")
    return host, int(port)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on the host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
