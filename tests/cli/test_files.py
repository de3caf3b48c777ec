"""Files that a run writes: whole, all or none, through links, and to devices and pipes."""

from __future__ import annotations

import json
import os
import resource
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.cli.terminal import plain_environment

CHECK = ["check", "--policy", "script-src 'self'"]
OLD = "what was there\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)


def small_disk() -> None:
    """No file may have more than 2,000 bytes, which the JSON and HTML reports have."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))


def ran(*arguments: str, is_full: bool = False, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "csplint", *arguments],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        env=plain_environment(),
        timeout=60,
        check=False,
        preexec_fn=small_disk if is_full else None,
    )


def content() -> dict[str, str]:
    return {each.name: each.read_text(encoding="utf-8") for each in Path().iterdir() if each.is_file()}


BAD_SECOND = ["html=no-such-folder/b.html", "html=.git", "html=/dev/full"]


@pytest.mark.parametrize("second", BAD_SECOND)
@pytest.mark.parametrize("is_there", [True, False], ids=["replaced", "new"])
def test_if_the_second_cannot_be_written_the_first_is_as_before(second: str, is_there: bool) -> None:
    if is_there:
        Path("a.json").write_text(OLD, encoding="utf-8")
    before = content()
    done = ran(*CHECK, "--output", "json=a.json", "--output", second)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"csplint: cannot write {second[5:]}: ")
    assert content() == before


@pytest.mark.parametrize("arguments", [[*CHECK, "--output", "json=a"], ["baseline", *CHECK[1:], "--out", "a"]])
@pytest.mark.parametrize("is_there", [True, False], ids=["replaced", "new"])
def test_a_full_disk_leaves_no_part_of_a_file(arguments: list[str], is_there: bool) -> None:
    policies = [f"--policy=script-src 'self' https://host-{number}.example" for number in range(20)]
    if is_there:
        Path("a").write_text(OLD, encoding="utf-8")
    before = content()
    done = ran(*arguments, *policies, is_full=True)
    assert (done.returncode, done.stderr) == (2, "csplint: cannot write a: File too large\n")
    assert content() == before


def test_permissions_stay_and_a_new_file_has_the_usual_ones() -> None:
    Path("a.json").write_text(OLD, encoding="utf-8")
    Path("a.json").chmod(0o640)
    assert ran(*CHECK, "--output", "json=a.json", "--output", "html=b.html").returncode == 1
    mask = os.umask(0)
    os.umask(mask)
    modes = [stat.S_IMODE(Path(name).stat().st_mode) for name in ("a.json", "b.html")]
    assert modes == [0o640, 0o666 & ~mask]
    assert json.loads(Path("a.json").read_bytes())["format"] == "csplint"
    assert sorted(content()) == ["a.json", "b.html"]


def test_a_link_is_followed_and_said() -> None:
    Path("real.json").write_text(OLD, encoding="utf-8")
    Path("link.json").symlink_to("real.json")
    done = ran(*CHECK, "--output", "json=link.json")
    assert done.stderr == f"csplint: link.json is a symbolic link: wrote {Path('real.json').resolve()}\n"
    assert Path("link.json").is_symlink()
    assert json.loads(Path("real.json").read_bytes())["format"] == "csplint"


@pytest.mark.parametrize("path", ["/dev/stdout", "/dev/fd/1"])
@pytest.mark.parametrize("is_file", [True, False], ids=["file", "pipe"])
def test_standard_output_gets_both_reports(path: str, is_file: bool) -> None:
    arguments = [*CHECK, "--output", f"json={path}"]
    if is_file:
        with Path("out").open("w", encoding="utf-8") as out:
            ran(*arguments, stdout=out.fileno())
        text = Path("out").read_text(encoding="utf-8")
    else:
        text = ran(*arguments).stdout
    assert text.startswith('{\n  "format": "csplint"')
    assert "\n}\n" in text
    assert "script-host-missing" in text.rpartition("\n}\n")[2]


def test_devices_and_pipes_are_written_to() -> None:
    os.mkfifo("pipe")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(Path("pipe").read_bytes()), daemon=True)
    reader.start()
    assert ran(*CHECK, "--output", "json=pipe", "--output", "html=/dev/null").returncode == 1
    reader.join(30)
    assert json.loads(read[0])["format"] == "csplint"
    assert stat.S_ISFIFO(Path("pipe").stat().st_mode)
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_a_baseline_is_a_file(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "csplint", "baseline", "--policy", "img-src *", "--out", "-"]
    done = subprocess.run(command, capture_output=True, check=False, env=plain_environment())
    assert done.returncode == 2
    assert b"use --out FILE" in done.stderr
    assert not (tmp_path / "-").exists()
