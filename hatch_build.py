"""
Put the rule packs into the wheel a second time, as JSON, with the index of the checks and the Public Suffix List.

Reading 50 kB of TOML takes Python 12 ms, of JSON less than one, and every run reads a pack. The TOML is the source; an
editable install reads nothing else. The rules' examples are a third of it and are left out: only `explain` and `rules`
show them. The index says which check is in which module, so that a run imports only the checks that it needs.

The same source, hatchling and publicsuffixlist give the same wheel, byte for byte; requirements/build.txt names both
versions. An editable install gets the Public Suffix List too, as a file in the checkout that git ignores: the package
that it comes from is gone when the build is over.
"""

from __future__ import annotations

import json
import shutil
import sys
import tomllib
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SUFFIXES = "csplint/checks/security/public_suffixes.txt"


class CustomBuildHook(BuildHookInterface[Any]):
    """Hatchling calls `initialize` before it builds the wheel, and `finalize` after."""

    made: Path | None = None
    """The folder of the files that a wheel holds and the checkout does not."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            _write(Path(self.root) / SUFFIXES, self._suffixes())
            return
        self.made = Path(mkdtemp())
        for name, text in self._files():
            path = self.made / name.replace("/", "-")
            _write(path, text)
            build_data["force_include"][str(path)] = name

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if self.made is not None:
            shutil.rmtree(self.made)

    def _files(self) -> list[tuple[str, str]]:
        """Each file that is made, by its place in the wheel."""
        rules = Path(self.root) / "rules"
        packs = [
            (f"csplint/_packs/{pack.relative_to(rules).with_suffix('.json').as_posix()}", _compiled(pack))
            for pack in sorted(rules.rglob("*.toml"))
        ]
        return [*packs, (SUFFIXES, self._suffixes()), ("csplint/_packs/checks.json", json.dumps(self._checks()))]

    def _suffixes(self) -> str:
        sys.path.insert(0, self.root)
        from csplint.checks.security.suffix_data import compact, source  # noqa: PLC0415 - needs the build's packages

        return compact(source())

    def _checks(self) -> dict[str, Any]:
        sys.path.insert(0, self.root)
        from csplint.checks.index import scan  # noqa: PLC0415 - the package that is being built; needs no library

        return scan(str(Path(self.root) / "csplint" / "checks"))


def _compiled(pack: Path) -> str:
    """A pack as JSON, without its rules' examples."""
    data = tomllib.loads(pack.read_text(encoding="utf-8"))
    for rule in data.get("rule", ()):
        rule.pop("example", None)
    return json.dumps(data, default=str, ensure_ascii=False)


def _write(path: Path, text: str) -> None:
    """Write the same bytes on every system, where `write_text` on Windows would end lines with two characters."""
    path.write_bytes(text.encode("utf-8"))
