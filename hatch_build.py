"""
Put the rule packs into the wheel a second time, as JSON.

Reading 50 kB of TOML takes Python 12 ms, of JSON less than one, and every run
reads a pack. The TOML stays the source; an editable install reads it alone. The rules'
examples are a third of it and stay there: only `explain` and `rules` show them.
"""

from __future__ import annotations

import json
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
