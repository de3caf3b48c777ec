"""
Real web servers, started on loopback with the configuration of a test.

    with started(["nginx", "-c", "nginx.conf"], folder, port) as site:
        site.headers("/shop")

A test that needs a program which is not installed is skipped and says so; with TESTS_REQUIRE_SERVERS=1 it fails.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from csplint.servers.source import STAND_IN, Sent

OWN = {
    "server", "date", "content-type", "content-length", "connection", "last-modified", "etag", "accept-ranges", "location",
    "transfer-encoding", "vary", "via", "x-powered-by", "allow", "keep-alive",
}  # fmt: skip
"""Headers that servers add by themselves."""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Site:
    """A running server."""

    def __init__(self, port: int) -> None:
        self.port = port

    def headers(
        self, path: str, method: str = "GET", headers: Mapping[str, str] | None = None
    ) -> list[tuple[str, str]]:
        """The response headers that the configuration adds, in order, as they are on the wire."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, headers=dict(headers or {}))
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return [(name, value) for name, value in answer.getheaders() if name.lower() not in OWN]


@contextlib.contextmanager
def started(command: Sequence[str], folder: Path, port: int, env: Mapping[str, str] | None = None) -> Iterator[Site]:
    log = folder / "output.log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output, env={**os.environ, **(env or {})})
        try:
            _wait(server, port, log)
            yield Site(port)
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(600):
        if server.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as one:
            if one.getsockname() != one.getpeername():  # a socket can connect to itself
                return
        time.sleep(0.05)
    pytest.fail(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")


def assert_sent(predicted: Sequence[Sent], seen: Sequence[tuple[str, str]]) -> None:
    """The predicted headers are those that were sent, in number, order, names and values; a server can join some with commas."""
    left = list(predicted)
    for name, value in seen:
        joined = list[str]()
        while left and left[0].name.lower() == name.lower():
            joined.append(_pattern(left.pop(0)))
            if re.fullmatch(", ".join(joined), value, re.DOTALL):
                break
        assert joined, (name, value, "was not predicted", [sent.name for sent in left])
        assert re.fullmatch(", ".join(joined), value, re.DOTALL), (joined, value)
    assert not left


def _pattern(sent: Sent) -> str:
    if sent.value is None:
        return ".*"
    pattern = re.escape(sent.value.text).replace(re.escape(STAND_IN), "[^']+")
    for expression in sent.computed:
        pattern = pattern.replace(re.escape(expression), ".*")
    return pattern
