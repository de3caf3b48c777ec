"""
Put the rule packs into the wheel a second time, as JSON, with the index of the checks and the Public Suffix List.

Reading 50 kB of TOML takes Python 12 ms, of JSON less than one, and every run reads a pack. The TOML is the source; an
editable install reads nothing else. The rules' examples are a third of it and are left out: only `explain` and `rules`
show them. The index says which check is in which module, so that a run imports only the checks that it needs.
"""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface[Any]):
    """Hatchling calls `initialize` before it builds the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        folder = Path(mkdtemp())
        for pack in sorted((Path(self.root) / "rules").glob("*.toml")):
            data = tomllib.loads(pack.read_text(encoding="utf-8"))
            for rule in data.get("rule", ()):
                rule.pop("example", None)
            compiled = folder / f"{pack.stem}.json"
            compiled.write_text(json.dumps(data, default=str, ensure_ascii=False), encoding="utf-8")
            build_data["force_include"][str(compiled)] = f"csplint/_packs/{compiled.name}"
        suffixes = folder / "public_suffixes.txt"
        suffixes.write_text(self._suffixes(), encoding="ascii")
        build_data["force_include"][str(suffixes)] = f"csplint/checks/security/{suffixes.name}"
        index = folder / "checks.json"
        index.write_text(json.dumps(self._checks()), encoding="utf-8")
        build_data["force_include"][str(index)] = f"csplint/_packs/{index.name}"

    def _suffixes(self) -> str:
        sys.path.insert(0, self.root)
        from csplint.checks.security.suffix_data import compact, source  # noqa: PLC0415 - needs the build's packages

        return compact(source())

    def _checks(self) -> dict[str, Any]:
        sys.path.insert(0, self.root)
        from csplint.checks.index import scan  # noqa: PLC0415 - the package that is being built; needs no library

        return scan(str(Path(self.root) / "csplint" / "checks"))
