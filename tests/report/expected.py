"""Golden files: whole outputs, kept beside the tests, read in review."""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"


def check_golden(name: str, output: str) -> None:
    """Compare with the file; with CSPLINT_UPDATE_GOLDEN=1, write it instead."""
    path = GOLDEN / name
    if os.environ.get("CSPLINT_UPDATE_GOLDEN") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(output.encode())
    assert path.exists(), f"{path} is missing: run once with CSPLINT_UPDATE_GOLDEN=1 and read what it wrote"
    assert output == path.read_bytes().decode()
