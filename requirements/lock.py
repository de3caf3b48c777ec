"""
Write the locks beside this file from pyproject.toml: every package with its version and the hashes of its files.

    python requirements/lock.py                # what pyproject.toml changed; other versions stay
    python requirements/lock.py --upgrade      # every version anew
    python requirements/lock.py --check        # exit 1 if a lock would change

It runs `uv` (in tools.txt) and asks the package index. tests/test_locks.py compares the locks with pyproject.toml
without a network.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
"""What csplint supports, oldest first; a lock is valid for all of them."""

SYSTEMS = ("x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "aarch64-apple-darwin", "x86_64-pc-windows-msvc")

HEADER = "# Made by requirements/lock.py from pyproject.toml; do not edit.\n"

LOCKS = {
    "dev": ("dependencies", "build", "dev", "browser", "code", "yaml"),  # first: the others take its versions
    "run": ("dependencies",),
    "build": ("build",),
    "tools": ("tools",),
}
"""Each lock, and what it holds: the package's dependencies, its build's, an extra or a dependency group."""


def inputs(names: tuple[str, ...]) -> list[str]:
    """The requirements of these parts of pyproject.toml, as they stand there."""
    data = tomllib.loads((HERE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    project = data["project"]
    parts = {
        "dependencies": project["dependencies"],
        "build": data["build-system"]["requires"],
        **project["optional-dependencies"],
        **data["dependency-groups"],
    }
    return [each for name in names for each in parts[name]]


def lock(name: str, folder: Path, *options: str) -> str:
    """Resolve one lock in `folder`, where a lock of that name keeps its versions, and give its text."""
    path = folder / f"{name}.txt"
    pins = ["--constraints", str(folder / "dev.txt")] if name != "dev" else []
    command = [
        "uv",
        "pip",
        "compile",
        "-",
        "--universal",
        "--python-version",
        PYTHONS[0],
        "--generate-hashes",
        "--no-header",
    ]
    command += ["--no-config", "--quiet", "--no-annotate", *pins, *options, "--output-file", str(path)]
    subprocess.run(command, input="\n".join(inputs(LOCKS[name])), text=True, check=True, cwd=folder)  # noqa: S603
    text = HEADER + path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    return text


def require_wheels(folder: Path) -> None:
    """Fail if a lock names a package without a wheel for a system in SYSTEMS: there, pip would need a compiler."""
    for name, version, system in product(LOCKS, PYTHONS, SYSTEMS):
        command = ["uv", "pip", "install", "--dry-run", "--target", str(folder / "nothing"), "--no-config", "--quiet"]
        command += ["--require-hashes", "--only-binary", ":all:", "--python-version", version]
        command += ["--python-platform", system, "--requirements", str(folder / f"{name}.txt")]
        subprocess.run(command, check=True)  # noqa: S603


def main(arguments: list[str]) -> int:
    """Make every lock in a folder of its own, then compare or copy. Exit 1 if `--check` finds a difference."""
    check = "--check" in arguments
    options = [each for each in arguments if each != "--check"]
    with TemporaryDirectory() as made:
        folder = Path(made)
        for old in HERE.glob("*.txt"):
            shutil.copy(old, folder)
        changed = [name for name in LOCKS if _text(name) != lock(name, folder, *options)]
        if not check:
            require_wheels(folder)
            for name in changed:
                shutil.copy(folder / f"{name}.txt", HERE)
    for name in changed:
        print(f"requirements/{name}.txt {'does not match pyproject.toml' if check else 'is new'}")
    return int(check and bool(changed))


def _text(name: str) -> str:
    path = HERE / f"{name}.txt"
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
