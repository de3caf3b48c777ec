"""Which rules are checked and which findings are shown: options, variables and keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from csplint.cli.entry import run
from tests.cli.configured import IGNORE, report, write

EXTENDED = [
    # the file, arguments, environment, the beginnings of the ids of the rules that are reported
    ('select = ["VEL001"]', [], "", {"VEL001"}),
    ('select = ["VEL001"]', ["--extend-select", "VEL02"], "", {"VEL001", "VEL02"}),
    ('select = ["VEL001"]', ["--extend-select", "VEL02,VEL03"], "", {"VEL001", "VEL02", "VEL03"}),
    ('select = ["VEL001"]', ["--extend-select", "VEL02", "--extend-select", "VEL03"], "", {"VEL001", "VEL02", "VEL03"}),
    ('select = ["VEL001"]', [], "VEL02", {"VEL001", "VEL02"}),
    ('select = ["VEL001"]', ["--extend-select", "VEL03"], "VEL02", {"VEL001", "VEL03"}),
    ('select = ["VEL001"]\nextend-select = ["VEL03"]', [], "", {"VEL001", "VEL03"}),
    ('select = ["VEL001"]\nextend-select = ["VEL03"]', ["--select", "VEL02"], "", {"VEL02", "VEL03"}),
    ('select = ["VEL001"]\nextend-select = ["VEL03"]', ["--ignore", "VEL03"], "", {"VEL001"}),
    ("", ["--select", "VEL001", "--extend-select", "VEL02"], "", {"VEL001", "VEL02"}),
    ("", ["--extend-select", "VEL001"], "", {"VEL001", "VEL02", "VEL03"}),  # all rules are checked anyway
    ('extend-select = ["VEL001"]', [], "", {"VEL001", "VEL02", "VEL03"}),
]


@pytest.mark.parametrize(("file", "arguments", "variable", "reported"), EXTENDED)
def test_extend_select_adds_to_what_is_selected(
    repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    file: str, arguments: list[str], variable: str, reported: set[str],
) -> None:  # fmt: skip
    write(repo, f'packs = ["velaro"]\n{file}\n')
    if variable:
        monkeypatch.setenv("CSPLINT_EXTEND_SELECT", variable)
    _, found = report(
        capsys, "--policy", "script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'", *arguments
    )
    rules = {finding["rule"] for finding in found["targets"][0]["findings"]}
    assert {
        start for start in ("VEL001", "VEL02", "VEL03") if any(rule.startswith(start) for rule in rules)
    } == reported


def test_extend_select_takes_only_rules(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--policy", "x", "--extend-select", "script-host-misssing"]) == 2
    assert "there is no rule 'script-host-misssing'; did you mean 'script-host-missing'?" in capsys.readouterr().err


def test_extend_select_of_a_base_adds_to_the_select_of_the_other_file(
    repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(repo, 'packs = ["velaro"]\nselect = ["VEL001"]\n', "base.toml")
    write(repo, 'extend = "base.toml"\nextend-select = ["VEL02"]\n')
    _, found = report(capsys, "--policy", "script-src 'self'; connect-src 'self'; img-src 'self'")
    assert {finding["rule"][:5] for finding in found["targets"][0]["findings"]} == {"VEL00", "VEL02"}


SHOWN: list[tuple[str, list[str], dict[str, str]]] = [
    ("an option", ["--show-suppressed", "--statistics"], {}),
    ("the environment", [], {"CSPLINT_SHOW_SUPPRESSED": "1", "CSPLINT_STATISTICS": "1"}),
]


@pytest.mark.parametrize(("options", "environment"), [case[1:] for case in SHOWN], ids=[case[0] for case in SHOWN])
def test_accepted_findings_and_statistics_are_shown_on_request(
    repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    options: list[str], environment: dict[str, str],
) -> None:  # fmt: skip
    write(repo, 'packs = ["velaro"]\n' + IGNORE + "expires = 2999-12-31\n")
    policy = ["check", "--policy", "script-src 'self'"]
    assert run(policy) == 0
    plain = capsys.readouterr().out
    assert "VEL001" not in plain
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert (
        run([*policy, "-v", *options, "--output", "text=a.txt", "--output", "concise=b.txt", "--output", "html=c.html"])
        == 0
    )
    shown = capsys.readouterr().out
    assert "\nsuppressed error[VEL001] script-host-missing: " in shown
    assert "\n  reason   TICKET-1 (until 2999-12-31)\n" in shown
    assert shown.endswith(
        "\n\nrule                        severity  count\nVEL001 script-host-missing  error         1\n"
    )
    assert (repo / "deploy/a.txt").read_text(encoding="utf-8") == shown
    assert "(suppressed: TICKET-1 (until 2999-12-31))\n" in (repo / "deploy/b.txt").read_text(encoding="utf-8")
    assert '<details class="rest" open>' in (repo / "deploy/c.html").read_text(encoding="utf-8")


def test_what_was_left_out_did_not_pass(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo, 'packs = ["velaro", "syntax"]\n')
    _, found = report(capsys, "--policy", "default-src *", "--select", "VEL001,SYN001", "--ignore", "SYN001")
    [target] = found["targets"]
    assert target["passed"] == ["RUN001", "RUN002", "RUN003", "VEL001"]
    reasons = {each["rule"]: each["reason"] for each in target["skipped"]}
    assert (reasons["SYN001"], reasons["SYN002"]) == ("not selected by the settings", "not selected by the settings")
    assert "RUN001" not in reasons
    assert "VEL001" not in reasons


def test_many_rules_that_were_left_out_are_counted(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo, 'packs = ["velaro", "syntax"]\n')
    run(["check", "-v", "--policy", "default-src *", "--select", "VEL001"])
    shown = capsys.readouterr().out
    assert " rules: not selected by the settings" in shown
    assert "SYN002" not in shown
