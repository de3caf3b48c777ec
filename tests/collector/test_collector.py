"""The collector, over real sockets: what it accepts, what it refuses, and that nothing of it is unbounded."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from csplint.collector.server import Collector
from csplint.collector.settings import MAX_BODY, Settings

REPORT = {
    "csp-report": {"effective-directive": "img-src", "blocked-uri": "data", "document-uri": "https://shop.example/"}
}
BODY = json.dumps(REPORT).encode()
API = [
    {
        "type": "csp-violation",
        "age": 1,
        "url": "https://shop.example/",
        "body": {"effectiveDirective": "img-src", "blockedURL": "data"},
    }
]


class Running:
    """A collector in a thread. port: where it listens. output: its file."""

    def __init__(self, settings: Settings) -> None:
        self.output = Path(settings.output)
        self.collector = Collector(settings)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self._thread.start()
        assert self._ready.wait(10)

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        _, self.port = await self.collector.start()
        self._ready.set()
        await self._stop.wait()
        await self.collector.stop()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    def written(self) -> list[dict[str, Any]]:
        self.stop()
        return [json.loads(line) for line in self.output.read_text().splitlines()]

    @contextmanager
    def connected(self) -> Iterator[socket.socket]:
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            yield connection

    def ask(self, data: bytes) -> bytes:
        """Send bytes, say that there are no more, and read all that is answered."""
        with self.connected() as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            return read_all(connection)


Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    running: list[Running] = []

    def begin(**changes: Any) -> Running:
        settings = Settings(host="127.0.0.1", port=0, output=str(tmp_path / "reports.ndjson"))
        running.append(Running(replace(settings, **changes)))
        return running[-1]

    yield begin
    for each in running:
        each.stop()


def read_all(connection: socket.socket) -> bytes:
    pieces = []
    while data := connection.recv(65_536):
        pieces.append(data)
    return b"".join(pieces)


def post(body: bytes = BODY, kind: str = "application/csp-report", *headers: str, length: int | None = None) -> bytes:
    lines = ["POST /r HTTP/1.1", "Host: x", f"Content-Type: {kind}", *headers]
    lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def chunked(*pieces: bytes) -> bytes:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def status(answer: bytes) -> int:
    return int(answer.split()[1]) if answer else 0


def statuses(answer: bytes) -> list[int]:
    return [int(part.split()[0]) for part in answer.split(b"HTTP/1.1 ")[1:]]


ACCEPTED = [
    ("report-uri", post(), 1),
    ("the Reporting API", post(json.dumps(API * 3).encode(), "application/reports+json"), 3),
    ("one object of the Reporting API", post(json.dumps(API[0]).encode(), "application/reports+json"), 1),
    ("plain JSON with a charset", post(BODY, "Application/JSON; charset=utf-8"), 1),
    ("another type of report", post(b'[{"type": "deprecation", "body": {"id": "x"}}]', "application/reports+json"), 1),
    ("in chunks", chunked(BODY[:10], BODY[10:]), 1),
    ("as much as is allowed", post(BODY[:-1] + b" " * (MAX_BODY - len(BODY)) + b"}"), 1),
]


@pytest.mark.parametrize(("data", "number"), [case[1:] for case in ACCEPTED], ids=[case[0] for case in ACCEPTED])
def test_reports_are_accepted_and_written(start: Start, data: bytes, number: int) -> None:
    running = start()
    answer = running.ask(data)
    assert status(answer) == 204
    assert b"Access-Control-Allow-Origin: *" in answer
    assert b"Content-Length" not in answer
    assert len(running.written()) == number


REFUSED = [
    ("another method", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 405),
    ("no type", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", 415),
    ("a form", post(b"a=1", "application/x-www-form-urlencoded"), 415),
    ("no length", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\r\n", 411),
    ("no JSON", post(b"<script>alert(1)</script>"), 400),
    ("JSON that is no report", post(b'{"a": 1}'), 400),
    ("an empty array", post(b"[]"), 400),
    ("a report and something else", post(json.dumps([*API, 5]).encode()), 400),
    ("too many reports", post(json.dumps(API * 201).encode()), 400),
    ("nested JSON", post(b"[" * 30_000), 400),
    ("NaN", post(b'{"csp-report": {"line-number": NaN}}'), 400),
    ("too long by its length", post(b"", length=MAX_BODY + 1), 413),
    ("too long in chunks", chunked(*[b"x" * 9000] * 10), 413),
    ("a length that is no number", post(b"").replace(b"Content-Length: 0", b"Content-Length: -1"), 400),
    ("two lengths", post(BODY, "application/json", "Content-Length: 3"), 400),
    ("headers that are too long", post(BODY, "application/json", *[f"X-{n}: {'y' * 1000}" for n in range(40)]), 431),
    ("an unknown coding", chunked().replace(b"chunked", b"gzip"), 501),
    ("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n", 400),
]


@pytest.mark.parametrize(("data", "code"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_is_no_report_is_refused_and_not_written(start: Start, data: bytes, code: int) -> None:
    running = start()
    answer = running.ask(data)
    assert status(answer) == code
    assert b"script" not in answer
    assert running.written() == []


def test_preflights_are_answered(start: Start) -> None:
    ask = b"OPTIONS /r HTTP/1.1\r\nHost: x\r\nOrigin: https://shop.example\r\n%s\r\n"
    answer = start().ask(ask % b"Access-Control-Request-Private-Network: true\r\n")
    assert status(answer) == 204
    assert b"Access-Control-Allow-Methods: POST\r\nAccess-Control-Allow-Headers: Content-Type\r\n" in answer
    assert b"Access-Control-Allow-Private-Network: true" in answer
    assert b"Private-Network" not in start().ask(ask % b"")


def test_405_names_the_methods(start: Start) -> None:
    assert b"Allow: POST, OPTIONS" in start().ask(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")


def test_requests_that_come_together_are_answered_in_order(start: Start) -> None:
    running = start()
    answer = running.ask(post() + post(b"{}") + chunked(BODY) + post())
    assert statuses(answer) == [204, 400, 204, 204]
    assert len(running.written()) == 3


def test_a_request_may_come_in_pieces(start: Start) -> None:
    running = start()
    data = post()
    with running.connected() as connection:
        for at in range(0, len(data), 7):
            connection.sendall(data[at : at + 7])
        assert status(connection.recv(4096)) == 204
        connection.sendall(data)
        assert status(connection.recv(4096)) == 204


def test_a_client_that_waits_is_told_to_go_on_only_for_what_is_read(start: Start) -> None:
    running = start()
    expecting = "Expect: 100-continue"
    with running.connected() as connection:
        connection.sendall(post(b"", "application/json", expecting, length=len(BODY)))
        assert connection.recv(4096).startswith(b"HTTP/1.1 100 ")
        connection.sendall(BODY)
        assert status(connection.recv(4096)) == 204
    with running.connected() as connection:
        connection.sendall(post(b"", "application/json", expecting, length=MAX_BODY + 1))
        assert status(connection.recv(4096)) == 413


def test_a_body_that_is_shorter_than_its_length_is_no_report(start: Start) -> None:
    running = start()
    assert status(running.ask(post(BODY, length=len(BODY) + 5))) in {0, 400}
    assert running.written() == []


def test_what_follows_a_body_is_another_request(start: Start) -> None:
    running = start()
    assert statuses(running.ask(post(BODY + b"}}}}", length=len(BODY)))) == [204, 400]
    assert len(running.written()) == 1


def test_a_large_body_is_refused_so_that_the_client_sees_it(start: Start) -> None:
    running = start()
    with running.connected() as connection:
        connection.sendall(post(b"x" * 500_000))
        assert status(read_all(connection)) == 413


@pytest.mark.parametrize("data", [b"POST / HT", post(b"", length=10)])
def test_a_request_that_drips_ends(start: Start, data: bytes) -> None:
    running = start(request_seconds=0.3)
    with running.connected() as connection:
        connection.sendall(data)
        assert status(read_all(connection)) == 408


def test_a_silent_connection_ends(start: Start) -> None:
    running = start(idle_seconds=0.2)
    with running.connected() as connection:
        assert read_all(connection) == b""


def test_a_flood_of_requests_is_refused_by_rate(start: Start) -> None:
    running = start(client_rate=3, burst_seconds=1.0)
    answers = statuses(running.ask(post() * 12))
    assert answers[:3] == [204, 204, 204]
    assert answers.count(429) >= 7
    assert len(running.written()) == answers.count(204)


def test_a_flood_of_connections_is_refused(start: Start) -> None:
    running = start(connections=3, client_connections=3)
    held = [socket.create_connection(("127.0.0.1", running.port), timeout=10) for _ in range(3)]
    for each in held:
        each.sendall(post())
        assert status(each.recv(4096)) == 204
    try:
        with running.connected() as connection, pytest.raises((ConnectionError, AssertionError)):
            assert connection.recv(10) != b""
        assert running.collector.refused_connections == 1
        held.pop().close()
        deadline = time.monotonic() + 10
        while status(answer_or_nothing(running)) != 204:
            assert time.monotonic() < deadline
    finally:
        for each in held:
            each.close()


def answer_or_nothing(running: Running) -> bytes:
    try:
        return running.ask(post())
    except ConnectionError:
        return b""


def test_many_clients_at_once(start: Start) -> None:
    running = start()
    answers: list[int] = []

    def send() -> None:
        answers.extend(statuses(running.ask(post() * 20)))

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [204] * 400
    assert len(running.written()) == 400


def test_files_are_bounded_in_size_and_number(start: Start) -> None:
    running = start(rotate_size=1000, keep=2)
    running.ask(post() * 100)
    running.stop()
    files = sorted(running.output.parent.iterdir())
    assert [each.name for each in files] == ["reports.ndjson", "reports.ndjson.1", "reports.ndjson.2"]
    assert all(each.stat().st_size <= 1000 for each in files)
    assert all(each.stat().st_mode & 0o077 == 0 for each in files)
    assert all(json.loads(line) for each in files for line in each.read_text().splitlines())


def test_a_file_is_continued(start: Start) -> None:
    first = start()
    first.ask(post())
    first.stop()
    second = start()
    second.ask(post())
    assert len(second.written()) == 2


def test_written_reports_are_in_the_file_while_it_runs(start: Start) -> None:
    running = start(flush_seconds=0.05)
    running.ask(post())
    deadline = time.monotonic() + 10
    while not running.output.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_full_disk_is_said_to_the_client(tmp_path: Path) -> None:
    collector = Collector(Settings(host="127.0.0.1", port=0, output=str(tmp_path / "a")))
    collector._store.close()
    assert collector.accept(BODY, "") == 503
    assert collector.lost == 1
