"""Files that never end, never begin, or are too deep to read: each ends in a sentence."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from csplint.cli.entry import run
from csplint.errors import PackError
from csplint.files import UnreadableFileError, read_file
from csplint.packs.locate import locate
from csplint.packs.read import load_pack
from csplint.packs.toml import MAX_TOKENS, TomlError, parse_toml
from tests.cli.configured import write

pytestmark = pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no /dev/zero")


@pytest.fixture(autouse=True)
def _ends() -> Iterator[None]:
    """A test that waits for a pipe, or reads /dev/zero, fails instead of hanging."""
    signal.alarm(60)
    yield
    signal.alarm(0)


@pytest.fixture
def fifo(tmp_path: Path) -> str:
    os.mkfifo(tmp_path / "pipe.toml")
    return str(tmp_path / "pipe.toml")


def test_only_regular_files_of_a_size_are_read(tmp_path: Path, fifo: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_file(str(path), 5) == b"12345"
    assert read_file(os.devnull, 5) == b""
    for wrong, limit in ((str(path), 4), ("/dev/zero", 5), (fifo, 5)):
        with pytest.raises(UnreadableFileError):
            read_file(wrong, limit)
    with pytest.raises(IsADirectoryError):
        read_file(str(tmp_path), 5)


def test_a_link_is_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "known.json").symlink_to("/dev/zero")
    with pytest.raises(UnreadableFileError):
        read_file(str(tmp_path / "known.json"), 5)


ENDLESS = ["/dev/zero", "pipe.toml", "."]
FROM_FILE = ["extend", "baseline", "ca-bundle"]


@pytest.mark.parametrize("endless", ENDLESS)
@pytest.mark.parametrize("key", FROM_FILE)
def test_what_a_configuration_names(repo: Path, capsys: pytest.CaptureFixture[str], key: str, endless: str) -> None:
    os.mkfifo(repo / "pipe.toml")
    write(repo, f'{key} = "{endless}"\n')
    target = ["http://127.0.0.1:1/"] if key == "ca-bundle" else ["--policy", "x"]
    assert run(["check", *target]) == 2
    assert "read" in capsys.readouterr().err


def test_a_pack_of_a_configuration(repo: Path, capsys: pytest.CaptureFixture[str], fifo: str) -> None:
    (repo / "zero.toml").symlink_to("/dev/zero")
    for path in (fifo, str(repo / "zero.toml"), str(repo) + "/.toml"):
        write(repo, f'packs = ["{path}"]\n')
        assert run(["check", "--policy", "x"]) == 2
        assert "cannot read the rule pack" in capsys.readouterr().err


OPTIONS = ["--config", "--baseline", "--pack", "--bypass-data", "--cookie-file", "--ca-bundle"]


@pytest.mark.parametrize("option", OPTIONS)
def test_what_the_command_line_names(repo: Path, capsys: pytest.CaptureFixture[str], option: str, fifo: str) -> None:
    (repo / "zero.toml").symlink_to("/dev/zero")
    for path in (fifo, str(repo / "zero.toml")):
        target = ["http://127.0.0.1:1/"] if option in {"--cookie-file", "--ca-bundle"} else ["--policy", "x"]
        assert run(["check", *target, option, path]) == 2
        assert "not a regular file" in capsys.readouterr().err


def test_a_target_that_never_begins_or_ends(repo: Path, capsys: pytest.CaptureFixture[str], fifo: str) -> None:
    assert run(["check", fifo, "/dev/zero"]) == 3
    assert " ".join(capsys.readouterr().out.split()).count("not a regular file") == 2


DEEP = [
    "a." * 500_000 + "b = 1",
    "[" + "a." * 200_000 + "b]",
    "x = " + "[" * 100_000,
    "x = " + "{a=" * 100_000,
    "x = [" + "1," * MAX_TOKENS + "]",
    "x = " + "9" * 400_000,
]


@pytest.mark.parametrize("text", DEEP, ids=[text[:12] for text in DEEP])
def test_deep_and_long_toml(text: str) -> None:
    with pytest.raises(TomlError):
        parse_toml(text)


def test_deep_toml_is_a_sentence_with_its_line(repo: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write(repo, "\n" + "x = " + "[" * 1000)
    assert run(["check", "--policy", "x"]) == 2
    assert "csplint.toml:2:21: nested more than 16 levels deep" in capsys.readouterr().err
    (tmp_path / "own.toml").write_text("a." * 1000 + "b = 1")
    with pytest.raises(PackError, match=r"own\.toml:1: nested more than 16 levels deep"):
        load_pack(str(tmp_path / "own.toml"))


def test_a_baseline_of_brackets(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo, "[" * 100_000, "known.json")
    assert run(["check", "--policy", "x", "--baseline", str(repo / "known.json")]) == 2
    assert "is not a csplint baseline" in capsys.readouterr().err


def test_thousands_of_faults_are_not_all_listed(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo, "".join(f"fial-on{number} = 1\n" for number in range(10_000)))
    assert run(["check", "--policy", "x"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 50


TEXT = """\
# x = 1
select = [
  "a", # ]
  "c",
]
"quo.ted" = 1
a.b = {c = 1, d = [{e = 2}]}
[severity]
X = "info"
[[target]]
name = '''
[[target]]
name = 1'''
[target.headers]
A = "b"
[[target]]
url = 1979-05-27 07:32:00
headers = { B = "c", 'C d' = 'e' }
"""
PLACES: list[tuple[tuple[str | int, ...], tuple[int, int]]] = [
    (("select",), (2, 1)),
    (("select", 1), (2, 1)),
    (("quo.ted",), (6, 1)),
    (("a", "b", "d", 0, "e"), (7, 21)),
    (("severity", "X"), (9, 1)),
    (("target", 0), (10, 3)),
    (("target", 0, "headers", "A"), (15, 1)),
    (("target", 1), (16, 3)),
    (("target", 1, "url"), (17, 1)),
    (("target", 1, "headers", "C d"), (18, 22)),
    (("x",), (1, 1)),
    (("target", 2), (10, 3)),
]


@pytest.mark.parametrize(("path", "place"), PLACES)
def test_locate(path: tuple[str | int, ...], place: tuple[int, int]) -> None:
    parse_toml(TEXT)
    assert locate(TEXT, path) == place
