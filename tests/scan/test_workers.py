"""A worker process that dies: its targets are judged again, and what kills it twice has failed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from csplint.engine.inputs import UrlInput
from csplint.engine.run import RunOptions
from csplint.packs.merge import load_packs
from csplint.scan.judge import Job, Judged, JudgeSettings
from csplint.scan.workers import Slot
from tests.scan.command import ENVIRONMENT, command, run
from tests.scan.recordings import visits, write_recording
from tests.scan.test_cluster import workers


class Deadly(UrlInput, frozen=True):
    """An input that ends whatever process reads it."""

    def __reduce__(self) -> Any:
        return os._exit, (1,)


def job(number: int) -> Job:
    url = f"https://shop{number}.example/"
    return Job(UrlInput(url, url), visits(number))


def test_only_the_job_that_kills_its_process_fails() -> None:
    settings = JudgeSettings.of(load_packs(()), RunOptions())

    async def judged() -> list[Judged]:
        slot = Slot(settings)
        try:
            return await slot.judge([job(1), Job(Deadly("https://deadly.example/", "https://deadly.example/")), job(2)])
        finally:
            await slot.close()

    first, deadly, second = asyncio.run(judged())
    assert (first.facts.error, second.facts.error) == ("", "")
    assert (deadly.facts.target, deadly.facts.error) == ("https://deadly.example/", "bug")
    assert b"its process died twice" in deadly.line


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the workers in /proc")
def test_a_worker_that_is_killed_loses_nothing_and_none_outlives_its_parent(tmp_path: Path) -> None:
    record, output = tmp_path / "pages.warc.gz", tmp_path / "run.jsonl"
    write_recording(record, 120)
    arguments = ["scan", "--replay", str(record), "--workers", "2"]
    expected = sorted(run(*arguments).stdout.splitlines())
    assert len(expected) == 119
    with subprocess.Popen(
        command(*arguments, "--output", f"jsonl={output}"), env=ENVIRONMENT, stderr=subprocess.PIPE
    ) as process:
        wait_for(output, 20, process)
        os.kill(workers(process.pid)[0], signal.SIGKILL)
        process.communicate(timeout=240)
    assert sorted(output.read_bytes().splitlines()) == expected
    output.unlink()
    Path(f"{output}.journal").unlink()
    with subprocess.Popen(
        command(*arguments, "--output", f"jsonl={output}"), env=ENVIRONMENT, stderr=subprocess.DEVNULL
    ) as process:
        wait_for(output, 1, process)
        left = workers(process.pid)
        process.kill()
    assert left
    deadline = time.monotonic() + 60
    while any(is_running(each) for each in left) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(is_running(each) for each in left)


def wait_for(output: Path, lines: int, process: subprocess.Popen[bytes]) -> None:
    while not (output.exists() and output.read_bytes().count(b"\n") >= lines):
        assert process.poll() is None
        time.sleep(0.01)


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
