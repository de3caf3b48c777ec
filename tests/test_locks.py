"""The locks: what pyproject.toml asks for, whole, by hash, and from no named index."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from itertools import product
from pathlib import Path

import pytest
from packaging.markers import Marker, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
RUN = PROJECT["project"]["dependencies"]
BUILD = PROJECT["build-system"]["requires"]
ASKED = {
    "run": RUN,
    "build": BUILD,
    "dev": [*RUN, *BUILD, *EXTRAS["dev"], *EXTRAS["browser"], *EXTRAS["code"], *EXTRAS["yaml"]],
    "tools": PROJECT["dependency-groups"]["tools"],
}
SYSTEMS = [
    ("linux", "Linux", "x86_64"),
    ("linux", "Linux", "aarch64"),
    ("darwin", "Darwin", "arm64"),
    ("win32", "Windows", "AMD64"),
]
ENVIRONMENTS: list[dict[str, str]] = [
    {
        **{key: str(value) for key, value in default_environment().items()},
        "python_version": version,
        "python_full_version": f"{version}.0",
        "sys_platform": system[0],
        "platform_system": system[1],
        "platform_machine": system[2],
        "os_name": "nt" if system[0] == "win32" else "posix",
        "extra": "",
    }
    for version, system in product(("3.11", "3.12", "3.13", "3.14"), SYSTEMS)
]
ENTRY = re.compile(
    r"^([a-z0-9][a-z0-9.-]*)==([^ ;]+)(?: ; ([^\\\n]+))? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)",
    re.MULTILINE,
)
Entry = tuple[str, Version, Marker | None]


def text(name: str) -> str:
    return (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")


def entries(name: str) -> list[Entry]:
    return [
        (found[1], Version(found[2]), Marker(found[3]) if found[3] else None) for found in ENTRY.finditer(text(name))
    ]


def pins(name: str, environment: dict[str, str]) -> dict[str, Version]:
    """The packages of a lock in one environment; each at most once."""
    found = [
        (name, version) for name, version, marker in entries(name) if marker is None or marker.evaluate(environment)
    ]
    assert len(found) == len(dict(found))
    return dict(found)


@pytest.mark.parametrize("name", ASKED)
def test_every_line_is_a_pin_with_hashes(name: str) -> None:
    """So no index, no URL, no option and no unpinned package is in it."""
    header, _, rest = text(name).partition("\n")
    assert header.startswith("# Made by requirements/lock.py")
    assert ENTRY.sub("", rest) == ""
    assert entries(name)


@pytest.mark.parametrize("name", ASKED)
def test_what_is_asked_for_is_locked_everywhere(name: str) -> None:
    for environment in ENVIRONMENTS:
        locked = pins(name, environment)
        for asked in map(Requirement, ASKED[name]):
            if asked.marker is None or asked.marker.evaluate(environment):
                assert asked.specifier.contains(locked[canonicalize_name(asked.name)]), (asked, environment)


def test_the_locks_agree() -> None:
    for environment in ENVIRONMENTS:
        dev = pins("dev", environment)
        for name in ("run", "build"):
            assert pins(name, environment).items() <= dev.items()


def test_dev_holds_nothing_that_nobody_asked_for() -> None:
    """Read from the installed packages, which say what they need; skipped if they are not the locked ones."""
    environment = {**{key: str(value) for key, value in default_environment().items()}, "extra": ""}
    waiting = [
        canonicalize_name(each.name) for each in map(Requirement, ASKED["dev"]) if applies(each, environment, "")
    ]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            try:
                needs = list(map(Requirement, requires(name) or ()))
            except PackageNotFoundError:
                pytest.skip(f"{name} is not installed")
            waiting += [canonicalize_name(each.name) for each in needs if applies(each, environment, "")]
    assert found == set(pins("dev", environment))


def applies(asked: Requirement, environment: dict[str, str], extra: str) -> bool:
    return asked.marker is None or asked.marker.evaluate({**environment, "extra": extra})


def test_the_commands_install_the_lock() -> None:
    command = (
        "-m pip install -q --require-hashes -r requirements/dev.txt && .venv/bin/python -m pip install -q --no-deps"
    )
    for name in ("README.md", "CONTRIBUTING.md"):
        assert command in (ROOT / name).read_text(encoding="utf-8")
    assert "--require-hashes -r requirements/dev.txt" in (ROOT / ".ci/run").read_text(encoding="utf-8")
