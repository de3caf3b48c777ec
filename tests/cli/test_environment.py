"""Variables of repeatable options: one value per line, or several between spaces where no value can hold one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from csplint.cli.entry import run
from csplint.cli.environment import listed
from csplint.cli.options import BY_NAME
from tests.cli.configured import BAD, answer, write
from tests.servers import serve

CASES = [
    # option, variable, values
    ("header", "Authorization: Bearer a b", ["Authorization: Bearer a b"]),
    ("header", "X-A: b c\nX-D: e", ["X-A: b c", "X-D: e"]),
    ("header", "\n  X-A: b\r\n\r\n  X-D: e  \n", ["X-A: b", "X-D: e"]),  # a block in YAML, saved on Windows
    ("output", "json=my report.json", ["json=my report.json"]),
    ("features", "sounds video", ["sounds", "video"]),
    ("features", "sounds\nvideo\n", ["sounds", "video"]),
    ("packs", "velaro ./mine.toml", ["velaro", "./mine.toml"]),
    ("packs", "my packs/own.toml\n", ["my packs/own.toml"]),
    ("select", "VEL001,VEL002", ["VEL001,VEL002"]),
    ("select", " \n ", []),
]


@pytest.mark.parametrize(("option", "text", "values"), CASES)
def test_listed(option: str, text: str, values: list[str]) -> None:
    assert listed(BY_NAME[option], text) == values


def test_headers_with_spaces_are_sent(
    repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CSPLINT_HEADER", "Authorization: Bearer to ken\nX-Preview: yes")
    with serve(answer(BAD)) as server:
        assert run(["check", server.url("/")]) == 1
        [request] = server.requests
        assert (request.header("Authorization"), request.header("X-Preview")) == ("Bearer to ken", "yes")


def test_outputs_with_spaces_are_written(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSPLINT_OUTPUT", "json=my report.json\nconcise=c.txt")
    assert run(["check", "--policy", "script-src 'self'"]) == 1
    assert json.loads((repo / "deploy/my report.json").read_text())["run"]["exit_code"] == 1
    assert (repo / "deploy/c.txt").exists()


def test_several_outputs_on_one_line_are_a_mistake(
    repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not one file with a long name."""
    monkeypatch.setenv("CSPLINT_OUTPUT", "json=a.json sarif=b.sarif")
    assert run(["check", "--policy", "x"]) == 2
    assert "environment (CSPLINT_OUTPUT): write one FORMAT=FILE per line" in capsys.readouterr().err
    assert run(["check", "--policy", "x", "--output", "json=a.json text=b"]) in {0, 1}


def test_a_mistake_in_a_variable_names_it_and_shows_no_secret(
    repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CSPLINT_HEADER", "X-A: b\ns3cr3t")
    assert run(["check", "https://shop.example/"]) == 2
    errors = capsys.readouterr().err
    assert "environment (CSPLINT_HEADER) takes 'Name: value'" in errors
    assert "s3cr3t" not in errors


@pytest.mark.parametrize("command", [["check", "--policy", "x"], ["rules"], ["config"]])
def test_every_command_reads_a_variable_alike(
    repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    write(repo / "deploy", "not a pack", "my own.toml")
    monkeypatch.setenv("CSPLINT_PACK", "./my own.toml\n")
    assert run(command) == 2
    assert "my own.toml" in capsys.readouterr().err


def test_help_says_how_to_write_several(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--help"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "in the variable, one per line" in shown
