"""
SARIF logs held against the standard's own schema, which is not ours to copy.

Microsoft's SARIF Multitool (npm, MIT) has it with the errata in it. npm fetches that package as an archive, of which
this one file is read: nothing is installed or run. TESTS_SARIF_SCHEMA names a copy instead; without either it skips and
says so, and `sarif_schema`, made by hand and stricter, is what is left.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from csplint.report.location import NO_ANCHORS
from csplint.report.sarif.report import write_sarif
from tests.report.ci_samples import ANCHORS, PACKS, REPORTS

PACKAGE = "@microsoft/sarif-multitool-linux@5"
MEMBER = "package/sarif-2.1.0.json"


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Any:
    if path := os.environ.get("TESTS_SARIF_SCHEMA"):
        return json.loads(Path(path).read_text(encoding="utf-8-sig"))
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("the SARIF schema needs npm, and there is none")
    folder = tmp_path_factory.mktemp("sarif")
    command = [
        npm,
        "pack",
        "--silent",
        "--prefer-offline",
        "--fetch-retries=0",
        "--pack-destination",
        str(folder),
        PACKAGE,
    ]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=180, cwd=folder)
    except (subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"npm could not fetch {PACKAGE}: {error}")
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as files:
        member = files.extractfile(MEMBER)
        assert member is not None
        return json.loads(member.read().decode("utf-8-sig"))


def test_every_log_is_one_by_the_standard(schema: Any) -> None:
    """One test, because workers would each fetch the archive, which is 44 MB."""
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    assert "Version 2.1.0" in schema["title"]
    for anchors in (NO_ANCHORS, ANCHORS):
        for name, report in REPORTS.items():
            log = json.loads(write_sarif(report, PACKS, anchors=anchors))
            faults = [(list(error.absolute_path), error.message) for error in validator.iter_errors(log)]
            assert (name, faults) == (name, [])
    for path, wrong in WRONG:
        log = json.loads(write_sarif(REPORTS["saved"], PACKS))
        _put(log, path, wrong)
        assert not validator.is_valid(log), path


WRONG: list[tuple[list[Any], Any]] = [
    # what is put into a log              where the standard refuses it
    (["version"], "2.0.0"),
    (["runs", 0, "columnKind"], "characters"),
    (["runs", 0, "results", 0, "level"], "info"),
    (["runs", 0, "results", 0, "webRequests"], []),
    (["runs", 0, "results", 0, "locations", 0, "physicalLocation", "region", "startLine"], 0),
    (["runs", 0, "tool", "driver", "rules", 0, "helpText"], "x"),
]


def _put(log: Any, path: list[Any], value: Any) -> None:
    for step in path[:-1]:
        log = log[step]
    log[path[-1]] = value
