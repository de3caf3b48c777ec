"""Each option of the table reaches typer, the environment, `csplint config`, the configuration file and the request."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import typer

from csplint.cli.app import COMMANDS, command_line
from csplint.cli.check_request import check_request
from csplint.cli.config.settings import COMMAND_LINE, Value, read_settings
from csplint.cli.entry import run
from csplint.cli.fast_path import fast_request
from csplint.cli.options import OPTIONS, Option
from csplint.cli.parameters import environment_values
from tests.cli.configured import IGNORE, write

SAMPLES: dict[str, Any] = {
    "features": ["sounds", "video"],
    "packs": ["velaro"],
    "vendors": ["velaro", "auto"],
    "select": ["VEL001", "SYN001"],
    "extend_select": ["VEL002"],
    "ignore": ["VEL003"],
    "severity": ["VEL001=info"],
    "output": ["json=a b.json", "text=c.txt"],
    "header": ["X-A: b c", "X-D: e"],
    "header_for": [("https://a.example", "X-A: b c"), ("https://b.example", "X-D: e")],
    "accept_status": [404],
    "url": ["my shop=https://preview.example/?a=b", "blog=https://b.example/"],
    "proxy": "http://proxy.example:8080/",
    "baseline": "known.json",
    "bypass_data": "hosts.tsv",
    "ca_bundle": "ca.pem",
}
"""A value of each option for which the kind of value is not enough."""

BY_TYPE: dict[Any, Any] = {str: "https://shop.example/", bool: True, int: 7, float: 7.5}
SHARED = {
    "baseline": {option.name for option in OPTIONS if not option.of_report},
    "config": {"config"},
    "demo": {"format", "color"},
}
SHARED |= {"rules": {"packs"}, "explain": {"packs"}, "allows": set(), "schema": set()}
SHARED["verify"] = {
    *("url", "features", "packs", "vendors", "config", "no_config", "trust_config", "color"),
    *("header", "header_for", "cookie_file", "user_agent", "timeout", "retries", "max_redirects", "allow_private"),
    *("proxy", "insecure", "accept_status"),
}
"""The options of the table that other commands take."""

ONLY_IN_A_FILE = {"extend", "severity", "target", "ignore"}
IN_FILE = [option for option in OPTIONS if option.in_file]
OF_VARIABLES = [option for option in OPTIONS if option.in_environment]


def sample(option: Option) -> Any:
    one = next((each for each in option.choices if each != option.default), BY_TYPE.get(option.type))
    return SAMPLES.get(option.name, [one] if option.repeatable else one)


def name(option: Option) -> str:
    return option.name


@pytest.fixture
def folder(repo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the samples name, and no variable of csplint's."""
    for variable in [each for each in os.environ if each.startswith("CSPLINT_")]:
        monkeypatch.delenv(variable)
    here = repo / "deploy"
    entry = {"fingerprint": "x", "rule": "script-host-missing", "target": "y", "message": "z"}
    known = {"format": "csplint-baseline", "format_version": 1, "findings": [entry]}
    (here / "known.json").write_text(json.dumps(known), encoding="utf-8")
    (here / "hosts.tsv").write_text("gadgets.own.test\t<script src=x>\n", encoding="utf-8")
    return here


def parameters(command: str) -> dict[str, Any]:
    group: Any = typer.main.get_command(command_line())
    return {parameter.name: parameter for parameter in group.commands[command].params}


def test_check_takes_the_table_and_nothing_else() -> None:
    assert list(parameters("check")) == [option.name for option in OPTIONS]


@pytest.mark.parametrize("command", SHARED)
def test_other_commands_share_options_of_the_table(command: str) -> None:
    ours = parameters("check")
    shared = {
        each
        for each, parameter in parameters(command).items()
        if each in ours and (parameter.envvar, parameter.help) == (ours[each].envvar, ours[each].help)
    }
    assert shared == SHARED[command]


@pytest.mark.parametrize("option", OPTIONS, ids=name)
def test_typer_gets_what_the_table_says(option: Option) -> None:
    parameter = parameters("check")[option.name]
    assert tuple(parameter.opts) == (option.flags or (option.name,))
    assert parameter.envvar == option.variable
    assert parameter.default == option.default
    assert parameter.metavar == option.metavar
    assert (parameter.nargs == -1 or getattr(parameter, "multiple", False)) is option.repeatable
    assert parameter.help == option.help_text
    assert tuple(getattr(parameter.type, "choices", ())) == option.choices
    limits = (getattr(parameter.type, "min", None), getattr(parameter.type, "max", None))
    assert limits == (option.minimum, option.maximum)
    assert (parameter._custom_shell_complete is not None) is (option.complete is not None)


def test_variables_are_named_after_the_flags() -> None:
    assert {option.name: option.variable for option in OPTIONS if option.name in {"fail_on", "features", "policy"}} == {
        "fail_on": "CSPLINT_FAIL_ON",
        "features": "CSPLINT_FEATURE",
        "policy": None,
    }


@pytest.mark.parametrize("option", OF_VARIABLES, ids=name)
@pytest.mark.usefixtures("folder")
def test_the_environment_sets_an_option(monkeypatch: pytest.MonkeyPatch, option: Option) -> None:
    value = sample(option)
    separator = "\n" if option.has_spaces else " "
    lines = [" ".join(each) if option.parts > 1 else str(each) for each in value] if option.repeatable else [str(value)]
    monkeypatch.setenv(str(option.variable), separator.join(lines))
    [(setting, found)] = environment_values().items()
    assert setting == option.name
    assert (list(found.value) if option.repeatable else found.value) == value
    assert found.origin == f"environment ({option.variable})"


@pytest.mark.usefixtures("folder")
def test_the_environment_sets_no_target_and_no_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    for option in OPTIONS:
        if not option.in_environment:
            monkeypatch.setenv(f"CSPLINT_{option.name.upper()}", "x")
    assert environment_values() == {}


@pytest.mark.usefixtures("folder")
def test_config_lists_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config"]) == 0
    shown = [line for line in capsys.readouterr().out.splitlines() if " = " in line]
    defaults = {each.key: "(none)" if each.default is None else each.default for each in OPTIONS if each.in_config}
    assert shown == [f"{key} = {value}  # default" for key, value in sorted(defaults.items())]


@pytest.mark.parametrize("option", IN_FILE, ids=name)
def test_the_file_sets_an_option(folder: Path, capsys: pytest.CaptureFixture[str], option: Option) -> None:
    path = write(folder, f"\n{option.key} = {json.dumps(sample(option))}\n")
    trusted = {"trust_config": Value(True, COMMAND_LINE)} if option.needs_trust else {}
    settings = read_settings(trusted)
    given = sample(option)
    expected: object = given
    if option.is_path:
        expected = [f"{folder}/{each}" for each in given] if option.repeatable else str(folder / given)
    assert settings.values[option.name] == Value(expected, f"{path}:2", in_file=True)
    assert run(["config", *(["--config", str(path)] if option.needs_trust else [])]) == 0
    assert f"  # {path}:2\n" in capsys.readouterr().out


OTHERS = [option for option in OPTIONS if not option.in_file and option.key not in ONLY_IN_A_FILE]


@pytest.mark.parametrize("option", OTHERS, ids=name)
def test_the_file_sets_no_other_option(folder: Path, capsys: pytest.CaptureFixture[str], option: Option) -> None:
    write(folder, f"{option.key} = {json.dumps(sample(option))}\n")
    assert run(["config"]) == 2
    assert f"unknown key {option.key!r}" in capsys.readouterr().err


def described(option: Option) -> dict[str, Any]:
    """The JSON Schema of an option's value in a file."""
    words: dict[str, Any] = {"enum": sorted(option.choices)} if option.choices else {}
    if not option.choices:
        words = {"type": {str: "string", int: "integer", float: "number", bool: "boolean"}[option.type]}
    limits = {"minimum": option.minimum, "maximum": option.maximum}
    words |= {key: limit for key, limit in limits.items() if limit is not None}
    value = {"type": "array", "items": words} if option.repeatable else words
    return {"description": option.help, "anyOf": [value, {"type": "null"}], "default": None}


def test_the_schema_describes_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "--schema"]) == 0
    keys = json.loads(capsys.readouterr().out)["$defs"]["Config"]["properties"]
    assert {key: value for key, value in keys.items() if key not in ONLY_IN_A_FILE} == {
        option.key: described(option) for option in IN_FILE
    }
    assert set(keys) >= ONLY_IN_A_FILE


USED = [option for option in OPTIONS if option.name not in {"config", "no_config", "trust_config"}]


@pytest.mark.parametrize("option", USED, ids=name)
def test_an_option_changes_what_is_done(folder: Path, option: Option) -> None:
    write(folder, IGNORE)
    others = {"select": Value(["VEL001"], COMMAND_LINE)} if option.name == "extend_select" else {}
    plain = check_request(read_settings(others))
    assert check_request(read_settings(others | {option.name: Value(sample(option), COMMAND_LINE)})) != plain


@pytest.mark.parametrize("option", [option for option in OPTIONS if option.flags], ids=name)
@pytest.mark.usefixtures("folder")
def test_the_fast_path_reads_what_the_table_says(option: Option) -> None:
    value = sample(option)
    words = [str(each) for each in value] if option.repeatable else [] if value is True else [str(value)]
    arguments = [option.flags[0], *words[:1]]
    assert (fast_request(["check", "--policy", "x", *arguments]) is not None) is option.on_fast_path


def test_the_command_that_is_named_is_as_it_is_among_all() -> None:
    """A run imports the named command alone; `--help` and mistakes are those of the whole command line."""
    every: Any = typer.main.get_command(command_line())
    assert list(every.commands) == list(COMMANDS)
    for name in COMMANDS:
        alone: Any = typer.main.get_command(command_line([name, "--help"]))
        assert list(alone.commands) == [name]
        assert [each.opts for each in alone.commands[name].params] == [
            each.opts for each in every.commands[name].params
        ]
    nothing: Any = typer.main.get_command(command_line(["chekc"]))
    assert list(nothing.commands) == list(COMMANDS)
