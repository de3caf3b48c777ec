"""`csplint scan` as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**{k: v for k, v in os.environ.items() if not k.startswith("CSPLINT_")}, "PYTHONPATH": str(ROOT)}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "csplint", *arguments]


def run(*arguments: str, data: bytes = b"", cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command(*arguments), input=data, capture_output=True, env=ENVIRONMENT, timeout=300, check=False, cwd=cwd
    )


def targets(lines: bytes | Iterable[bytes]) -> dict[str, dict[str, Any]]:
    """The targets of JSON lines, by name; each occurs once."""
    found: dict[str, dict[str, Any]] = {}
    for line in lines.splitlines() if isinstance(lines, bytes) else lines:
        each = json.loads(line)
        assert each["target"] not in found
        found[each["target"]] = each
    return found
