"""The wheel: built, unpacked elsewhere, run; with its packs, its types and no checkout around it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from csplint.packs.pack import Pack
from csplint.packs.read import load_pack

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    [wheel] = folder.glob("*.whl")
    assert wheel.name.startswith("csplint_cli-")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_wheel_runs_elsewhere(unpacked: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "csplint", "check", "--policy", "script-src 'self'", "--format", "json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert json.loads(done.stdout)["targets"][0]["findings"][0]["name"] == "script-host-missing"
    where = subprocess.run(
        [
            sys.executable,
            "-c",
            "import csplint, csplint.packs.read as p; print(csplint.__file__); print(p.packs_folder())",
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True,
        timeout=60,
        check=True,
        text=True,
    )
    assert where.stdout.splitlines() == [str(unpacked / "csplint/__init__.py"), str(unpacked / "csplint/_packs")]


def test_wheel_explains_with_examples(unpacked: Path, tmp_path: Path) -> None:
    """The packs that are read quickly have none."""
    done = subprocess.run(
        [sys.executable, "-m", "csplint", "explain", "script-wildcard"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True,
        timeout=60,
        check=True,
        text=True,
    )
    assert "default-src 'self' *" in done.stdout


def test_wheel_holds_packs_and_types(unpacked: Path) -> None:
    packs = unpacked / "csplint/_packs"
    assert (unpacked / "csplint/checks/security/public_suffixes.txt").is_file()
    assert (packs / "velaro.toml").read_bytes() == (ROOT / "rules/velaro.toml").read_bytes()
    whole = load_pack("velaro")
    quick = replace(whole, rule=tuple(replace(rule, example=()) for rule in whole.rule))
    assert msgspec.json.decode((packs / "velaro.json").read_bytes(), type=Pack) == quick
    assert (unpacked / "csplint/py.typed").is_file()
    assert not list(unpacked.glob("tests*"))


def test_nobody_is_told_to_install_a_strangers_package() -> None:
    for path in [*ROOT.glob("*.md"), *ROOT.glob("csplint/**/*.py"), *ROOT.glob("rules/**/*.*")]:
        assert "pip install csplint " not in path.read_text(encoding="utf-8").replace("\n", " "), path
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["name"] == "csplint-cli"
