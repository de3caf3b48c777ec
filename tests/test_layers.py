"""Imports point one way: down the list of DESIGN (CONTRIBUTING.md draws it)."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "csplint"
LAYERS = [
    {"_version", "errors", "files", "model"},
    {"csp"},
    {"messages"},
    {"page"},
    {"browser"},
    {"servers"},
    {"packs"},
    {"checks"},
    {"engine"},
    {"report"},
    {"scan"},
    {"api", "collector", "demo"},
    {"__init__"},
    {"cli", "__main__"},
]
"""Lowest first; a module imports its own layer and those before it."""

ONLY_IMPORTERS = {
    "httpx": {"page/fetch/"},
    "h11": {"collector/connection.py"},
    "tinycss2": {"page/css.py"},
    "turbohtml": {"page/html/parser.py"},
    "http_sf": {"checks/delivery/permissions_header.py", "checks/delivery/structured.py"},
    "warcio": {"page/saved/warc.py"},
    "protego": {"scan/robots.py"},
    "distributed": {"scan/cluster.py"},
    "typer": {"cli/"},
    "rich": set(),
    "playwright": {"browser/chromium.py"},
    "websockets": {"browser/bidi.py"},
    "tomllib": {"packs/", "cli/config/", "servers/toml_nodes.py"},
}
"""Third-party modules, and the only files (or folders) that may import them."""

FILES = sorted(ROOT.rglob("*.py"))


def layer(name: str) -> int:
    for number, names in enumerate(LAYERS):
        if name in names:
            return number
    raise AssertionError(f"{name} has no place among the layers")


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def part(module: str) -> str:
    pieces = module.split(".")
    return pieces[1] if len(pieces) > 1 else "__init__"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    relative = path.relative_to(ROOT)
    own = layer(relative.parts[0].removesuffix(".py"))
    ours = {module for module in imported(path) if module.split(".")[0] == "csplint"}
    upward = {module for module in ours if layer(part(module)) > own}
    assert upward == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_library_has_its_one_place(path: Path) -> None:
    relative = path.relative_to(ROOT).as_posix()
    for library in {module.split(".")[0] for module in imported(path)} & set(ONLY_IMPORTERS):
        assert any(relative.startswith(allowed) for allowed in ONLY_IMPORTERS[library]), library


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_command_line_prints_exits_or_reads_the_environment(path: Path) -> None:
    relative = path.relative_to(ROOT).as_posix()
    if relative.startswith("cli/") or relative == "__main__.py":
        return
    text = path.read_text(encoding="utf-8")
    for forbidden in ("print(", "sys.exit", "os.environ", "sys.stdout", "sys.stderr"):
        assert not re.search(rf"(?<![\w.]){re.escape(forbidden)}", text), forbidden
