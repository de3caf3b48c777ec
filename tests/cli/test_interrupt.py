"""An interrupt of a run over several targets: what is done is reported, through real processes and signals."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.configured import BAD, answer, names
from tests.cli.test_exit_codes import started
from tests.servers import Answer, Received, Server, serve


@contextlib.contextmanager
def hanging(path: str) -> Iterator[tuple[Server, threading.Event]]:
    """A server that does not answer for one path; the event is set when it is asked for it."""
    asked, over = threading.Event(), threading.Event()

    def reply(request: Received) -> Answer:
        if request.path == path:
            asked.set()
            over.wait(60)
        return answer(BAD)

    with serve(reply) as server:
        try:
            yield server, asked
        finally:
            over.set()


def interrupted(*arguments: str, asked: threading.Event) -> tuple[int, bytes, bytes]:
    """Exit code, standard output and standard error of a command that is interrupted while it waits for a server."""
    with started(*arguments) as process:
        assert asked.wait(60)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def outcomes(report: Any) -> list[str]:
    return [target["error"]["kind"] if target["error"] else target["outcome"] for target in report["targets"]]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "saved.txt").write_bytes(answer(BAD).to_bytes())
    monkeypatch.chdir(tmp_path)


def test_what_is_done_is_reported(tmp_path: Path) -> None:
    with hanging("/b") as (server, asked):
        pages = [server.url("/a"), server.url("/b"), server.url("/c"), "saved.txt"]
        options = ["--jobs", "1", "--pack", "velaro", "--format", "json", "--output", "text=report.txt"]
        code, out, err = interrupted("check", *pages, *options, asked=asked)
    report = json.loads(out)
    assert (code, report["run"]["exit_code"], err) == (130, 130, b"")
    assert outcomes(report) == ["checked", "interrupted", "interrupted", "interrupted"]
    assert names(report["targets"][0]) == ["script-host-missing"]
    assert report["summary"]["targets_failed"] == 3
    assert (tmp_path / "report.txt").read_text(encoding="utf-8").count("interrupted the run") == 3


def test_nothing_is_reported_if_nothing_is_done() -> None:
    with hanging("/a") as (server, asked):
        assert interrupted("check", server.url("/a"), "saved.txt", asked=asked) == (130, b"", b"")


def test_an_interrupt_while_a_file_is_read() -> None:
    """The file is a pipe whose writer does not end."""
    reads, writes = os.pipe()
    with started("check", "saved.txt", "/dev/stdin", "saved.txt", "--format", "json", stdin=reads) as process:
        os.close(reads)
        os.write(writes, bytes(1 << 20))  # more than a pipe holds: returns when csplint reads
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    os.close(writes)
    assert (process.returncode, err) == (130, b"")
    assert outcomes(json.loads(out)) == ["checked", "interrupted", "interrupted"]


def test_a_baseline_is_not_written(tmp_path: Path) -> None:
    with hanging("/b") as (server, asked):
        pages = [server.url("/a"), server.url("/b")]
        code, _, _ = interrupted("baseline", *pages, "--jobs", "1", "-o", "known.json", asked=asked)
    assert code == 130
    assert not (tmp_path / "known.json").exists()


def test_fix_prints_what_is_done() -> None:
    with hanging("/b") as (server, asked):
        pages = [server.url("/a"), server.url("/b")]
        code, out, _ = interrupted("fix", *pages, "--jobs", "1", asked=asked)
    assert code == 130
    assert b"Content-Security-Policy: script-src" in out
    assert b"could not be checked" in out
