"""Progress is shown to a person at a terminal, and to nobody else."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from csplint.cli.progress import ERASE, fitting, sentence
from csplint.engine.run import Progress
from csplint.report.escape import cell_width
from tests.cli.terminal import on_terminal, plain_environment
from tests.servers import Answer, Received, serve

PAGE = Answer(body=b"<!doctype html><p>a page")


def saved(folder: Path, *names: str) -> list[str]:
    """Saved responses, one for each name."""
    for name in names:
        (folder / name).write_bytes(PAGE.to_bytes())
    return [str(folder / name) for name in names]


def steps(shown: str) -> list[str]:
    """The texts that the line had; it has to be erased first and last."""
    before, *lines, after = shown.split(ERASE)
    assert before == ""
    assert after == ""
    return lines


def test_each_step_is_shown_and_erased(tmp_path: Path) -> None:
    (file,) = saved(tmp_path, "saved.txt")
    with serve(PAGE) as server:
        first, second = server.url("/a"), server.url("/b")
        ran = on_terminal(
            "check", first, file, second, "--jobs", "1", "--format", "json", terminal=["stderr"], columns=200
        )
    assert steps(ran.shown) == [
        "fetched 0 of 2",
        f"fetched 1 of 2: {first}",
        f"fetched 2 of 2: {second}",
        f"checked 1 of 3: {first}",
        f"checked 2 of 3: {file}",
        f"checked 3 of 3: {second}",
    ]
    assert len(json.loads(ran.piped)["targets"]) == 3


def test_the_line_is_erased_before_the_report(tmp_path: Path) -> None:
    files = saved(tmp_path, "a.txt", "b.txt")
    ran = on_terminal("check", *files, "--color", "never", "--links", "never", columns=100)
    *_, last, report = ran.shown.split(ERASE)
    assert last.startswith("checked 2 of 2: ")
    assert report.startswith(f"{files[0]}  200 ·")
    assert report == on_terminal("check", *files, terminal=[]).piped


def test_the_line_is_erased_before_an_error() -> None:
    with serve(PAGE) as server:
        ran = on_terminal("check", server.url("/a"), server.url("/b"), "--proxy", "no proxy")
    assert ran.code == 2
    before, _, after = ran.shown.rpartition(ERASE)
    assert before.endswith("fetched 0 of 2")
    assert after.startswith("csplint: ")


UNWATCHED: list[tuple[str, list[str], dict[str, str]]] = [
    ("quiet", ["a.txt", "b.txt", "-q"], {}),
    ("quiet by the environment", ["a.txt", "b.txt"], {"CSPLINT_QUIET": "1"}),
    ("one target", ["a.txt"], {}),
    ("CI", ["a.txt", "b.txt"], {"CI": "true"}),
    ("GitHub", ["a.txt", "b.txt"], {"GITHUB_ACTIONS": "true"}),
    ("dumb terminal", ["a.txt", "b.txt"], {"TERM": "dumb"}),
]


@pytest.mark.parametrize(("arguments", "environment"), [c[1:] for c in UNWATCHED], ids=[c[0] for c in UNWATCHED])
def test_nobody_else_sees_progress(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], environment: dict[str, str]
) -> None:
    saved(tmp_path, "a.txt", "b.txt")
    monkeypatch.chdir(tmp_path)
    assert on_terminal("check", *arguments, terminal=["stderr"], environment=environment).shown == ""


@pytest.mark.parametrize("value", ["", "0", "false"])
def test_these_values_do_not_mean_ci(tmp_path: Path, value: str) -> None:
    files = saved(tmp_path, "a.txt", "b.txt")
    assert len(steps(on_terminal("check", *files, terminal=["stderr"], environment={"CI": value}).shown)) == 2


def test_a_pipe_gets_nothing(tmp_path: Path) -> None:
    """The report goes to the terminal, and whoever reads standard error reads no control sequences."""
    files = saved(tmp_path, "a.txt", "b.txt")
    ran = on_terminal("check", *files, terminal=["stdout"])
    assert ran.piped == ""
    assert ERASE not in ran.shown


def test_a_terminal_that_goes_away_stops_nothing() -> None:
    master, slave = pty.openpty()

    def hangs_up(request: Received) -> Answer:
        if request.path == "/a":
            os.close(master)
        return PAGE

    try:
        with serve(hangs_up) as server:
            arguments = ["check", server.url("/a"), server.url("/b"), "--jobs", "1", "--format", "json"]
            done = subprocess.run(
                [sys.executable, "-m", "csplint", *arguments],
                stdout=subprocess.PIPE,
                stderr=slave,
                env=plain_environment(),
                timeout=60,
                check=False,
            )
    finally:
        os.close(slave)
    assert done.returncode == 0
    assert [target["outcome"] for target in json.loads(done.stdout)["targets"]] == ["checked", "checked"]


def test_the_baseline_command_shows_progress(tmp_path: Path) -> None:
    files = saved(tmp_path, "a.txt", "b.txt")
    ran = on_terminal("baseline", *files, "-o", str(tmp_path / "known.json"), columns=300)
    assert f"checked 2 of 2: {files[1]}{ERASE}wrote " in ran.shown


def test_a_target_cannot_reach_the_terminal_or_a_second_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = saved(tmp_path, "\x1b]0;title\x07\x9b31m.txt", "日本" * 30 + ".txt", "x\r\n" * 20)
    ran = on_terminal("check", *(Path(name).name for name in names), terminal=["stderr"], columns=40)
    lines = steps(ran.shown)
    assert len(lines) == 3
    assert lines[0] == "checked 1 of 3: \\x1b]0;title\\x07\\x9b..."
    assert lines[1] == "checked 2 of 3: 日本日本日本日本日本..."
    for line in lines:
        assert not re.search("[\x00-\x1f\x7f-\x9f]", line)
        assert cell_width(line) < 40


FITTING = [
    # line, columns, encoding, what is shown
    ("checked", 7, "utf-8", "checked"),
    ("checked", 6, "utf-8", "che..."),
    ("日本日本", 8, "utf-8", "日本日本"),
    ("日本日本", 7, "utf-8", "日本..."),
    ("日本日本", 6, "utf-8", "日..."),
    ("ä", 4, "ascii", "\\xe4"),
    ("日本", 11, "ascii", "\\u65e5\\u..."),
]


@pytest.mark.parametrize(("line", "room", "encoding", "shown"), FITTING)
def test_a_line_fits_as_the_terminal_shows_it(line: str, room: int, encoding: str, shown: str) -> None:
    assert fitting(line, room, encoding) == shown


def test_the_first_step_names_no_target() -> None:
    assert sentence(Progress("fetched", 0, 3)) == "fetched 0 of 3"
