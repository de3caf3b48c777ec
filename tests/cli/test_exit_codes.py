"""
The README's table of exit codes, row by row, through the real command in a process of its own.

A row without a case fails here, and so does a case without a row.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import IO

import pytest

from tests.cli.terminal import ROOT, plain_environment
from tests.guide.pages import HOSTED, REST, TAG, Page
from tests.servers import Answer, Received, serve, unused_port

WARNS = f"{HOSTED} 'unsafe-eval'; {REST}"
FAILS = "script-src 'self'"
VENDOR = ["--pack", "velaro"]
BROKEN_PACK = "[pack]\nid = 3\n"


def rows() -> list[int]:
    """The codes of the table whose first column is called so, in its order."""
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("| exit code |"))
    found = []
    for line in lines[start + 2 :]:
        row = re.match(r"\| (\d+) \|", line)
        if not row:
            break
        found.append(int(row[1]))
    return found


@contextlib.contextmanager
def started(
    *arguments: str,
    stdin: int = subprocess.DEVNULL,
    stdout: int | IO[bytes] = subprocess.PIPE,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[subprocess.Popen[bytes]]:
    """The command, running; whatever the tests' own process does about interrupts, this one is a foreground job."""
    with subprocess.Popen(
        [sys.executable, "-m", "csplint", *arguments],
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=plain_environment(**environment),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def ended(*arguments: str, environment: Mapping[str, str] = MappingProxyType({})) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    with started(*arguments, environment=environment) as process:
        out, err = process.communicate(timeout=60)
    return process.returncode, out.decode(), err.decode()


def test_every_row_has_a_case_and_every_case_a_row() -> None:
    assert rows() == sorted({code for code, *_ in CASES} | {70, 130})
    assert len(rows()) == 6


CASES: list[tuple[int, str, list[str], str, str]] = [
    # code, what happens, arguments, a part of standard output, a part of standard error
    (0, "nothing found", ["--policy", "default-src *", "--select", "VEL001"], "On a page with this policy", ""),
    (0, "only warnings", [*VENDOR, "--policy", WARNS], "1 warning", ""),
    (0, "an error, but never fail", ["--policy", FAILS, "--fail-on", "never"], "script-host-missing", ""),
    (0, "an error, but exit zero", ["--policy", FAILS, "--exit-zero"], "script-host-missing", ""),
    (1, "an error", ["--policy", FAILS], "script-host-missing", ""),
    (1, "a warning that fails", [*VENDOR, "--policy", WARNS, "--fail-on", "warning"], "1 warning", ""),
    (1, "an error in JSON", ["--policy", FAILS, "--format", "json"], '"exit_code": 1', ""),
    (1, "an error in SARIF", ["--policy", FAILS, "--format", "sarif"], '"VEL001"', ""),
    (2, "no such option", ["--nosuch"], "", "No such option"),
    (2, "no target", [], "", "csplint: nothing to check"),
    (2, "no such rule", ["--policy", FAILS, "--select", "nosuch"], "", "there is no rule 'nosuch'"),
    (2, "no such pack", ["--policy", FAILS, "--pack", "nosuch.toml"], "", "csplint: cannot read the rule pack"),
    (2, "a broken pack", ["--policy", FAILS, "--pack", "./broken-pack.toml"], "", "broken-pack.toml"),
    (2, "a broken configuration", ["--config", "broken.toml"], "", "csplint: broken.toml:1:1: unknown key 'x'"),
    (2, "not a baseline", ["--policy", FAILS, "--baseline", "broken.toml"], "", "is not a csplint baseline"),
    (3, "a missing file", ["nosuch.txt"], "could not be checked", ""),
    (3, "nobody listens", ["http://127.0.0.1:{unused}/", "--retries", "0"], "could not be checked", ""),
    (3, "a failure beside findings", ["nosuch.txt", "saved.txt"], "script-host-missing", ""),
    (3, "a failure that must not fail", ["nosuch.txt", "--exit-zero", "--fail-on", "never"], "could not be", ""),
]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()  # no configuration above counts
    (tmp_path / "broken.toml").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "broken-pack.toml").write_text(BROKEN_PACK, encoding="utf-8")
    page = Page("bad", f"{FAILS}; {REST}", TAG)
    (tmp_path / "saved.txt").write_bytes(Answer(200, page.response_headers(), page.html().encode()).to_bytes())
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("code", "arguments", "out", "err"),
    [(code, arguments, out, err) for code, _, arguments, out, err in CASES],
    ids=[f"{code} {what}" for code, what, *_ in CASES],
)
def test_a_row_is_true(code: int, arguments: list[str], out: str, err: str) -> None:
    port = str(unused_port())
    returned, stdout, stderr = ended("check", *(each.replace("{unused}", port) for each in arguments))
    assert returned == code
    assert out in stdout
    assert err in stderr
    assert bool(stdout) == bool(out)
    assert bool(stderr) == bool(err)


CRIPPLED = "import time\ndel time.monotonic\n"
"""A Python without a function that every Python has, so that csplint meets an error it does not expect."""


def test_70_is_a_bug_reported_in_two_lines(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(CRIPPLED, encoding="utf-8")
    path = f"{tmp_path}{os.pathsep}{ROOT}"
    code, stdout, stderr = ended("check", "--policy", FAILS, environment={"PYTHONPATH": path})
    assert (code, stdout) == (70, "")
    assert stderr == (
        "csplint: this is a bug in csplint (AttributeError); please report it.\n"
        "Run the same command with CSPLINT_DEBUG=1 for the details to include.\n"
    )
    code, stdout, stderr = ended("check", "--policy", FAILS, environment={"PYTHONPATH": path, "CSPLINT_DEBUG": "1"})
    assert (code, stdout) == (70, "")
    assert "Traceback" in stderr
    assert "monotonic" in stderr


@pytest.mark.parametrize("arguments", [[], ["--format", "json"], ["saved.txt"]], ids=["text", "json", "two targets"])
def test_130_is_an_interrupt_while_a_server_is_waited_for(arguments: list[str]) -> None:
    asked, over = threading.Event(), threading.Event()

    def keeps_waiting(_request: Received) -> Answer:
        asked.set()
        over.wait(60)
        return Answer()

    with serve(keeps_waiting) as server, started("check", server.url("/"), *arguments) as process:
        try:
            assert asked.wait(60)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            over.set()
    assert process.returncode == 130
    assert (out, err) == (b"", b"")


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_a_reader_who_has_gone_is_no_error(form: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with (
        os.fdopen(writer, "wb") as closed,
        started("check", "--policy", FAILS, "--format", form, stdout=closed) as process,
    ):
        _, err = process.communicate(timeout=60)
    assert err == b""
    assert process.returncode == 1


def test_a_reader_who_stops_reading_is_no_error() -> None:
    """As `csplint check … | head -1` does; the report is larger than what a pipe holds."""
    with started("check", *["saved.txt"] * 30, "--format", "json") as process:
        assert process.stdout
        assert process.stdout.readline() == b"{\n"
        process.stdout.close()
        assert process.stderr
        assert process.stderr.read() == b""
        assert process.wait(60) == 1


COMMANDS = [["check", "--policy", FAILS], ["check", "--policy", FAILS, "--format", "json"], ["rules"], ["--version"]]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("arguments", COMMANDS, ids=["text", "json", "rules", "version"])
def test_a_full_disk_is_reported(arguments: list[str], unbuffered: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "csplint", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            env={**plain_environment(), "PYTHONUNBUFFERED": unbuffered, "PYTHONPATH": str(ROOT)},
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (2, b"csplint: cannot write the output: No space left on device\n")


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("arguments", COMMANDS, ids=["text", "json", "rules", "version"])
def test_nobody_who_reads_is_no_error(arguments: list[str], unbuffered: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "csplint", *arguments],
        stdout=writer,
        stderr=subprocess.PIPE,
        env={**plain_environment(), "PYTHONUNBUFFERED": unbuffered, "PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
    )
    os.close(writer)
    assert (done.returncode in {0, 1}, done.stderr) == (True, b"")


CODES = [
    # code, command
    (1, ["check", "--policy", FAILS]),
    (1, ["check", "--policy", FAILS, "--format", "json"]),
    (3, ["check", "nosuch.txt"]),
    (1, ["allows", "--policy", FAILS, "script", "https://x.example/"]),
    (2, ["check", "--nosuch"]),
    (2, ["check", "--policy", FAILS, "--select", "nosuch"]),
    (0, ["rules"]),
    (0, ["--help"]),
    (0, ["--version"]),
    (3, ["check", "-"]),
]


@pytest.mark.parametrize("how", [">&-", "2>&-", "<&- >&- 2>&-", "| true", "2> >(true)", "2>/dev/full"])
@pytest.mark.parametrize(("code", "arguments"), CODES, ids=[" ".join(each) for _, each in CODES])
def test_closed_streams_change_no_exit_code(code: int, arguments: list[str], how: str) -> None:
    """In a shell, as people close them; nothing is written anywhere about it."""
    gone = f'"$@" {how}; exit ${{PIPESTATUS[0]}}'
    done = subprocess.run(
        ["bash", "-c", gone, "bash", sys.executable, "-m", "csplint", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=plain_environment(),
        timeout=60,
        check=False,
    )
    assert done.returncode == code
    assert b"bug" not in done.stderr
    assert b"Traceback" not in done.stderr
    assert b"Error" not in done.stderr.replace(b"Error: No such option", b"")


def test_a_fixed_policy_that_nobody_reads_keeps_its_exit_code() -> None:
    """As `csplint fix … | head -1` does."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed, started("fix", "saved.txt", "nosuch.txt", stdout=closed) as process:
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (3, b"")


def test_a_closed_stream_does_not_lend_its_number_to_a_report() -> None:
    """The first file that a process opens gets the number of a closed stream, and what is written to it."""
    arguments = ["check", "--policy", FAILS, "--output", "json=report.json"]
    done = subprocess.run(
        ["bash", "-c", '"$@" >&- 2>&-', "bash", sys.executable, "-m", "csplint", *arguments],
        env=plain_environment(),
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert json.loads(Path("report.json").read_text(encoding="utf-8"))["run"]["exit_code"] == 1
