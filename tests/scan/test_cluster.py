"""A scan on Dask gives the bytes of a scan here, and survives the death of a worker."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.required import missing
from tests.scan.command import ENVIRONMENT, command, run, targets
from tests.scan.recordings import write_recording
from tests.scan.site import Page, site

NUMBER = 200


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if importlib.util.find_spec("distributed") is None:
        missing("dask distributed is not installed")
    path = tmp_path_factory.mktemp("cluster") / "pages.warc.gz"
    write_recording(path, NUMBER)
    return path


@pytest.fixture(scope="module")
def here(record: Path) -> list[bytes]:
    done = run("scan", "--from", str(record), "--workers", "1")
    assert len(targets(done.stdout)) == NUMBER - 1  # one is there twice
    return sorted(done.stdout.splitlines())


def test_the_bytes_are_those_of_a_run_here(record: Path, here: list[bytes]) -> None:
    with site(lambda path: Page() if path == "/a" else Page(b"gone", status=404)) as running:
        urls = [running.url("/a"), running.url("/b")]
        done = run("scan", *urls, "--from", str(record), "--dask", "local", "--workers", "2")
        two = run("scan", *urls)
    assert done.returncode == 3, done.stderr
    assert sorted(done.stdout.splitlines()) == sorted([*here, *two.stdout.splitlines()])


def children(process: int) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == process:
                found.append(int(folder.name))
    return found


def workers(process: int) -> list[int]:
    """The processes of a local cluster: they are started by multiprocessing, whose tracker is none of them."""
    return [each for each in children(process) if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the workers in /proc")
def test_a_worker_that_is_killed_loses_and_repeats_nothing(record: Path, here: list[bytes], tmp_path: Path) -> None:
    output = tmp_path / "run.jsonl"
    arguments = ["scan", "--from", str(record), "--dask", "local", "--workers", "2", "--output", f"jsonl={output}"]
    with subprocess.Popen(command(*arguments), env=ENVIRONMENT, stderr=subprocess.PIPE) as process:
        while not (output.exists() and output.read_bytes().count(b"\n") >= 50) and process.poll() is None:
            time.sleep(0.01)
        os.kill(workers(process.pid)[0], signal.SIGKILL)
        _, errors = process.communicate(timeout=240)
    assert process.returncode in {0, 1}, errors
    assert sorted(output.read_bytes().splitlines()) == here


def test_no_secret_goes_to_a_cluster() -> None:
    done = run("scan", "https://a.example", "--dask", "local", "--header-for", "a.example", "X: geheim")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"geheim" not in done.stderr
