"""A run that is killed at any moment and continued loses and repeats no target."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from pathlib import Path

from tests.scan.command import ENVIRONMENT, command, run, targets
from tests.scan.site import HTML, Answer, Page, site

NUMBER = 300
KILLS = 20


def pages(path: str) -> Answer:
    number = int(path.strip("/"))
    if number % 11 == 5:
        return Page(b"gone", status=404)
    body = b"<!doctype html><title>shop</title><script>window.x=1</script>" + b"<p>text" * number
    return Page(body, (HTML, ("Content-Security-Policy", "script-src 'self' 'unsafe-inline'")))


def whole_lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def killed(arguments: list[str], output: Path, more: int) -> bool:
    """Run until so many more lines are in the file, and kill; tells whether it was still running."""
    wanted = whole_lines(output) + more
    with subprocess.Popen(command(*arguments), env=ENVIRONMENT, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while whole_lines(output) < wanted and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        return process.wait() == -signal.SIGKILL


def test_kills_at_random_points_lose_and_repeat_nothing(tmp_path: Path) -> None:
    output, whole, listed = tmp_path / "run.jsonl", tmp_path / "whole.jsonl", tmp_path / "list.txt"
    chance = random.Random(16)
    with site(pages) as running:
        listed.write_text("".join(f"{running.url(f'/{number}')}\n" for number in range(NUMBER)))
        common = ["scan", "--from", str(listed), "--workers", "1", "--per-host", "8"]
        assert run(*common, "--output", f"jsonl={whole}").returncode == 3
        arguments = [*common, "--output", f"jsonl={output}", "--resume"]
        kills = sum(killed(arguments, output, chance.randrange(0, 14)) for _ in range(KILLS))
        assert kills == KILLS
        done = run(*arguments)
    assert done.returncode == 3
    expected = whole.read_bytes().splitlines()
    assert len(expected) == NUMBER
    assert sorted(output.read_bytes().splitlines()) == sorted(expected)
    assert f"{NUMBER} targets".encode() in done.stderr


def test_a_torn_last_line_is_judged_again(tmp_path: Path) -> None:
    output = tmp_path / "run.jsonl"
    with site(pages) as running:
        arguments = ["scan", *(running.url(f"/{number}") for number in (1, 2, 3)), "--output", f"jsonl={output}"]
        run(*arguments)
        whole = output.read_bytes()
        assert run(*arguments).returncode == 2  # it has results, and nobody said to continue
        assert output.read_bytes() == whole
        journal = Path(f"{output}.journal")
        lines = journal.read_bytes().splitlines(keepends=True)
        journal.write_bytes(lines[0])  # as if the process had died before the first mark
        output.write_bytes(whole[:-20])
        running.requests.clear()
        assert run(*arguments, "--resume").returncode == 1
        assert sum(running.requests.values()) == 1
    assert sorted(output.read_bytes().splitlines()) == sorted(whole.splitlines())


def test_a_file_of_other_settings_or_a_damaged_one_is_not_continued(tmp_path: Path) -> None:
    output = tmp_path / "run.jsonl"
    arguments = ["scan", "nothing here", "--output", f"jsonl={output}"]
    assert run(*arguments).returncode == 3
    other = run(*arguments, "--resume", "--vendor", "none")
    assert (other.returncode, b"begun with other" in other.stderr) == (2, True)
    output.write_bytes(b"x" + output.read_bytes())
    damaged = run(*arguments, "--resume")
    assert (damaged.returncode, b"line 1 is not a result" in damaged.stderr) == (2, True)


def test_ctrl_c_ends_with_what_is_done(tmp_path: Path) -> None:
    output = tmp_path / "run.jsonl"
    with site(pages) as running:
        arguments = ["scan", *(running.url(f"/{number}") for number in range(200)), "--delay", "0.05"]
        with subprocess.Popen(
            command(*arguments, "--output", f"jsonl={output}"), env=ENVIRONMENT, stderr=subprocess.PIPE
        ) as process:
            while whole_lines(output) < 5:
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=60)
        assert process.returncode == 130
        done = targets(output.read_bytes())
        assert 5 <= len(done) < 200
        assert not any(each["error"] and each["error"]["kind"] == "interrupted" for each in done.values())
        assert f"{len(done)} targets".encode() in errors
        assert b"Traceback" not in errors
