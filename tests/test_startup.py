"""What a command must not load: start-up time is mostly imports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "httpx",
    "anyio",
    "asyncio",
    "turbohtml",
    "tinycss2",
    "rich",
    "pydantic",
    "http_sf",
    "ada_url",
    "truststore",
    "dataclasses",
    "_hashlib",
    "playwright",
    "websockets",
}
SCRIPT = """
import json, sys
sys.argv = {arguments!r}
try:
    from csplint.__main__ import main
    main()
except SystemExit:
    pass
print(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})), file=sys.stderr)
"""


def loaded(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(arguments=["csplint", *arguments])],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        timeout=60,
        check=True,
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("form", ["text", "json"])
def test_checking_a_policy_loads_nothing_heavy(form: str) -> None:
    names = loaded("check", "--policy", "script-src 'self'", "--format", form)
    assert names & HEAVY == set()
    assert "msgspec" in names
    assert names & {"inspect", "typing_extensions", "pathlib", "shutil", "tomllib"} <= {"tomllib"}  # read in a checkout


def test_commands_without_a_browser_load_nothing_that_drives_one() -> None:
    names = loaded("rules", "--format", "json")
    assert names & {"playwright", "websockets", "asyncio", "httpx"} == set()


def test_version_loads_no_library() -> None:
    assert loaded("--version") & (HEAVY | {"msgspec"}) == set()


CHECKS = """
import sys
from csplint import check_policy
check_policy({policy!r}, page="https://shop.example/")
print(*sorted(name for name in sys.modules if name.startswith("csplint.checks.")))
"""


def checks_loaded(policy: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", CHECKS.format(policy=policy)],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        timeout=60,
        check=True,
        text=True,
    )
    return set(done.stdout.split())


def test_only_the_checks_that_can_find_something_are_imported() -> None:
    """What `@check` says is what decides: the facts of a policy, and not which packs are used."""
    rare = {
        f"csplint.checks.{name}"
        for name in ("syntax.unknown_names", "syntax.commas", "delivery.report_uri", "own_page.resources")
    }
    clean = "script-src https://app-cdn.velaro.com; object-src 'none'; base-uri 'none'"
    assert rare & checks_loaded(clean) == set()
    assert rare & checks_loaded(f"{clean}; imgsrc x; report-uri /x, img-src *") == rare - {
        "csplint.checks.own_page.resources"
    }
