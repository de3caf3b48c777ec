"""`csplint reports --collect`: from a browser's request to the file that `csplint reports` reads."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from csplint.cli.entry import run

ROOT = Path(__file__).parents[2]
SECRET = "session-4711"
REPORT = {
    "csp-report": {
        "document-uri": f"https://shop.example/basket?{SECRET}",
        "effective-directive": "script-src-elem",
        "original-policy": "script-src 'self'",
        "blocked-uri": f"https://app-cdn.velaro.com/a.js?{SECRET}",
        "disposition": "report",
        "script-sample": "",
    }
}


@contextmanager
def collecting(output: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command as a process, and its address."""
    arguments = ["reports", "--collect", "127.0.0.1:0", "--output", str(output), *options]
    with subprocess.Popen(
        [sys.executable, "-m", "csplint", *arguments],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stderr is not None
        address = process.stderr.readline().partition(" on ")[2].partition(" into ")[0]
        try:
            yield process, address
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.wait(20)


def send(address: str) -> int:
    headers = {"Content-Type": "application/csp-report"}
    request = urllib.request.Request(address, json.dumps(REPORT).encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return int(answer.status)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_what_is_collected_is_in_the_file_after_the_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], stop: signal.Signals
) -> None:
    output = tmp_path / "reports.ndjson"
    with collecting(output) as (process, address):
        assert send(address) == 204
        process.send_signal(stop)
        _, said = process.communicate(timeout=20)
        assert process.returncode == 0
    assert f"stopped: 1 report in {output}, 0 requests refused" in said
    assert SECRET not in output.read_text() + said
    assert run(["reports", str(output)]) == 0
    assert "1 page and 1 day" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("sent", [b"", b"POST / HTTP/1.1\r\n", b"OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n"])
def test_it_ends_quietly_though_a_connection_is_open(tmp_path: Path, sent: bytes) -> None:
    with collecting(tmp_path / "reports.ndjson") as (process, address):
        host, _, port = address.removeprefix("http://").rstrip("/").partition(":")
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(sent)
            assert send(address) == 204  # the connection before it is open by now
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert {line.partition(":")[0] for line in said.splitlines()} == {"csplint"}  # and no traceback


def test_a_rate_of_ones_own(tmp_path: Path) -> None:
    with collecting(tmp_path / "reports.ndjson", "--rate", "1") as (_, address):
        assert send(address) == 204
        with pytest.raises(urllib.error.HTTPError, match="429"):
            [send(address) for _ in range(5)]


def test_query_strings_stay_where_asked(tmp_path: Path) -> None:
    output = tmp_path / "reports.ndjson"
    with collecting(output, "--keep-query") as (_, address):
        send(address)
    assert SECRET in output.read_text()


def test_a_port_in_use_is_said_to_be(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        assert run(["reports", "--collect", address, "--output", str(tmp_path / "a")]) == 2
    assert f"cannot listen on {address}" in capsys.readouterr().err


def test_the_collector_of_a_network_warns(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with socket.create_server(("0.0.0.0", 0)) as taken:  # in use, so that the command ends at once
        address = f"0.0.0.0:{taken.getsockname()[1]}"
        assert run(["reports", "--collect", address, "--output", str(tmp_path / "a")]) == 2
    assert "0.0.0.0 is not loopback: anyone who reaches this machine can send reports" in capsys.readouterr().err
