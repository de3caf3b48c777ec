"""
Ask pip-audit about each lock, and exit 1 if a package has a known vulnerability.

pip-audit also succeeds if its service knows none of the packages; that is no audit. It is skipped then, or fails with
AUDIT_REQUIRED=1.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any


def audit(lock: str) -> list[dict[str, Any]] | None:
    """What pip-audit says of each package of a lock; None if it could not ask."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "audit.json"
        command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
        command += ["--format", "json", "--output", str(path), "--requirement", lock]
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603
        if not path.exists():
            return None
        found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["dependencies"]
        return found


def main(locks: list[str]) -> int:
    """Audit each lock and say what came of it."""
    code = 0
    for lock in locks:
        packages = audit(lock)
        skipped = [each["name"] for each in packages or () if "skip_reason" in each]
        vulnerable = [each for each in packages or () if each.get("vulns")]
        for each in vulnerable:
            ids = ", ".join(vulnerability["id"] for vulnerability in each["vulns"])
            print(f"{lock}: {each['name']} {each['version']}: {ids}")
        if packages is None or skipped:
            print(f"{lock}: audit skipped: the advisories of {len(skipped) or 'all'} packages cannot be had here")
        elif not vulnerable:
            print(f"{lock}: no known vulnerabilities in {len(packages)} packages")
        required = os.environ.get("AUDIT_REQUIRED") == "1"
        code = max(code, int(bool(vulnerable) or (required and (packages is None or bool(skipped)))))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
