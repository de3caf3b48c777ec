"""The files other people's CI runs: pinned, not injectable, and naming what csplint has."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from csplint.cli.options import FORMATS

ROOT = Path(__file__).parents[1]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
SCRIPTS = [step["run"] for step in STEPS if "run" in step]


def test_every_action_is_pinned_to_a_commit() -> None:
    used = [step["uses"] for step in STEPS if "uses" in step]
    assert len(used) == 2
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", each) for each in used)


def test_the_projects_own_workflow_is_pinned_and_reads_only() -> None:
    text = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    used = [step["uses"] for job in workflow["jobs"].values() for step in job["steps"] if "uses" in step]
    assert len(used) == 4
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", each) for each in used)
    assert workflow["permissions"] == {"contents": "read"}
    assert 'AUDIT_REQUIRED: "1"' in text


@pytest.mark.parametrize("script", SCRIPTS)
def test_inputs_reach_scripts_as_variables_only(script: str) -> None:
    assert "${{" not in script
    assert subprocess.run(["bash", "-n"], input=script.encode(), check=False).returncode == 0


def test_the_check_step_as_a_shell_runs_it(tmp_path: Path) -> None:
    """With a stand-in for the interpreter and the installed command, to see the arguments that arrive."""
    temp = tmp_path / "temp"
    command = temp / "csplint/bin/csplint"
    command.parent.mkdir(parents=True)
    command.write_text(
        '#!/bin/bash\nprintf "%s\\n" "$@" > "$RUNNER_TEMP/arguments"\ntouch "$RUNNER_TEMP/csplint.sarif"\nexit 1\n'
    )
    command.chmod(0o755)
    python = tmp_path / "python"
    python.write_text("#!/bin/bash\n")
    python.chmod(0o755)
    (temp / "csplint/bin/python").symlink_to(python)
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", SCRIPTS[0]],
        env={
            "PATH": f"{tmp_path}:/usr/bin:/bin",
            "RUNNER_TEMP": str(temp),
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
            "ACTION_PATH": "/action",
            "TARGETS": "https://a.example/ https://b.example/;id",
            "FAIL_ON": "warning",
            "ARGS": "--feature\nsounds\n",
        },
        check=False,
        capture_output=True,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    arguments = (temp / "arguments").read_text().splitlines()
    assert arguments[:2] == ["check", "--format"]
    assert arguments[-5:] == ["--feature", "sounds", "--", "https://a.example/", "https://b.example/;id"]
    assert "--fail-on\nwarning" in "\n".join(arguments)
    assert (tmp_path / "output").read_text() == f"sarif={temp}/csplint.sarif\nwritten=true\nexit-code=1\n"


def test_formats_that_the_files_name_exist() -> None:
    named = set()
    for path in (ROOT / "action.yml", ROOT / "docs/ci/gitlab.yml"):
        text = path.read_text(encoding="utf-8")
        named |= set(re.findall(r"--output \"?(\w+)=", text)) | set(re.findall(r"--format (\w+)", text))
    assert named == {"sarif", "markdown", "github", "gitlab", "junit"}
    assert named <= set(FORMATS)


def test_pre_commit_hook() -> None:
    hook, _ = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["entry"].startswith("csplint check")
    assert hook["pass_filenames"] is False


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("deploy/nginx.conf", True),
        ("_headers", True),
        ("public/_headers", True),
        (".htaccess", True),
        ("Caddyfile", True),
        ("vercel.json", True),
        ("package.json", False),
        ("redis.conf", False),
        ("my_headers", False),
    ],
)
def test_the_hook_for_files_takes_configuration(path: str, taken: bool) -> None:
    _, hook = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert (hook["id"], hook["entry"]) == ("csplint-files", "csplint check")
    assert bool(re.search(hook["files"], path)) is taken
