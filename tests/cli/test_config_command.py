"""`csplint config`: every value with its origin, and the schema of the file."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from csplint.cli.entry import run
from tests.cli.configured import IGNORE, write


def test_config_shows_values_and_origins(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(
        repo,
        'fail-on = "warning"\ntimeout = 5.5\n[severity]\nVEL001 = "info"\n[[target]]\nname = "shop"\nurl = "https://shop.example/"\n'
        + IGNORE,
    )
    assert run(["config"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"file  {path}"
    assert f"fail-on = warning  # {path}:1" in lines
    assert f"timeout = 5.5  # {path}:2" in lines
    assert "retries = 2  # default" in lines
    assert f"severity.VEL001 = info  # {path}:4" in lines
    assert f"target shop: https://shop.example/  # {path}:5" in lines
    assert f"ignore script-host-missing: TICKET-1  # {path}:8" in lines


def test_config_schema_agrees_with_the_reader(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "--schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(
        {
            "fail-on": "error",
            "extend-select": ["SEC"],
            "target": [{"name": "a", "url": "b"}],
            "ignore": [{"rule": "r", "reason": "x"}],
        }
    )
    for wrong in (
        {"fail-on": "eror"},
        {"nosuch": 1},
        {"extend-select": "SEC"},
        {"ignore": [{"rule": "r"}]},
        {"target": [{"name": "", "url": "b"}]},
    ):
        assert list(validator.iter_errors(wrong)), wrong


def test_config_shows_the_environment(
    repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(repo, 'fail-on = "warning"\nretries = 1\n')
    for name, value in (("FAIL_ON", "info"), ("FORMAT", "json"), ("LINKS", "never"), ("EXTEND_SELECT", "VEL SEC")):
        monkeypatch.setenv(f"CSPLINT_{name}", value)
    assert run(["config"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "fail-on = info  # environment (CSPLINT_FAIL_ON)" in lines
    assert "format = json  # environment (CSPLINT_FORMAT)" in lines
    assert "links = never  # environment (CSPLINT_LINKS)" in lines
    assert "extend-select = VEL, SEC  # environment (CSPLINT_EXTEND_SELECT)" in lines
    assert f"retries = 1  # {path}:2" in lines
    monkeypatch.setenv("CSPLINT_TIMEOUT", "soon")
    assert run(["config"]) == 2
    assert "CSPLINT_TIMEOUT" in capsys.readouterr().err


def test_config_shows_no_secret(
    repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repo, '[[target]]\nname = "a"\nurl = "https://alice:s3cr3t@shop.example/"\n')
    monkeypatch.setenv("CSPLINT_PROXY", "http://bob:s3cr3t@proxy.example:8080")
    monkeypatch.setenv("CSPLINT_HEADER", "X-Token:s3cr3t")
    assert run(["config"]) == 0
    shown = capsys.readouterr().out
    assert "s3cr3t" not in shown
    assert "target a: https://shop.example/  #" in shown
    assert "header = X-Token: ...  # environment (CSPLINT_HEADER)\n" in shown
    assert "proxy = http://proxy.example:8080/  # environment (CSPLINT_PROXY)\n" in shown


def test_config_shows_what_is_selected_and_how_it_is_shown(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(repo, 'select = ["VEL"]\nextend-select = ["SEC001", "SEC002"]\n')
    assert run(["config"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert f"extend-select = SEC001, SEC002  # {path}:2" in lines
    assert {"links = auto  # default", "show-suppressed = False  # default", "statistics = False  # default"} <= set(
        lines
    )
