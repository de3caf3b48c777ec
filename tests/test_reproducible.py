"""Two builds are the same bytes, whatever the folder, the time, the umask, the language and the order of files."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv*", "__pycache__", ".hypothesis", ".*_cache", "dist", "*.egg-info", "public_suffixes.txt", "wt"
)


def copy(to: Path, umask: int, time: int) -> Path:
    """The checkout as somebody else has it: in another folder, newly written, with another umask."""
    old = os.umask(umask)
    try:
        shutil.copytree(ROOT, to, ignore=LEFT_OUT, copy_function=shutil.copyfile)
    finally:
        os.umask(old)
    for path in to.rglob("*"):
        os.utime(path, (time, time))
        if path.is_file():
            executable = 0o111 if os.access(ROOT / path.relative_to(to), os.X_OK) else 0
            path.chmod((0o666 | executable) & ~umask)
    return to


def build(source: Path, out: Path, umask: int, **environment: str) -> dict[str, str]:
    """The SHA-256 of the wheel and the source archive, by name."""
    variables = {name: value for name, value in os.environ.items() if name not in ("SOURCE_DATE_EPOCH", "PYTHONPATH")}
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(out)],
        cwd=source,
        env={**variables, **environment},
        umask=umask,
        check=True,
        capture_output=True,
        timeout=240,
    )
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.iterdir()}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    folder = tmp_path_factory.mktemp("first")
    return folder, build(copy(folder / "a", 0o022, 1_700_000_000), folder / "out", 0o022, PYTHONHASHSEED="1")


def test_another_folder_time_and_umask_give_the_same_bytes(first: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    source = copy(tmp_path / "another folder" / "b", 0o077, 1_000_000_000)
    made = build(source, tmp_path / "out", 0o077, PYTHONHASHSEED="2", TZ="Asia/Tokyo", LC_ALL="C", TMPDIR=str(tmp_path))
    assert len(made) == 2
    assert made == first[1]
    assert [path.name for path in tmp_path.iterdir()] == ["another folder", "out"]  # the build's own folder is gone


def test_the_source_archive_builds_the_same_wheel(first: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    [archive] = (first[0] / "out").glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path, filter="data")
    made = build(tmp_path / archive.name.removesuffix(".tar.gz"), tmp_path / "out", 0o022)
    assert made == first[1]


def test_the_date_of_the_source_is_taken(first: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    """So the comparison above sees a date, if one gets in."""
    made = build(first[0] / "a", tmp_path / "out", 0o022, SOURCE_DATE_EPOCH="1600000000")
    assert made.keys() == first[1].keys()
    assert not set(made.values()) & set(first[1].values())


def test_an_editable_build_has_the_public_suffix_list(tmp_path: Path) -> None:
    source = copy(tmp_path / "checkout", 0o022, 1_700_000_000)
    script = "import hatch_build as b; b.CustomBuildHook('.', {}, None, None, 'dist', 'wheel').initialize('editable', {})"  # as hatchling
    subprocess.run([sys.executable, "-c", script], cwd=source, check=True, capture_output=True, timeout=240)
    written = source / "csplint/checks/security/public_suffixes.txt"
    assert "\nuk *.sch . ac co " in written.read_text(encoding="ascii")
