"""`--bypass-data`: the user's own list of hosts that serve scripts anyone can use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from csplint.cli.entry import run

POLICY = [
    "check",
    "--no-config",
    "--pack",
    "security",
    "--format",
    "json",
    "--policy",
    "script-src https://gadgets.own.test; object-src 'none'",
]


def found(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    run([*POLICY, *arguments])
    findings = json.loads(capsys.readouterr().out)["targets"][0]["findings"]
    return [finding["value"] for finding in findings if finding["name"] == "script-bypass-host"]


@pytest.mark.parametrize(
    "text", ["gadgets.own.test\t<script src=x>\n", '{"urls": ["//gadgets.own.test/jsonp"]}'], ids=["tsv", "json"]
)
def test_hosts_of_the_file_are_reported(capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str) -> None:
    assert found(capsys) == []
    file = tmp_path / "list"
    file.write_text(text)
    assert found(capsys, "--bypass-data", str(file)) == ["https://gadgets.own.test"]


def test_broken_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    file.write_text('{"urls": 3}')
    assert run([*POLICY, "--bypass-data", str(file)]) == 2
    assert str(file) in capsys.readouterr().err
    assert run([*POLICY, "--bypass-data", "nosuch"]) == 2
